import { createHash } from "node:crypto";
import { fail, succeed, type Result } from "../../common/result";
import { keyPairOf, verifySignature, type KeyPair } from "../../ledger/solo/ed25519";
import { CommitFlag, precommitSignBytes } from "../../ledger/wire/commit";
import { blockProtocolVersion, hashHeader, type Header } from "../../ledger/wire/header";
import type { LightBlock } from "../../ledger/wire/light-block";
import { addSeconds, type Timestamp } from "../../ledger/wire/timestamp";
import { addressOf, hashValidators, sortValidators } from "../../ledger/wire/validators";
import { wholeNumber } from "../host/launch-options";
import { openLightClient } from "../ledger/follow";
import type { LightProvider } from "../ledger/walk";
import { createMemoryTrustStore } from "../ledger/trust-store";
import { clockDriftDefaultS, trustOneThird, verify, type VerifyOptions } from "../ledger/verify";
import { atMost, median, reported, type Bench, type BenchResult } from "./bench-result";
import { unusable } from "./command";

const bars = { headerMs: 5, gapCpuMs: 100 } as const;
const validatorCount = 20;
const gap = 100_000;
const chainId = "pendulaire-bench-light";
const genesisTime: Timestamp = { seconds: 1_772_000_000, nanos: 0 };
const blockS = 1;

export const benchLightCommand: Bench = {
  usage: "light [--runs N] [--seed N]",
  summary: "light: a header of 20 validators verified, and a gap of 100,000 heights over which a third of them change",
  options: ["runs", "seed"],
  run: async (values) => {
    const seed = wholeNumber(values.seed ?? "1", 0, 0xffffffff);
    if (seed === null) return unusable({ message: "a whole number from 0 to 4294967295", where: "--seed" });
    const runs = wholeNumber(values.runs ?? "31", 1, 10_000);
    if (runs === null) return unusable({ message: "a whole number from 1 to 10000", where: "--runs" });
    const measured = await benchLight(seed, runs);
    return measured.ok ? reported(measured.value) : unusable(measured.error);
  },
};

const verification: VerifyOptions = {
  ...{ trustingPeriodS: gap * blockS * 2, clockDriftS: clockDriftDefaultS, trustLevel: trustOneThird },
  ...{ everySignature: true, verifySignature },
};

async function benchLight(seed: number, runs: number): Promise<Result<readonly BenchResult[]>> {
  const chain = createChain(seed);
  const now = addSeconds(genesisTime, (gap + 10) * blockS);
  const headerMs: number[] = [];
  for (let run = 0; run < runs; run++) {
    const [trusted, untrusted] = [chain.lightBlock(run + 1), chain.lightBlock(run + 2)];
    const begunMs = performance.now();
    const judged = verify({ trusted, untrusted, options: verification, now });
    headerMs.push(performance.now() - begunMs);
    if (judged.verdict !== "success") return fail(judged.reason, judged.clause);
  }
  const cpuMs: number[] = [];
  let fetched = 0;
  for (let run = 0; run < runs; run++) {
    const blocks = new Map<number, LightBlock>();
    const primary: LightProvider = {
      name: "a made-up chain",
      latestHeight: () => Promise.resolve(gap + 1),
      lightBlock: (height) => {
        // What a node would send: making it is not the client's work.
        const block = blocks.get(height) ?? chain.lightBlock(height);
        blocks.set(height, block);
        return Promise.resolve(block);
      },
    };
    await primary.lightBlock(gap + 1);
    const root = { height: 1, hash: hashHeader(chain.lightBlock(1).header) };
    const options = { chainId, primary, witnesses: [], store: createMemoryTrustStore(), verification };
    const client = await openLightClient(options, root);
    if (!client.ok) return client;
    const before = process.cpuUsage();
    const reached = await client.value.skipTo(gap + 1, now);
    const { user, system } = process.cpuUsage(before);
    if (!reached.ok) return reached;
    cpuMs.push((user + system) / 1000);
    fetched = blocks.size;
  }
  return succeed([
    atMost(
      `header of ${validatorCount} validators verified from the one before it, median`,
      median(headerMs),
      "ms",
      bars.headerMs,
    ),
    atMost(
      `${gap} heights skipped, a third of ${validatorCount} validators changed, ${fetched} headers fetched, CPU, median`,
      median(cpuMs),
      "ms",
      bars.gapCpuMs,
    ),
  ]);
}

/** Headers made when they are asked for; one validator of the set goes and one comes at each of the first six seventeenths of the gap. */
function createChain(seed: number): { lightBlock(height: number): LightBlock } {
  const keys: readonly KeyPair[] = Array.from({ length: validatorCount * 2 }, (_, index) =>
    keyPairOf(new Uint8Array(createHash("sha256").update(`bench light ${seed} ${index}`).digest())),
  );
  const changes = Math.floor(validatorCount / 3);
  const setAt = (height: number) => {
    const gone = Math.min(changes, Math.floor((height * (changes + 1)) / (gap + 2)));
    return keys.slice(gone, gone + validatorCount);
  };
  const validatorsAt = (height: number) =>
    sortValidators(setAt(height).map(({ publicKey }) => ({ publicKey, power: 10n })));
  return {
    lightBlock: (height) => {
      const [validators, nextValidators] = [validatorsAt(height), validatorsAt(height + 1)];
      const digest = (what: string) => new Uint8Array(createHash("sha256").update(`${what} ${height}`).digest());
      const header: Header = {
        ...{ blockVersion: blockProtocolVersion, appVersion: 1, chainId, height },
        time: addSeconds(genesisTime, height * blockS),
        lastBlockId: { hash: digest("last"), partTotal: 1, partsHash: digest("parts") },
        ...{ lastCommitHash: digest("commit"), dataHash: digest("data") },
        ...{ validatorsHash: hashValidators(validators), nextValidatorsHash: hashValidators(nextValidators) },
        ...{ consensusHash: digest("consensus"), appHash: digest("app"), lastResultsHash: digest("results") },
        ...{ evidenceHash: digest("evidence"), proposerAddress: addressOf(validators[0].publicKey) },
      };
      const blockId = { hash: hashHeader(header), partTotal: 1, partsHash: digest("own parts") };
      const time = addSeconds(header.time, blockS);
      const signBytes = precommitSignBytes(chainId, height, 0, blockId, time);
      const byKey = new Map(setAt(height).map((key) => [key.publicKey, key]));
      const signatures = validators.map(({ publicKey }) => ({
        ...{ flag: CommitFlag.commit, validatorAddress: addressOf(publicKey), time },
        signature: byKey.get(publicKey)?.sign(signBytes) ?? new Uint8Array(64),
      }));
      return { header, commit: { height, round: 0, blockId, signatures }, validators, nextValidators };
    },
  };
}
