import { bytesEqual } from "../../common/canonical";
import { describeFailure, fail, refuseSaying, succeed, type Failure, type Result } from "../../common/result";
import { hashHeader, type Header } from "../../ledger/wire/header";
import type { LightBlock } from "../../ledger/wire/light-block";
import { compareTimestamps, type Timestamp } from "../../ledger/wire/timestamp";
import { describeEvidence, evidenceOf, type Fork } from "./divergence";
import type { TrustStore } from "./trust-store";
import { isExpired, type Clause, type VerifyOptions } from "./verify";
import { walk, type LightProvider } from "./walk";

export interface FollowOptions {
  readonly chainId: string;
  readonly primary: LightProvider;
  /**
   * Asked for the same headers; where there are any, a header is believed only when one of them has it. One whose header
   * differs, and is signed by enough of whom the last common header names, halts the client; one whose header is not, is
   * heard no longer; while that cannot be told, nothing more is believed.
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
  /** Why what the primary gave was refused; null when nothing was since it is the primary. */
  primaryFault: string | null;
  /** What came of telling the nodes of an attack. */
  readonly told: string[];
  /** Headers of walks back. */
  readonly pins: Map<number, Header>;
  /** What was believed while a witness had not come so far, to be compared as soon as it has. */
  readonly unseen: Map<LightProvider, Unseen>;
  /** Witnesses that have another header than the primary, as long as it cannot be told whose is right. */
  readonly contradictions: Map<LightProvider, Contradiction>;
}

interface Contradiction {
  /** From a header that is believed to the primary's that the witness contradicts. */
  readonly trace: readonly LightBlock[];
  /** Of the witness's other header. */
  readonly height: number;
}

interface Unseen {
  /** From a header that the witness was last known to agree with, or the first that was believed without it. */
  readonly trace: readonly LightBlock[];
  /** Those of the trace that it was asked for, and had not. */
  readonly targets: readonly LightBlock[];
}

/** Headers that are kept for one witness that stays behind; those in the middle go first. */
const unseenMax = 64;

/** Whether a step failed only because no witness has the header yet: it may be tried again. */
export function isUnconfirmed({ said }: Failure): boolean {
  return said?.code === "header-unconfirmed";
}

/** Clauses about our clock, or about what we asked for: what is refused by them is nobody's fault. */
export const blameless: ReadonlySet<Clause> = new Set(["trusting-period", "clock-drift", "height"]);

/**
 * Whether anything may be believed now: not after a halt, not when every witness was dropped, and not before it is judged
 * whose header is right where a witness had another one. Such a one is asked again here, and never forgotten.
 */
export async function mayBelieve(watch: Watch, now: Timestamp): Promise<Result<void>> {
  const { witnesses, store } = watch.options;
  if (store.haltReason() !== null) return fail("the light client has halted");
  for (const [witness, { trace, height }] of [...watch.contradictions]) {
    const judged = await judgeConflict(watch, witness, trace, height, now);
    if (!judged.ok) return judged;
  }
  if (witnesses.length === 0 || witnesses.some((witness) => !watch.dropped.has(witness))) return succeed(undefined);
  return fail(`no witness is left: ${witnesses.map((witness) => watch.dropped.get(witness)).join("; ")}`);
}

/**
 * Asks the witnesses for the same header, and those that have another one for what they believe it from. One of them must
 * have it, as in CometBFT's client, which waits for that; here the step fails, and the next one asks again. Another one that
 * is behind is asked again with the next header: whoever forges a header ahead of the chain is found out when it comes there.
 * @see CometBFT 0.38 `light/detector.go` detectDivergence, ErrFailedHeaderCrossReferencing
 */
export async function crossCheck(watch: Watch, trace: readonly LightBlock[], now: Timestamp): Promise<Result<void>> {
  const { witnesses } = watch.options;
  if (witnesses.length === 0) return succeed(undefined);
  const target = trace[trace.length - 1];
  const compared: (readonly [LightProvider, readonly LightBlock[], readonly LightBlock[]])[] = [];
  let isConfirmed = false;
  for (const witness of witnesses) {
    if (watch.dropped.has(witness)) continue;
    const before = watch.unseen.get(witness);
    const whole = before === undefined ? trace : [...before.trace, ...trace.slice(1)];
    const { unseen, other } = await compare(witness, before?.targets ?? [], target);
    if (other === undefined) {
      compared.push([witness, whole, unseen]);
      isConfirmed ||= !unseen.includes(target);
      continue;
    }
    const judged = await judgeConflict(watch, witness, whole, other.header.height, now);
    if (!judged.ok) return judged;
  }
  if (!isConfirmed) {
    const nodes = compared.map(([{ name }]) => name);
    if (nodes.length === 0) return mayBelieve(watch, now);
    return refuseSaying({ code: "header-unconfirmed", args: { height: target.header.height, nodes } });
  }
  for (const [witness, whole, unseen] of compared) noteUnseen(watch, witness, whole, unseen);
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
  const unseen: LightBlock[] = [];
  for (const block of waiting) {
    const found = block.header.height > latest ? "not yet" : await lookFor(witness, block);
    if (typeof found === "object") return { unseen: [], other: found };
    // What it does not keep any more, it will not have again.
    if (found === "not yet") unseen.push(block);
  }
  const found = await lookFor(witness, target);
  if (typeof found === "object") return { unseen: [], other: found };
  return { unseen: found === "agrees" ? unseen : [...unseen, target], other: undefined };
}

/**
 * Of a node whose header is another one: it is heard no longer; or, when enough signed it, the client halts and this fails,
 * as it does while neither can be told.
 */
async function judgeConflict(
  watch: Watch,
  witness: LightProvider,
  trace: readonly LightBlock[],
  height: number,
  now: Timestamp,
): Promise<Result<void>> {
  const examined = await examine(watch.options, witness, trace, height, now);
  if (examined.kind === "undecided") {
    watch.contradictions.set(witness, { trace, height });
    const reason = `${witness.name} has another header of height ${height}; whose is right cannot be told: ${examined.reason}`;
    return fail(reason, "light client");
  }
  watch.contradictions.delete(witness);
  if (examined.kind === "fork") return haltFor(watch, witness, examined);
  watch.dropped.set(witness, examined.reason);
  watch.unseen.delete(witness);
  return succeed(undefined);
}

/** One of the two chains is forged. It is on disk before each side is told what speaks against the other. */
async function haltFor(watch: Watch, witness: LightProvider, fork: Fork): Promise<Result<never>> {
  const { store, primary } = watch.options;
  const { againstPrimary, againstWitness } = evidenceOf(fork);
  const { height } = fork.theirs.header;
  const reason = `${witness.name} has another header of height ${height}, signed like the primary's: ${describeEvidence(againstWitness)}`;
  store.halt(reason, fork);
  for (const [node, evidence] of [[witness, againstPrimary] as const, [primary, againstWitness] as const]) {
    const told = await node.report?.(evidence);
    if (told === undefined) continue;
    const outcome = told.ok ? "took the evidence" : `did not take the evidence: ${describeFailure(told.error)}`;
    watch.told.push(`${node.name} ${outcome}`);
  }
  return fail(reason, "light client halted");
}

/**
 * Whether a witness has the same header; else its header that cannot be of one chain with this one: another one of the same
 * height, or one of less height and no less time. A witness that is behind, or does not answer, has neither yet.
 */
async function lookFor(
  witness: LightProvider,
  target: LightBlock,
): Promise<LightBlock | "agrees" | "not yet" | "not kept"> {
  const { height, time } = target.header;
  const same = await witness.lightBlock(height);
  if (same !== undefined) return bytesEqual(hashHeader(same.header), hashHeader(target.header)) ? "agrees" : same;
  const latest = await witness.latestHeight();
  if (latest >= height) return "not kept";
  if (latest < 1) return "not yet";
  const behind = await witness.lightBlock(latest);
  return behind !== undefined && compareTimestamps(behind.header.time, time) >= 0 ? behind : "not yet";
}

type Examination =
  | { readonly kind: "faulty"; readonly reason: string }
  /** It does not answer, or our clock keeps us from judging: which is not its fault, and no reason to forget what it said. */
  | { readonly kind: "undecided"; readonly reason: string }
  | ({ readonly kind: "fork" } & Fork);

/** Verifies a witness's chain along ours, to where they part. @see CometBFT 0.38 `light/detector.go` */
async function examine(
  { verification }: FollowOptions,
  witness: LightProvider,
  trace: readonly LightBlock[],
  height: number,
  now: Timestamp,
): Promise<Examination> {
  let [common] = trace;
  for (const ours of trace.slice(1)) {
    const wanted = Math.min(ours.header.height, height);
    if (wanted <= common.header.height) break;
    const walked = await walk(witness, verification, common, wanted, now);
    if (walked.kind !== "reached") {
      const isBlameless = walked.kind === "unavailable" || (walked.kind === "refused" && blameless.has(walked.clause));
      return { kind: isBlameless ? "undecided" : "faulty", reason: `${witness.name}: ${walked.reason}` };
    }
    const theirs = walked.trace[walked.trace.length - 1];
    if (!bytesEqual(hashHeader(theirs.header), hashHeader(ours.header))) return { kind: "fork", common, theirs, ours };
    common = ours;
  }
  return { kind: "faulty", reason: `${witness.name}: its headers contradict each other, or the trust root` };
}

/**
 * Headers that are believed, up to the latest, which a node that has another one is judged from: each twice as far back as
 * the one after it, none that has grown too old. The root alone, while nothing was believed from it.
 */
function traceTo({ store, verification }: FollowOptions, latest: LightBlock, now: Timestamp): readonly LightBlock[] {
  const heights = store.heights().filter((height) => height < latest.header.height);
  const trace = [latest];
  for (let back = 1; back <= heights.length; back *= 2) {
    const block = store.at(heights[heights.length - back]);
    if (block === undefined) continue;
    // One that is too old still stands before the latest: it says that a witness cannot be judged.
    if (trace.length > 1 && isExpired(block.header, verification, now)) break;
    trace.unshift(block);
  }
  return trace;
}

/** As `LightClient.promote`. @param latest that is believed */
export async function promote(
  watch: Watch,
  latest: LightBlock,
  now: Timestamp,
  mustBeAhead: boolean,
): Promise<Result<{ readonly from: string; readonly to: string }>> {
  const { primary, witnesses, verification } = watch.options;
  const allowed = await mayBelieve(watch, now);
  if (!allowed.ok) return allowed;
  const reasons: string[] = [];
  for (const candidate of witnesses) {
    if (watch.dropped.has(candidate)) continue;
    const { height } = latest.header;
    const head = await candidate.latestHeight();
    if (head < (mustBeAhead ? height + 1 : height)) {
      reasons.push(`${candidate.name}: ${head === 0 ? "no answer" : `height ${head}`}`);
      continue;
    }
    const other = await lookFor(candidate, latest);
    if (typeof other === "object") {
      const trace = traceTo(watch.options, latest, now);
      const judged = await judgeConflict(watch, candidate, trace, other.header.height, now);
      if (!judged.ok) return judged;
      reasons.push(watch.dropped.get(candidate) ?? candidate.name);
      continue;
    }
    if (head > height) {
      const walked = await walk(candidate, verification, latest, head, now);
      if (walked.kind !== "reached") {
        reasons.push(`${candidate.name}: ${walked.reason}`);
        continue;
      }
    } else if (other !== "agrees") {
      reasons.push(`${candidate.name} has no header of height ${height}`);
      continue;
    }
    const others = witnesses.filter((witness) => witness !== candidate);
    watch.options = { ...watch.options, primary: candidate, witnesses: [...others, primary] };
    if (watch.primaryFault !== null) watch.dropped.set(primary, watch.primaryFault);
    watch.primaryFault = null;
    return succeed({ from: primary.name, to: candidate.name });
  }
  return fail(reasons.length === 0 ? "there is no witness" : reasons.join("; "), "no other primary");
}
