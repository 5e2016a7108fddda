import { describe, expect, it } from "vitest";
import {
  chainWithContracts,
  commit,
  fundedChain,
  keyOf,
  moveTo,
  passageTransaction,
  signed,
  startS,
} from "../../test/verification/ledger-chain";
import { rewardPoolId } from "../solo/consortium";
import { verifySignature } from "../solo/ed25519";
import { createChecker } from "./apply";
import { refusalCodes } from "./refusals";

const names = new Map([...refusalCodes()].map(([name, code]) => [code, name]));
const saidOf = ({ code }: { readonly code: number }) => (code === 0 ? "may wait" : names.get(code));

describe("a checker", () => {
  it("judges each transaction as if it were the only one, however many it has judged", () => {
    const chain = fundedChain();
    const treasury = keyOf("treasury");
    const [first, second] = [1n, 2n].map((amountMicro) => signed(chain, treasury, { kind: "mint", amountMicro }));
    const { check } = createChecker(chain.state, verifySignature);
    for (let row = 0; row < 3; row++) {
      expect(check(first)).toMatchObject({ code: 0, log: "" });
      expect(check(second)).toMatchObject({ code: 0, log: "waits for its nonce" });
    }
  });

  it("asks again of a sender's transaction whether its nonce is free, and leaves the rule to the block", () => {
    const chain = fundedChain();
    const destination = { kind: "pool", poolId: rewardPoolId } as const;
    const tooMuch = signed(chain, keyOf("treasury"), { kind: "fund", destination, amountMicro: 1n << 60n });
    const before = createChecker(chain.state, verifySignature);
    expect(saidOf(before.check(tooMuch))).toBe("balance-too-low");
    expect(saidOf(before.checkAgain(tooMuch))).toBe("may wait");
    expect(commit(chain, [tooMuch]).map(saidOf)).toEqual(["balance-too-low"]);
    expect(saidOf(createChecker(chain.state, verifySignature).checkAgain(tooMuch))).toBe("nonce-wrong");
  });

  it("asks again of what nobody's nonce is spent for whether its rule still takes it", async () => {
    const chain = await chainWithContracts(1);
    moveTo(chain, 1100);
    const passage = await passageTransaction(0, 1, startS + 1100);
    expect(saidOf(createChecker(chain.state, verifySignature).checkAgain(passage))).toBe("may wait");
    expect(commit(chain, [passage]).map(saidOf)).toEqual(["may wait"]);
    expect(saidOf(createChecker(chain.state, verifySignature).checkAgain(passage))).toBe("nullifier-used");
  });
});
