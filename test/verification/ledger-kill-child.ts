import { writeSync } from "node:fs";
import { toHex } from "../../common/canonical";
import { rootHashOf } from "../../ledger/machine/tree/tree";
import { signAsMember } from "../../ledger/solo/consortium";
import { openSolo } from "../../ledger/solo/solo";
import { addSeconds } from "../../ledger/wire/timestamp";
import { chainId, genesis, keyOf } from "./ledger-genesis";

/** Writes blocks as fast as it can and says of each, once it is acknowledged, its height and state; until it is killed. */
const solo = openSolo({
  storage: { kind: "directory", path: process.argv[2] },
  genesis,
  validatorKey: keyOf("validator"),
});
if (!solo.ok) throw new Error(solo.error.message);
const chain = solo.value;
let nonce = Number(process.argv[3]);
for (;;) {
  // Blocks of every size: the more leaves and bytes, the longer the transaction that a kill may hit.
  const count = chain.height === 0 ? 0 : 1 + (chain.height % 40);
  for (let row = 0; row < count; row++) {
    const submitted = chain.submit(
      signAsMember(chainId, keyOf("certificateAuthority"), nonce++, {
        kind: "enrol",
        publicKey: Uint8Array.from({ length: 32 }, (_, at) => (nonce >> ((at % 4) * 8)) & 0xff),
        grant: { role: "merchant" },
        validUntilS: 0,
      }),
    );
    if (!submitted.ok) throw new Error(submitted.error.message);
  }
  const block = chain.commitBlock(chain.height === 0 ? chain.time : addSeconds(chain.time, 1));
  if (!block.ok) throw new Error(block.error.message);
  writeSync(1, `${chain.height} ${toHex(rootHashOf(chain.state.tree))}\n`);
}
