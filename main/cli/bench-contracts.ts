import { createHash } from "node:crypto";
import { fail, succeed, type Result } from "../../common/result";
import { apply } from "../../ledger/machine/apply";
import { audit } from "../../ledger/machine/audit";
import { initialise } from "../../ledger/machine/genesis";
import { countContracts, listContractIds, readTotals } from "../../ledger/machine/readers";
import { encodeLicence } from "../../ledger/machine/records/consortium-records";
import { encodeContract } from "../../ledger/machine/records/contract-record";
import { encodePool, encodeTotals } from "../../ledger/machine/records/money-records";
import type { State } from "../../ledger/machine/state";
import { contractPath, licencePath, poolPath, totalsPath } from "../../ledger/machine/state-paths";
import { encodeProof, prove, verifyProof } from "../../ledger/machine/tree/proof";
import { compact, lookUp, rootHashOf, update } from "../../ledger/machine/tree/tree";
import {
  bonusPoolId,
  clauseHashOf,
  commuterTemplate,
  consortiumGenesis,
  rewardPoolId,
  signAsMember,
} from "../../ledger/solo/consortium";
import { verifySignature } from "../../ledger/solo/ed25519";
import { memberKey } from "../../ledger/solo/members";
import { wholeNumber } from "../host/launch-options";
import { atMost, reported, rounded, type Bench, type BenchResult } from "./bench-result";
import { unusable, type CommandIo } from "./command";

const bars = { cpuS: 3, residentMb: 1500, proofMs: 1, proofBytes: 2000 } as const;
const chainId = "pendulaire-bench-contracts";
const timeS = 1_772_000_000;
const clause = "clause";
/** One contract in so many passes the terminal that is to be avoided. */
const matchEvery = 10;
const proofsTried = 10_000;

export const benchContractsCommand: Bench = {
  usage: "contracts [--contracts N] [--seed N]",
  summary: "contracts: one instruction over a tenth of a million contracts, in its block, and proofs of them",
  options: ["contracts", "seed"],
  run: async (values, io) => {
    const seed = wholeNumber(values.seed ?? "1", 0, 0xffffffff);
    if (seed === null) return unusable({ message: "a whole number from 0 to 4294967295", where: "--seed" });
    const contracts = wholeNumber(values.contracts ?? "1000000", 1000, 1_000_000);
    if (contracts === null) return unusable({ message: "a whole number from 1000 to 1000000", where: "--contracts" });
    const measured = await benchContracts(seed, contracts, io);
    return measured.ok ? reported(measured.value) : unusable(measured.error);
  },
};

async function benchContracts(seed: number, contracts: number, io: CommandIo): Promise<Result<readonly BenchResult[]>> {
  const memberSeed = new Uint8Array(createHash("sha256").update(`bench of ${seed}`).digest());
  const filled = await fillState(memberSeed, contracts, io);
  if (!filled.ok) return filled;
  const officer = memberKey(memberSeed, "commuter", 0);
  const enrol = signAsMember(chainId, memberKey(memberSeed, "certificateAuthority", 0), 0, {
    kind: "enrol",
    publicKey: officer.publicKey,
    grant: {
      ...{ role: "roadAuthority", poolId: bonusPoolId, budgetMaxMicro: 1n << 60n },
      ...{ twoOfficersAboveMicro: null, area: null },
    },
    validUntilS: 0,
  });
  const instruct = signAsMember(chainId, officer, 0, {
    ...{ kind: "instruct", incidentId: "1", action: { kind: "avoid" }, expiresAtS: timeS + 9000 },
    scope: { terminals: [3], fromS: timeS, untilS: timeS + 9000 },
    ...{ bonusMicro: 1_000_000n, budgetMicro: 900_000_000_000n },
  });
  const before = apply(filled.value, { height: 1, timeS, transactions: [enrol] }, verifySignature).state;
  const cpu = process.cpuUsage();
  const begunMs = performance.now();
  const applied = apply(before, { height: 2, timeS: timeS + 1, transactions: [instruct] }, verifySignature);
  const wallS = (performance.now() - begunMs) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  const residentMb = process.resourceUsage().maxRSS / 1024;
  if (applied.results[0].code !== 0) return fail(applied.results[0].log, "instruct");
  const audited = audit(applied.state);
  if (!audited.ok) return audited;
  const what = `instruction over ${Math.floor(contracts / matchEvery)} of ${contracts} contracts, in its block`;
  const proofs = measureProofs(applied.state);
  if (!proofs.ok) return proofs;
  return succeed([
    atMost(`${what}: CPU of all threads`, (user + system) / 1e6, "s", bars.cpuS),
    { what: `${what}: wall time`, value: rounded(wallS), unit: "s", bar: null, ok: null },
    atMost(`${what}: resident memory, peak until then`, residentMb, "MB", bars.residentMb),
    ...proofs.value,
  ]);
}

function measureProofs(state: State): Result<readonly BenchResult[]> {
  const step = Math.max(1, Math.floor(countContracts(state) / proofsTried));
  const ids = listContractIds(state, 0, countContracts(state)).filter((_, row) => row % step === 0);
  const root = rootHashOf(state.tree);
  const paths = ids.map(contractPath);
  const proofs = paths.map((path) => prove(state.tree, path));
  const values = paths.map((path) => lookUp(state.tree, path) ?? null);
  const begunMs = performance.now();
  const wrong = paths.findIndex((path, row) => !verifyProof(root, path, values[row], proofs[row]).ok);
  const eachMs = (performance.now() - begunMs) / paths.length;
  if (wrong >= 0) return fail("a proof does not hold", ids[wrong]);
  const largest = Math.max(...proofs.map((proof) => encodeProof(proof).length));
  return succeed([
    atMost(`proof of presence verified, mean of ${paths.length}`, eachMs, "ms", bars.proofMs),
    atMost(`proof of presence, largest of ${paths.length}`, largest, "bytes", bars.proofBytes),
  ]);
}

/** A state of so many contracts, without the signatures that it would take to get there. */
async function fillState(memberSeed: Uint8Array, contracts: number, io: CommandIo): Promise<Result<State>> {
  const progress = io.progress("filling the state");
  const initialised = initialise(
    consortiumGenesis({
      ...{ chainId, seed: memberSeed, timeS, capMicro: 1n << 60n, terminalCount: 20, clause },
      ...{ rewardMaxMicro: 1n << 40n, penaltyMaxMicro: 1n << 40n, challengeS: 60 },
    }),
  );
  if (!initialised.ok) return initialised;
  let { state } = initialised.value;
  const hash = clauseHashOf(clause);
  const batch = 20_000;
  for (let at = 0; at < contracts; at += batch) {
    const changes = new Map<string, Uint8Array>();
    for (let row = at; row < Math.min(contracts, at + batch); row++) {
      const id = createHash("sha256").update(`contract ${row}`).digest("hex").slice(0, 62);
      changes.set(contractPath(id), contractBytes(row, hash));
    }
    state = { ...state, tree: update(state.tree, changes) };
    if (at % (10 * batch) === 0) state = { ...state, tree: compact([state.tree])[0] };
    progress(at, contracts);
    await new Promise((resolve) => setImmediate(resolve));
  }
  const bonusMicro = 1_000_000_000_000n;
  const supplyMicro = BigInt(contracts) * 2_500_000n + bonusMicro;
  const { templateId } = commuterTemplate;
  const sums = new Map([
    [totalsPath, encodeTotals({ ...readTotals(state), contracts, supplyMicro })],
    [poolPath(bonusPoolId), encodePool({ poolId: bonusPoolId, purpose: "bonuses", balanceMicro: bonusMicro })],
    [licencePath(templateId), encodeLicence({ templateId, suspended: false, contractsMax: 0, contracts })],
  ]);
  return succeed({ ...state, tree: compact([update(state.tree, sums)])[0] });
}

function contractBytes(row: number, hash: string): Uint8Array {
  const fromS = timeS + 1000 + (row % 3600);
  return encodeContract({
    ...{ state: "active", revision: 1, rewardPoolId, passages: [], settlement: null },
    terms: {
      template: commuterTemplate,
      clause: { version: 1, hash },
      departure: { fromS, untilS: fromS + 600 },
      itinerary: [row % matchEvery, 11, 12, 13].map((terminal, stop) => ({
        terminal,
        fromS: fromS + stop * 300,
        untilS: fromS + stop * 300 + 900,
      })),
      deadlineS: fromS + 5400,
      ...{ rewardMicro: 2_000_000n, penaltyMicro: 500_000n, ways: [] },
    },
  });
}
