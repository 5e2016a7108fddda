import { bytesEqual } from "../../common/canonical";
import { fail, succeed, type Result } from "../../common/result";
import type { AttackEvidence } from "../../ledger/wire/evidence";
import { hashHeader, type Header } from "../../ledger/wire/header";
import type { LightBlock } from "../../ledger/wire/light-block";
import { compareTimestamps, type Timestamp } from "../../ledger/wire/timestamp";
import { describeEvidence, evidenceAgainst } from "./divergence";
import type { TrustStore } from "./trust-store";
import type { VerifyOptions } from "./verify";
import { walk, type LightProvider } from "./walk";

export interface FollowOptions {
  readonly chainId: string;
  readonly primary: LightProvider;
  /**
   * Asked for the same headers. One whose header differs, and is signed by enough of whom the last common header names,
   * halts the client; one whose header is not, is heard no longer.
   */
  readonly witnesses: readonly LightProvider[];
  readonly store: TrustStore;
  readonly verification: VerifyOptions;
}

/** What a client knows besides its store. */
export interface Watch {
  /** Another primary takes its place by a new value. */
  options: FollowOptions;
  readonly dropped: Map<LightProvider, string>;
  readonly evidence: AttackEvidence[];
  /** Headers of walks back. */
  readonly pins: Map<number, Header>;
  /** What was believed while a witness had not come so far, to be compared as soon as it has. */
  readonly unseen: Map<LightProvider, Unseen>;
}

interface Unseen {
  /** From a header that the witness was last known to agree with, or the first that was believed without it. */
  readonly trace: readonly LightBlock[];
  /** Those of the trace that it was asked for, and had not. */
  readonly targets: readonly LightBlock[];
}

/** Headers that are kept for one witness that stays behind; those in the middle go first. */
const unseenMax = 64;

/**
 * Asks the witnesses for the same header, and those that have another one for what they believe it from. One that is behind
 * is asked again with the next header: whoever forges a header that lies ahead of the chain is found out when it comes there.
 */
export async function crossCheck(watch: Watch, trace: readonly LightBlock[], now: Timestamp): Promise<Result<void>> {
  const { witnesses } = watch.options;
  for (const witness of witnesses) {
    if (watch.dropped.has(witness)) continue;
    const before = watch.unseen.get(witness);
    const whole = before === undefined ? trace : [...before.trace, ...trace.slice(1)];
    const { unseen, other } = await compare(witness, before?.targets ?? [], trace[trace.length - 1]);
    noteUnseen(watch, witness, whole, unseen);
    if (other === undefined) continue;
    const judged = await judgeConflict(watch, witness, whole, other.header.height, now);
    if (!judged.ok) return judged;
    if (witnesses.every((each) => watch.dropped.has(each))) {
      return fail(`no witness is left: ${watch.dropped.get(witness)}`);
    }
  }
  return succeed(undefined);
}

function noteUnseen(
  { unseen }: Watch,
  witness: LightProvider,
  trace: readonly LightBlock[],
  targets: readonly LightBlock[],
): void {
  if (targets.length === 0) {
    unseen.delete(witness);
    return;
  }
  // What lies before the first of them was agreed with.
  const first = Math.max(0, trace.indexOf(targets[0]) - 1);
  const kept = trace.slice(first);
  unseen.set(witness, {
    trace: kept.length <= unseenMax ? kept : [kept[0], kept[1], ...kept.slice(2 - unseenMax)],
    targets: targets.length <= unseenMax ? targets : [targets[0], ...targets.slice(1 - unseenMax)],
  });
}

/** Which of the headers a witness has not got to yet, and the first of its own that is another one, if there is such. */
async function compare(
  witness: LightProvider,
  waiting: readonly LightBlock[],
  target: LightBlock,
): Promise<{ readonly unseen: readonly LightBlock[]; readonly other: LightBlock | undefined }> {
  const latest = waiting.length === 0 ? 0 : await witness.latestHeight();
  const unseen = waiting.filter(({ header }) => header.height > latest);
  // What it does not keep any more, it will not have again.
  for (const block of waiting.filter(({ header }) => header.height <= latest)) {
    const found = await lookFor(witness, block);
    if (typeof found === "object") return { unseen: [], other: found };
  }
  const found = await lookFor(witness, target);
  if (typeof found === "object") return { unseen: [], other: found };
  return { unseen: found === "agrees" ? unseen : [...unseen, target], other: undefined };
}

/** Of a node whose header is another one: it is heard no longer; or, when enough signed it, the client halts and this fails. */
async function judgeConflict(
  watch: Watch,
  witness: LightProvider,
  trace: readonly LightBlock[],
  height: number,
  now: Timestamp,
): Promise<Result<void>> {
  const examined = await examine(watch.options, witness, trace, height, now);
  if (examined.kind === "faulty") {
    watch.dropped.set(witness, examined.reason);
    return succeed(undefined);
  }
  // One of the two chains is forged. Each side is told what speaks against the other.
  const { common, theirs, ours } = examined;
  const againstPrimary = evidenceAgainst(ours, common, theirs);
  const againstWitness = evidenceAgainst(theirs, common, ours);
  watch.evidence.push(againstPrimary, againstWitness);
  await witness.report?.(againstPrimary);
  await watch.options.primary.report?.(againstWitness);
  const reason = `${witness.name} has another header of height ${theirs.header.height}, signed like the primary's: ${describeEvidence(againstWitness)}`;
  watch.options.store.halt(reason);
  return fail(reason, "light client halted");
}

/**
 * Whether a witness has the same header; else its header that cannot be of one chain with this one: another one of the same
 * height, or one of less height and no less time. A witness that is behind, or does not answer, has none.
 */
async function lookFor(witness: LightProvider, target: LightBlock): Promise<LightBlock | "agrees" | "has none"> {
  const { height, time } = target.header;
  const same = await witness.lightBlock(height);
  if (same !== undefined) return bytesEqual(hashHeader(same.header), hashHeader(target.header)) ? "agrees" : same;
  const latest = await witness.latestHeight();
  if (latest < 1 || latest >= height) return "has none";
  const behind = await witness.lightBlock(latest);
  return behind !== undefined && compareTimestamps(behind.header.time, time) >= 0 ? behind : "has none";
}

type Examination =
  | { readonly kind: "faulty"; readonly reason: string }
  /** The last header that both have, and the first ones that differ. */
  | { readonly kind: "fork"; readonly common: LightBlock; readonly theirs: LightBlock; readonly ours: LightBlock };

/** Verifies a witness's chain along ours, to where they part. @see CometBFT 0.38 `light/detector.go` */
async function examine(
  { verification }: FollowOptions,
  witness: LightProvider,
  trace: readonly LightBlock[],
  height: number,
  now: Timestamp,
): Promise<Examination> {
  const faulty = (reason: string): Examination => ({ kind: "faulty", reason: `${witness.name}: ${reason}` });
  let [common] = trace;
  for (const ours of trace.slice(1)) {
    const wanted = Math.min(ours.header.height, height);
    if (wanted <= common.header.height) break;
    const walked = await walk(witness, verification, common, wanted, now);
    if (walked.kind !== "reached") return faulty(walked.reason);
    const theirs = walked.trace[walked.trace.length - 1];
    if (!bytesEqual(hashHeader(theirs.header), hashHeader(ours.header))) return { kind: "fork", common, theirs, ours };
    common = ours;
  }
  return faulty("its headers contradict each other");
}

/** As `LightClient.promote`. @param latest that is believed */
export async function promote(
  watch: Watch,
  latest: LightBlock,
  now: Timestamp,
  mustBeAhead: boolean,
): Promise<Result<{ readonly from: string; readonly to: string }>> {
  const { primary, witnesses, store, verification } = watch.options;
  const reasons: string[] = [];
  for (const candidate of witnesses) {
    if (store.haltReason() !== null) return fail("the light client has halted");
    if (watch.dropped.has(candidate)) continue;
    const { height } = latest.header;
    const head = await candidate.latestHeight();
    if (head < (mustBeAhead ? height + 1 : height)) {
      reasons.push(`${candidate.name}: ${head === 0 ? "no answer" : `height ${head}`}`);
      continue;
    }
    const other = await lookFor(candidate, latest);
    if (typeof other === "object") {
      const trace = [store.root() ?? latest, latest];
      const examined = await judgeConflict(watch, candidate, trace, other.header.height, now);
      if (!examined.ok) return examined;
      reasons.push(watch.dropped.get(candidate) ?? candidate.name);
      continue;
    }
    if (head > height) {
      const walked = await walk(candidate, verification, latest, head, now);
      if (walked.kind !== "reached") {
        reasons.push(`${candidate.name}: ${walked.reason}`);
        continue;
      }
    } else if (other === "has none") {
      reasons.push(`${candidate.name} has no header of height ${height}`);
      continue;
    }
    const others = witnesses.filter((witness) => witness !== candidate);
    watch.options = { ...watch.options, primary: candidate, witnesses: [...others, primary] };
    return succeed({ from: primary.name, to: candidate.name });
  }
  return fail(reasons.length === 0 ? "there is no witness" : reasons.join("; "), "no other primary");
}
