import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { toHex } from "../../common/canonical";
import { describeFailure, type Result } from "../../common/result";
import { keyPairOf } from "../../ledger/solo/ed25519";
import { memberKey } from "../../ledger/solo/members";
import { hashHeader } from "../../ledger/wire/header";
import { addressOf } from "../../ledger/wire/validators";
import { openSessionLedger } from "./session-ledger";
import type { SessionLedger, SessionLedgerOptions } from "./session-interface";

const memberSeed = new Uint8Array(32).fill(3);
const operator = keyPairOf(new Uint8Array(32).fill(5));
const folders: string[] = [];
const opened: SessionLedger[] = [];
afterEach(async () => {
  for (const ledger of opened.splice(0)) await ledger.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function must<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(describeFailure(result.error));
  return result.value;
}

function options(): SessionLedgerOptions {
  const directory = mkdtempSync(join(tmpdir(), "pendulaire-consortium-"));
  folders.push(directory);
  return {
    ...{ directory, memberSeed, chainId: "pendulaire-test-1", date: "2026-03-02", startS: 6 * 3600 },
    ...{ terminalNames: ["North gate", "Bridge", "Ring"], clause: "clause" },
    ...{ rewardPoolMicro: 1_000_000_000, bonusPoolMicro: 100_000_000, challengeS: 60 },
  };
}

async function open(of: SessionLedgerOptions): Promise<SessionLedger> {
  const ledger = must(await openSessionLedger(of));
  opened.push(ledger);
  return ledger;
}

function hashAt(ledger: SessionLedger, height: number): string {
  const block = ledger.chain.lightBlock(height);
  if (block === undefined) throw new Error(`no block ${height}`);
  return toHex(hashHeader(block.header));
}

describe("who keeps the embedded ledger", () => {
  it("is one validator, who signed every header, and one node, which is up to date", async () => {
    const ledger = await open(options());
    must(await ledger.enrolOperator(operator.publicKey));
    const report = must(await ledger.consortium());
    const { publicKey } = memberKey(memberSeed, "validator", 0);
    expect(report).toMatchObject({ engine: "embedded", halted: null, evidence: [] });
    expect(report.head).toMatchObject({ height: ledger.chain.height, hash: hashAt(ledger, ledger.chain.height) });
    expect(report.validators).toHaveLength(1);
    expect(report.validators[0]).toMatchObject({ publicKey: toHex(publicKey), flag: "commit" });
    expect(report.validators[0].address).toBe(toHex(addressOf(publicKey)));
    expect(report.validators[0].signed).toBe(report.headersLookedAt);
    expect(report.headersLookedAt).toBe(ledger.chain.height);
    expect(report.signedPower).toBe(report.totalPower);
    expect(report.nodes).toEqual([
      { name: "the embedded engine", part: "engine", height: ledger.chain.height, lag: 0, reason: null },
    ]);
    expect(report.root).toMatchObject({ height: 1, hash: hashAt(ledger, 1), anchoredBy: null });
  });

  it("lists members, each proved, and counts terminals", async () => {
    const ledger = await open(options());
    must(await ledger.enrolOperator(operator.publicKey));
    const { members, terminals, membersLeftOut } = must(await ledger.consortium());
    expect(members.map(({ role }) => role)).toEqual(
      ["validator", "certificateAuthority", "supervisoryAuthority", "treasury", "custodian", "roadAuthority"].sort(),
    );
    expect(members.every(({ proved, revoked }) => proved && !revoked)).toBe(true);
    expect(members.find(({ role }) => role === "roadAuthority")?.publicKey).toBe(toHex(operator.publicKey));
    expect([terminals, membersLeftOut]).toEqual([3, 0]);
  });
});

describe("the data-protection delegate", () => {
  it("enrols and revokes members, proved, and never another authority's or a wrong key", async () => {
    const ledger = await open(options());
    const key = toHex(keyPairOf(new Uint8Array(32).fill(6)).publicKey);
    const atS = 7 * 3600;
    must(await ledger.administer({ kind: "enrol", publicKey: key, role: "endorser", cohort: "employers" }, atS));
    const member = async () => must(await ledger.consortium()).members.find(({ publicKey }) => publicKey === key);
    expect(await member()).toMatchObject({ role: "endorser", cohort: "employers", revoked: false, proved: true });
    expect((await ledger.administer({ kind: "enrol", publicKey: key, role: "merchant", cohort: null }, atS)).ok).toBe(
      false,
    );
    must(await ledger.administer({ kind: "revoke", publicKey: key }, atS + 60));
    expect(await member()).toMatchObject({ revoked: true, proved: true });
    const treasury = toHex(memberKey(memberSeed, "treasury", 0).publicKey);
    expect((await ledger.administer({ kind: "revoke", publicKey: treasury }, atS + 120)).ok).toBe(false);
    for (const publicKey of ["", "ab", key.slice(1), `zz${key.slice(2)}`]) {
      expect(await ledger.administer({ kind: "revoke", publicKey }, atS + 120)).toMatchObject({
        ok: false,
        error: { said: { code: "key-form" } },
      });
    }
    expect(await ledger.administer({ kind: "erase", contractId: "ab".repeat(31) }, atS + 120)).toMatchObject({
      ok: false,
      error: { said: { code: "contract-unknown" } },
    });
  });
});

describe("the trust root", () => {
  it("moves by an operator's word, is kept, and contracts of before are proved as before", async () => {
    const settings = options();
    const ledger = await open(settings);
    const atS = 7 * 3600;
    const [contractId] = must(
      await ledger.setUpContracts(
        [
          {
            ...{ contractIndex: 0, departFromS: atS, departUntilS: atS + 600, deadlineS: atS + 3600 },
            ...{ itinerary: [{ terminal: 1, fromS: atS, untilS: atS + 1800 }] },
            ...{ rewardMicro: 3_000_000, penaltyMicro: 1_000_000 },
          },
        ],
        atS - 600,
      ),
    );
    for (let step = 1; step <= 5; step++) must(await ledger.advance(atS - 600 + step));
    const before = must(ledger.contractHistory(contractId)).events;
    expect(before.map(({ proved }) => proved)).toEqual([true]);
    const height = ledger.chain.height - 2;
    const root = must(await ledger.reanchor({ height, hash: hashAt(ledger, height) }, operator.publicKey));
    expect(root).toMatchObject({ height, hash: hashAt(ledger, height), anchoredBy: toHex(operator.publicKey) });
    expect(Math.abs(Date.parse(root.anchoredAt ?? "") - Date.now())).toBeLessThan(60_000);
    expect(ledger.trustRoot).toEqual({ height, hash: hashAt(ledger, height) });
    expect(ledger.state()).toMatchObject({ verdict: "ok", verifiedHeight: ledger.chain.height });
    expect(must(ledger.contractHistory(contractId)).events).toEqual(before);
    expect(must(ledger.contractReport(contractId)).proof.verdict).toBe("ok");
    await opened.splice(0)[0].close();
    const again = await open(settings);
    expect(must(await again.consortium()).root).toEqual(root);
    expect(must(again.contractHistory(contractId)).events.map(({ proved }) => proved)).toEqual([true]);
  });

  it("stays where it is when the header is not there, or is another one", async () => {
    const ledger = await open(options());
    const { trustRoot } = ledger;
    const right = hashAt(ledger, 2);
    for (const wrong of [
      { height: 2, hash: hashAt(ledger, 1) },
      { height: ledger.chain.height + 1, hash: right },
      { height: 2, hash: right.slice(2) },
      { height: 2, hash: `zz${right.slice(2)}` },
    ]) {
      expect((await ledger.reanchor(wrong, operator.publicKey)).ok, JSON.stringify(wrong)).toBe(false);
    }
    expect(ledger.trustRoot).toEqual(trustRoot);
    expect(must(await ledger.consortium()).root.anchoredBy).toBeNull();
  });
});
