import { describe, expect, it } from "vitest";
import {
  avoidPayload,
  chainId,
  chainWithContracts,
  challengeS,
  commit,
  contractOf,
  expectOutcome,
  keyOf,
  moveTo,
  settleTransaction,
  signed,
  startS,
  type TestChain,
} from "../../../test/verification/ledger-chain";
import { bonusPoolId, signTogether } from "../../solo/consortium";
import type { KeyPair } from "../../solo/ed25519";
import { memberKey } from "../../solo/members";
import { readInstruction, readPoolBalance } from "../readers";
import type { RefusalName } from "../refusals";
import type { AmendPayload, Payload } from "../transactions/payload";
import { decodeOrder } from "./instruction-rules";

const [first, second, narrow] = [1, 2, 3].map((index) => memberKey(new Uint8Array(32).fill(4), "validator", index));
/** Three contracts, each with a bonus of a token: an instruction holds three tokens in escrow. */
const token = 1_000_000n;
const limits = { budgetMaxMicro: 20n * token, twoOfficersAboveMicro: 8n * token };

async function chainWithOfficers(): Promise<TestChain> {
  const chain = await chainWithContracts(3);
  const enrol = (key: KeyPair, area: readonly number[] | null) =>
    signed(chain, keyOf("certificateAuthority"), {
      ...{ kind: "enrol", publicKey: key.publicKey, validUntilS: 0 },
      grant: { role: "roadAuthority", poolId: bonusPoolId, ...limits, area },
    });
  const results = commit(chain, [enrol(first, null), enrol(second, null), enrol(narrow, [2, 3])]);
  expect(results.map(({ log }) => log)).toEqual(["", "", ""]);
  return chain;
}

/** Sends an officer's word, alone or with another. What its signers do not carry spends no nonce. */
function say(
  chain: TestChain,
  key: KeyPair,
  payload: Payload,
  refusal: RefusalName | null,
  with_: readonly KeyPair[] = [],
): string {
  const nonce = chain.nonces.get(key) ?? 0;
  const { data } = expectOutcome(chain, signTogether(chainId, key, nonce, payload, with_), refusal);
  if (refusal !== "officers-too-few" && refusal !== "signers-unexpected") chain.nonces.set(key, nonce + 1);
  const order = decodeOrder(data);
  return order.ok ? order.value.instructionId : "";
}

const avoid = (budgetMicro: bigint, change: Partial<ReturnType<typeof avoidPayload>> = {}) =>
  avoidPayload({ budgetMicro, bonusMicro: token, ...change });

function amendment(instructionId: string, change: Partial<AmendPayload>): AmendPayload {
  const { scope, expiresAtS } = avoidPayload();
  const same = { untilS: scope.untilS, expiresAtS, bonusMicro: token, budgetMicro: 4n * token };
  return { kind: "amend", instructionId, ...same, ...change };
}

describe("an officer's limits", () => {
  it("are of all that the officer answers for: not of one instruction after the other", async () => {
    const chain = await chainWithOfficers();
    say(chain, first, avoid(4n * token), null);
    say(chain, first, avoid(4n * token), null);
    // Six tokens are in escrow, and two more are the threshold's rest.
    say(chain, first, avoid(3n * token), "officers-too-few");
    say(chain, first, avoid(3n * token), null, [second]);
    // Nine in escrow, and eleven more are the grant's rest.
    say(chain, first, avoid(12n * token), "budget-above-grant", [second]);
    say(chain, first, avoid(11n * token), null, [second]);
    // Another officer has limits of their own.
    say(chain, second, avoid(8n * token), null);
  });

  it("are free again of what was paid or went back", async () => {
    const chain = await chainWithOfficers();
    const [one, two] = [say(chain, first, avoid(4n * token), null), say(chain, first, avoid(4n * token), null)];
    say(chain, first, { kind: "withdraw", instructionId: one }, null);
    say(chain, first, avoid(5n * token), null);
    say(chain, first, avoid(5n * token), "officers-too-few");
    moveTo(chain, 4000 + challengeS);
    expectOutcome(chain, settleTransaction([], [two]), null);
    expect(readInstruction(chain.state, two)?.escrowMicro).toBe(0n);
    const late = { scope: { terminals: [2], fromS: startS + 4000, untilS: startS + 9000 }, expiresAtS: startS + 9000 };
    say(chain, first, avoid(5n * token, late), null);
    moveTo(chain, 1000 + 3600 + challengeS);
    expectOutcome(chain, settleTransaction([0, 1, 2].map(contractOf)), null);
    say(chain, first, avoid(8n * token, late), null);
  });

  it("hold for amendments, and who amends answers for it from then on", async () => {
    const chain = await chainWithOfficers();
    const [one, two] = [say(chain, first, avoid(4n * token), null), say(chain, first, avoid(4n * token), null)];
    say(chain, first, amendment(one, { budgetMicro: 6n * token }), "officers-too-few");
    say(chain, first, amendment(one, { budgetMicro: 5n * token }), null);
    say(chain, second, amendment(two, { budgetMicro: 9n * token }), "officers-too-few");
    say(chain, second, amendment(two, { budgetMicro: 8n * token }), null);
    expect(readInstruction(chain.state, two)?.authority).toEqual(second.publicKey);
    // The first one is left with three tokens, the second has three.
    say(chain, first, avoid(5n * token), null);
    say(chain, second, avoid(6n * token), "officers-too-few");
    say(chain, second, amendment(one, { budgetMicro: 18n * token }), "budget-above-grant", [first]);
  });

  it("hold for taking back: what two signed, two take back", async () => {
    const chain = await chainWithOfficers();
    const [alone, together] = [
      say(chain, first, avoid(4n * token), null),
      say(chain, first, avoid(9n * token), null, [second]),
    ];
    const poolBefore = readPoolBalance(chain.state, bonusPoolId) ?? 0n;
    say(chain, second, { kind: "withdraw", instructionId: together }, "officers-too-few");
    say(chain, second, { kind: "withdraw", instructionId: together }, "signers-unexpected", [keyOf("treasury")]);
    say(chain, second, { kind: "withdraw", instructionId: together }, null, [first]);
    say(chain, second, { kind: "withdraw", instructionId: alone }, "signers-unexpected", [first]);
    say(chain, second, { kind: "withdraw", instructionId: alone }, null);
    expect(readPoolBalance(chain.state, bonusPoolId)).toBe(poolBefore + 6n * token);
  });

  it("are of place, too: for later words, and for terminals that are to be passed", async () => {
    const chain = await chainWithOfficers();
    const via = (terminal: number) => ({ action: { kind: "itinerary" as const, via: [terminal] } });
    say(chain, narrow, avoid(3n * token, via(4)), "outside-area");
    say(chain, narrow, avoid(3n * token, via(3)), null);
    const wide = { scope: { ...avoidPayload().scope, terminals: [1, 2] } };
    const abroad = say(chain, first, avoid(4n * token, wide), null);
    say(chain, narrow, amendment(abroad, { budgetMicro: 5n * token }), "outside-area");
    say(chain, narrow, { kind: "withdraw", instructionId: abroad }, "outside-area");
    say(chain, first, { kind: "withdraw", instructionId: abroad }, null);
  });
});
