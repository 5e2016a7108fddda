import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { InstructionDraft } from "../../common/console-api";
import { toHex } from "../../common/canonical";
import { assert, describeFailure, type Result } from "../../common/result";
import type { Said } from "../../common/said";
import { contractIdOf } from "../../ledger/machine/state-paths";
import { networkGenesis } from "../../ledger/network/consortium-genesis";
import { prepareLoad, type Load } from "../../ledger/network/load";
import { findComet, freePorts, startNetwork, type Network } from "../../ledger/network/network";
import { createNodeReader, type NodeReader } from "../../ledger/network/node-reader";
import { openRpc } from "../../ledger/network/rpc";
import { bonusPoolId, signAsMember } from "../../ledger/solo/consortium";
import { keyPairOf, verifySignature } from "../../ledger/solo/ed25519";
import { memberKey } from "../../ledger/solo/members";
import { hashHeader } from "../../ledger/wire/header";
import { sessionOfficerGrant } from "../../main/ledger/instruction-desk";
import { openNetworkLedger } from "../../main/ledger/network-ledger";
import { verifyProofFile } from "../../main/ledger/proof-file";
import type { SessionLedger } from "../../main/ledger/session-interface";
import { openTrustStore } from "../../main/ledger/trust-store";
import { untilIncluded } from "../support/included";

const cometFile = findComet();
const required = process.env["CI"] === "true";
const chainId = "console-test-1";
const clause = "clause";
const memberSeed = new Uint8Array(32).fill(3);
const operator = keyPairOf(new Uint8Array(32).fill(5));
const contracts = 60;
const date = new Date().toISOString().slice(0, 10);
/** Goes on past midnight, as a session does. */
const nowS = () => (Date.now() - Date.parse(date)) / 1000;

function must<T>(result: Result<T>): T {
  assert(result.ok, result.ok ? "" : describeFailure(result.error));
  return result.value;
}

/** Real CometBFT, real applications, and the ledger of a console that is attached to them. */
describe.skipIf(cometFile === undefined && !required)("a console attached to a network", () => {
  let network: Network;
  let folder = "";
  let readers: readonly NodeReader[];
  let load: Load;
  const opened: SessionLedger[] = [];

  beforeAll(async () => {
    assert(cometFile !== undefined, "cometbft is here");
    folder = mkdtempSync(path.join(tmpdir(), "pendulaire-console-"));
    const timeS = Math.floor(Date.now() / 1000);
    const options = {
      ...{ chainId, seed: memberSeed, timeS, clause, terminalCount: 8, capMicro: 1n << 60n },
      ...{ rewardMaxMicro: 1n << 40n, penaltyMaxMicro: 1n << 40n, challengeS: 600 },
    };
    network = must(
      await startNetwork({
        ...{ directory: path.join(folder, "network"), validators: 4, seed: new Uint8Array(32).fill(4), cometFile },
        genesisFor: (keys) => networkGenesis(options, keys),
        applicationFile: path.resolve("dist/ledger/abci.cjs"),
        times: { proposeMs: 1000, voteMs: 300, commitMs: 300, emptyBlockEveryMs: 0 },
      }),
    );
    readers = network.nodes.map(({ rpc }) => createNodeReader(must(openRpc(rpc, 5000))));
    load = await prepareLoad({ chainId, memberSeed, clause, terminals: 8, contracts, nowS: timeS });
    await reach(2);
    for (const [index, transaction] of load.preparation.entries()) {
      must(await readers[0].send(transaction));
      if (index === 2) await untilIncluded(readers[0], load.preparation.slice(0, 3));
    }
    const treasury = memberKey(memberSeed, "treasury", 0);
    const fund = {
      kind: "fund",
      destination: { kind: "pool", poolId: bonusPoolId },
      amountMicro: 500_000_000n,
    } as const;
    const minted = signAsMember(chainId, treasury, 3, { kind: "mint", amountMicro: 500_000_000n });
    const funded = signAsMember(chainId, treasury, 4, fund);
    for (const transaction of [minted, funded]) must(await readers[0].send(transaction));
    await reach(await untilIncluded(readers[0], [...load.preparation, minted, funded]));
  }, 180_000);
  afterAll(async () => {
    for (const ledger of opened.splice(0)) await ledger.close();
    await network?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  async function reach(height: number): Promise<number> {
    const untilMs = performance.now() + 60_000;
    for (;;) {
      const heights = await Promise.all(readers.map((reader) => reader.latestHeight()));
      const least = Math.min(...heights.map((one) => (one.ok ? one.value : 0)));
      if (least >= height) return least;
      assert(performance.now() < untilMs, `height ${height}, not ${least}`);
      await pause(50);
    }
  }

  const attach = (
    addresses: readonly string[],
    trust?: { height: number; hash: Uint8Array },
    primaryPatienceMs?: number,
  ) =>
    openNetworkLedger({
      ...(primaryPatienceMs === undefined ? {} : { primaryPatienceMs }),
      ...{ addresses, trust, date, clause, terminalNames: ["Quay", "Bridge"] },
      openStore: (chain) => openTrustStore(path.join(folder, "trust", chain)),
    });

  async function attached(): Promise<SessionLedger> {
    const ledger = must(await attach(network.nodes.slice(0, 3).map(({ rpc }) => rpc)));
    opened.push(ledger);
    return ledger;
  }

  it("shows who signed, how far each node is, and contracts with proofs that stand without it", async () => {
    const ledger = await attached();
    const report = must(await ledger.consortium());
    expect(report).toMatchObject({ engine: "network", chainId, halted: null, totalPower: 40 });
    expect(report.validators).toHaveLength(4);
    expect(report.signedPower * 3).toBeGreaterThan(report.totalPower * 2);
    expect(report.nodes.map(({ part }) => part)).toEqual(["primary", "witness", "witness"]);
    expect(
      report.nodes.every(({ height, lag, reason }) => height !== null && (lag ?? 99) < 10 && reason === null),
    ).toBe(true);
    expect(report.members.length).toBe(8);
    expect(report.members.every(({ proved }) => proved)).toBe(true);
    const own = must(await readers[3].lightBlock(report.head.height));
    expect(report.head.hash).toBe(toHex(hashHeader(own.header)));
    const listed = ledger.contracts({ offset: 0, limit: 100 });
    const ids = Array.from({ length: contracts }, (_, row) =>
      contractIdOf(
        keyPairOf(new Uint8Array(createHash("sha256").update(`load ${row} `).update(memberSeed).digest())).publicKey,
      ),
    );
    expect(listed).toEqual({ contractIds: ids.sort(), total: contracts });
    const contract = must(ledger.contractReport(ids[0]));
    expect(contract).toMatchObject({ version: 1, state: "active", clause, rewardMicro: 1_000_000 });
    expect(contract.proof.checks.every(({ ok }) => ok)).toBe(true);
    const { events } = must(ledger.contractHistory(ids[0]));
    expect(events.map(({ kind, proved }) => [kind, proved])).toEqual([["accepted", true]]);
    const { bytes } = must(ledger.proofFile(ids[0]));
    const trusted = { chainId, kind: "header", hash: Buffer.from(ledger.trustRoot.hash, "hex") } as const;
    expect(verifyProofFile(bytes, trusted, { verifySignature }).outcome.ok).toBe(true);
  });

  it("refuses an operator whom the network does not know, naming the key; then sends what the operator signs", async () => {
    const ledger = await attached();
    expect(await ledger.enrolOperator(operator.publicKey)).toMatchObject({
      ok: false,
      error: { said: { code: "operator-not-enrolled", args: { key: toHex(operator.publicKey) } } },
    });
    const payload = {
      kind: "enrol",
      publicKey: operator.publicKey,
      grant: sessionOfficerGrant,
      validUntilS: 0,
    } as const;
    const enrolment = signAsMember(chainId, memberKey(memberSeed, "certificateAuthority", 0), 0, payload);
    must(await readers[1].send(enrolment));
    await reach(await untilIncluded(readers[1], [enrolment]));
    must(await ledger.advance(nowS()));
    must(await ledger.enrolOperator(operator.publicKey));
    const draft: InstructionDraft = {
      ...{ incidentId: "I-0001", action: { kind: "avoid" }, terminals: [0] },
      ...{ fromS: nowS() - 60, untilS: nowS() + 3600, expiresAtS: nowS() + 3600 },
      ...{ bonusMicro: 2_000_000, budgetMicro: 400_000_000 },
    };
    const { match } = ledger.matchInstruction(draft, operator.publicKey, nowS());
    expect(match).toMatchObject({ contracts, refusal: null, poolMicro: 500_000_000 });
    const { instructionId } = must(await ledger.sendInstruction(draft, operator, nowS()));
    must(await ledger.advance(nowS()));
    const order = must(await ledger.verifyInstruction(instructionId));
    expect(order.contracts).toBe(contracts);
    expect(ledger.instruction(instructionId)).toMatchObject({ rewritten: contracts, verified: contracts });
    const [contractId] = ledger.contracts({ instructionId, offset: 0, limit: 1 }).contractIds;
    expect(must(ledger.contractReport(contractId))).toMatchObject({ version: 2, instructionId, avoids: ["Quay"] });
    const { events } = must(ledger.contractHistory(contractId));
    expect(events.map(({ kind, proved }) => [kind, proved])).toEqual([
      ["accepted", true],
      ["rewritten", true],
    ]);
    // A block that refuses is said, too: the same words again overlap nothing, but the pool is bound.
    const larger = { ...draft, budgetMicro: 900_000_000, bonusMicro: 15_000_000 };
    expect((await ledger.sendInstruction(larger, operator, nowS())).ok).toBe(false);
  });

  it("says that its primary does not answer, and goes on when it does", async () => {
    const ledger = await attached();
    const verdicts: string[] = [];
    ledger.watch?.(() => verdicts.push(ledger.state().verdict));
    await network.nodes[0].kill();
    await expect.poll(() => ledger.state().verdict, { timeout: 30_000 }).not.toBe("ok");
    const [primary, witness] = must(await ledger.consortium()).nodes;
    expect(primary).toMatchObject({ part: "primary", height: null, lag: null });
    expect(primary.reason).not.toBeNull();
    expect(witness.height).not.toBeNull();
    const before = ledger.state().verifiedHeight;
    must(await network.nodes[0].start());
    await expect.poll(() => ledger.state().verdict, { timeout: 60_000 }).toBe("ok");
    await expect.poll(() => ledger.state().verifiedHeight, { timeout: 60_000 }).toBeGreaterThan(before + 2);
    expect(verdicts.length).toBeGreaterThan(1);
  });

  it("goes on with another node when its primary is lost for good, and says which", async () => {
    for (const ledger of opened.splice(0)) await ledger.close();
    const [first, second, third] = network.nodes;
    const ledger = must(
      await attach(
        [first, second, third].map(({ rpc }) => rpc),
        undefined,
        2_000,
      ),
    );
    opened.push(ledger);
    const told: Said[] = [];
    ledger.watch?.((said) => {
      if (said !== null) told.push(said);
    });
    await first.kill();
    await expect.poll(() => told.length, { timeout: 30_000 }).toBe(1);
    assert(told[0].code === "primary-promoted", "it says who is the primary");
    expect(told[0].args).toMatchObject({ from: first.rpc, to: second.rpc });
    const before = ledger.state().verifiedHeight;
    await expect.poll(() => ledger.state().verifiedHeight, { timeout: 30_000 }).toBeGreaterThan(before + 2);
    expect(ledger.state().verdict).toBe("ok");
    expect(must(await ledger.consortium()).nodes).toMatchObject([
      { name: second.rpc, part: "primary", reason: null },
      { name: third.rpc, part: "witness", reason: null },
      { name: first.rpc, part: "witness", height: null },
    ]);
    const own = must(await readers[1].lightBlock(before));
    expect(ledger.chain.block(before)?.block.header).toEqual(own.header);
    must(await first.start());
    await reach((await reach(1)) + 1);
  });

  it("takes the first node that answers as its primary, and names all of them when none does", async () => {
    const [none, other] = (await freePorts(2)).map((port) => `http://127.0.0.1:${port}`);
    for (const ledger of opened.splice(0)) await ledger.close();
    const ledger = must(await attach([none, network.nodes[1].rpc]));
    const { nodes } = must(await ledger.consortium());
    expect(nodes).toMatchObject([
      { name: network.nodes[1].rpc, part: "primary", reason: null },
      { name: none, part: "witness", height: null },
    ]);
    // What was believed before is shown; nothing more is believed on the word of one node.
    const { verifiedHeight } = ledger.state();
    await expect.poll(() => ledger.state().verdict, { timeout: 30_000 }).toMatch(/none of the witnesses has/);
    expect(ledger.state().verifiedHeight).toBe(verifiedHeight);
    expect(ledger.state().height).toBeGreaterThan(verifiedHeight);
    await ledger.close();
    const failed = await attach([none, other]);
    assert(!failed.ok, "nobody answers");
    const { said } = failed.error;
    assert(said?.code === "ledger-no-answer", "it says so");
    expect(said.args.nodes.map((reason) => reason.split(": ")[0])).toEqual([none, other]);
  });

  it("keeps its trust root, refuses another one, and is re-anchored by the operator's word to a later header", async () => {
    for (const ledger of opened.splice(0)) await ledger.close();
    const addresses = [network.nodes[1].rpc, network.nodes[2].rpc];
    expect((await attach(addresses, { height: 1, hash: new Uint8Array(32).fill(1) })).ok).toBe(false);
    const ledger = must(await attach(addresses));
    expect(ledger.trustRoot.height).toBe(1);
    const height = ledger.state().verifiedHeight - 3;
    const hash = toHex(hashHeader(must(await readers[1].lightBlock(height)).header));
    must(await ledger.reanchor({ height, hash }, operator.publicKey));
    await ledger.close();
    // The whole chain is carried out again, from the genesis to beyond a root that lies ahead.
    const again = must(await attach(addresses));
    opened.push(again);
    const { root } = must(await again.consortium());
    expect(root).toMatchObject({ height, hash, anchoredBy: toHex(operator.publicKey) });
    const [contractId] = again.contracts({ offset: 0, limit: 1 }).contractIds;
    expect(must(again.contractHistory(contractId)).events.every(({ proved }) => proved)).toBe(true);
    expect(again.state()).toMatchObject({ verdict: "ok", contracts });
  });
});
