import { expect, test } from "vitest";
import { fail, succeed } from "../../common/result";
import { answerCommuter, takeSeat } from "./commuter-desk";
import { openSessionActs } from "./session-acts";
import type { SessionContext } from "./session-context";

/** A session as far as a commuter's statement about contract `c` asks, and what was stated. */
function statedSession() {
  const acts = openSessionActs();
  const stated: string[] = [];
  const guests = { has: () => true, state: (id: string) => Promise.resolve(succeed(stated.push(id))) };
  const chain = { guests, state: () => ({}), contractReport: () => fail("not asked for here") };
  const context = {
    ...{ acts, parts: { tickS: 0.5, twins: { live: { header: { startS: 0 } } } }, twins: { tick: 0 } },
    ledger: { ledger: chain, ready: true, exclusively: (work: (given: unknown) => unknown) => work(chain) },
    listener: { ledger: () => undefined },
  };
  const seat = takeSeat();
  seat.contracts.set("c", new Uint8Array(32));
  const request = { id: 1, name: "state", params: { contractId: "c", transaction: "00" } } as const;
  return { acts, stated, state: () => answerCommuter(context as unknown as SessionContext, seat, request) };
}

test("what a commuter states counts as done in the session, which is saved for it", async () => {
  const { acts, stated, state } = statedSession();
  await state();
  expect([stated, acts.count]).toEqual([["c"], 1]);
});

/** A town with one offer, whose seat has contract `c` in a state; what was brought to the ledger. */
function signingSession(state: "active" | "left") {
  const brought: string[] = [];
  const guests = { has: () => true, bring: () => Promise.resolve(succeed(`d${String(brought.push("offer"))}`)) };
  const contractReport = (id: string) => (id === "c" ? succeed({ state }) : fail("not asked for here"));
  const chain = { guests, state: () => ({}), contractReport };
  const offers = [{ contractIndex: 0, departFromS: 3600 }];
  const context = {
    ...{ acts: openSessionActs(), twins: { tick: 0 }, listener: { ledger: () => undefined } },
    parts: { tickS: 0.5, twins: { live: { header: { startS: 0 } } }, contracts: { offers } },
    ledger: { ledger: chain, ready: true, exclusively: (work: (given: unknown) => unknown) => work(chain) },
  };
  const seat = takeSeat();
  seat.contracts.set("c", new Uint8Array(32));
  const params = { entryId: "0", contractKey: "00".repeat(32), signature: "00".repeat(64) };
  return {
    brought,
    sign: () => answerCommuter(context as unknown as SessionContext, seat, { id: 1, name: "sign", params }),
  };
}

test("a second contract is refused while one is in force, and taken once it is over", async () => {
  const inForce = signingSession("active");
  expect(await inForce.sign()).toMatchObject({ ok: false, error: { said: { code: "contract-in-force" } } });
  expect(inForce.brought).toEqual([]);
  const over = signingSession("left");
  await over.sign();
  expect(over.brought).toEqual(["offer"]);
});

test("a commuter is refused while the session is held", async () => {
  const { acts, stated, state } = statedSession();
  await acts.hold();
  expect(await state()).toMatchObject({ ok: false, error: { said: { code: "session-held" } } });
  expect(stated).toEqual([]);
});
