import { describe, expect, it } from "vitest";
import {
  avoidPayload,
  chainId,
  chainWithContracts,
  challengeS,
  commit,
  contractOf,
  fundedChain,
  keyOf,
  moveTo,
  officer,
  passageTransaction,
  settleTransaction,
  signed,
  startS,
  type TestChain,
} from "../../test/verification/ledger-chain";
import { rewardPoolId, signAsMember } from "../solo/consortium";
import { verifySignature } from "../solo/ed25519";
import { createChecker, judgeProposal } from "./apply";
import { walksPerBlockMax } from "./limits";
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

  it("takes what nobody's nonce is spent for once, however it is dressed, until the next block", async () => {
    const chain = await chainWithContracts(2);
    moveTo(chain, 1000 + 3600 + challengeS);
    const [first, other] = [0, 1].map((holder) => settleTransaction([contractOf(holder)]));
    const dressed = Array.from({ length: 3 }, (_, row) => settleTransaction([contractOf(0), `0${row}`.repeat(31)]));
    const checker = createChecker(chain.state, verifySignature);
    expect([first, ...dressed, other].map((bytes) => saidOf(checker.check(bytes)))).toEqual([
      "may wait",
      ...dressed.map(() => "contract-settled"),
      "may wait",
    ]);
    const later = checker.at(chain.state.timeS + 5);
    expect(dressed.map((bytes) => saidOf(later.check(bytes)))).toEqual(dressed.map(() => "contract-settled"));
    expect(saidOf(createChecker(chain.state, verifySignature).check(dressed[0]))).toBe("may wait");
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

describe("a proposal", () => {
  const judged = (chain: TestChain, transactions: readonly Uint8Array[]) =>
    judgeProposal(
      chain.state,
      { height: chain.state.height + 1, timeS: chain.state.timeS + 1, transactions },
      verifySignature,
    );

  it("holds nothing that nobody's nonce is spent for and that comes to nothing", async () => {
    const chain = await chainWithContracts(1);
    moveTo(chain, 1100);
    const passages = await Promise.all([1100, 1101].map((timeS) => passageTransaction(0, 1, startS + timeS)));
    expect(judged(chain, [passages[0], passages[0], passages[1]])).toEqual([true, false, true]);
    moveTo(chain, 1000 + 3600 + challengeS);
    const settle = settleTransaction([contractOf(0)]);
    const dressed = settleTransaction([contractOf(0), "00".repeat(31)]);
    expect(judged(chain, [settle, dressed])).toEqual([true, false]);
    expect(judged(chain, [dressed, settle])).toEqual([true, false]);
  });

  it("walks over all contracts so many times, and lets the rest wait; so does a block", () => {
    const chain = fundedChain();
    const transactions = Array.from({ length: walksPerBlockMax + 1 }, () => signed(chain, officer, avoidPayload()));
    const taken = transactions.map((_, row) => row < walksPerBlockMax);
    expect(judged(chain, transactions)).toEqual(taken);
    expect(commit(chain, transactions).map(saidOf)).toEqual(
      taken.map((isTaken) => (isTaken ? "may wait" : "walks-too-many")),
    );
    // What waits spends no nonce: the next block takes it as it is.
    expect(commit(chain, transactions.slice(walksPerBlockMax)).map(saidOf)).toEqual(["may wait"]);
  });

  it("leaves no room to walk to those who may not", () => {
    const chain = fundedChain();
    const treasury = keyOf("treasury");
    const others = Array.from({ length: walksPerBlockMax }, () => signed(chain, treasury, avoidPayload()));
    expect(judged(chain, [...others, signed(chain, officer, avoidPayload())])).toEqual(
      Array.from({ length: walksPerBlockMax + 1 }, () => true),
    );
  });

  it("is not made to walk by what is refused without", () => {
    const chain = fundedChain();
    const { check } = createChecker(chain.state, verifySignature);
    const flawed = [
      avoidPayload({ scope: { ...avoidPayload().scope, terminals: [] } }),
      avoidPayload({ budgetMicro: 1n << 60n }),
      ...Array.from({ length: walksPerBlockMax }, () => avoidPayload({ expiresAtS: startS })),
    ];
    for (const payload of flawed) expect(check(signAsMember(chainId, officer, 0, payload)).code).not.toBe(0);
    expect(saidOf(check(signAsMember(chainId, officer, 0, avoidPayload())))).toBe("may wait");
  });
});
