import { bytesEqual, toHex } from "../../common/canonical";
import { fail, succeed, type Result } from "../../common/result";
import type { AttackEvidence } from "../../ledger/wire/evidence";
import { hashHeader, type Header } from "../../ledger/wire/header";
import type { LightBlock } from "../../ledger/wire/light-block";
import type { Timestamp } from "../../ledger/wire/timestamp";
import { blameless, crossCheck, mayBelieve, promote, type FollowOptions, type Watch } from "./detect";
import { evidenceOf } from "./divergence";
import type { Anchor } from "./trust-store";
import { isExpired, verifyBackwards, verifyConsistency, verifyTwoThirds } from "./verify";
import { walk, type LightProvider } from "./walk";

/** A header that is believed for a reason outside of the chain. */
export interface TrustRoot {
  readonly height: number;
  readonly hash: Uint8Array;
}

/**
 * Believes headers of one chain, from a trust root on. Halts for good on a fork: two chains that enough of the trusted
 * signed. What the primary alone gives and cannot be is refused, and a reason to replace it.
 */
export interface LightClient {
  /** The highest header that is believed. */
  latest(): LightBlock;
  /** The first header that was believed. */
  root(): LightBlock;
  /** Since when, and by whose word; null where that was not noted. */
  anchor(): Anchor | null;
  /**
   * Believes from another header on, which the primary must have: for whoever knows it from outside of the chain. What was
   * believed before, a halt and its evidence are forgotten; when the header is not to be had, nothing is.
   */
  reanchor(root: TrustRoot, anchor: Anchor): Promise<Result<LightBlock>>;
  /** A header that was verified and is still kept. */
  trustedAt(height: number): LightBlock | undefined;
  /** Why the client believes nothing more, or null. */
  haltReason(): string | null;
  /** Proof against those who signed what halted the client: of the primary's chain, then of the witness's. */
  evidence(): readonly AttackEvidence[];
  /** What came of telling the nodes of it, in this run. */
  evidenceTold(): readonly string[];
  /** Why something that the primary gave was refused; null when nothing was since it is the primary. */
  primaryFault(): string | null;
  /** Witnesses that are heard no longer, and why. */
  droppedWitnesses(): readonly DroppedWitness[];
  /** Verifies an earlier header than the root, by the hashes that each header has of the one before it. */
  backTo(height: number, now: Timestamp): Promise<Result<Header>>;
  /**
   * A header at or below the latest that is believed: kept, or walked back to. Of a long walk a header every `pinEvery` is
   * kept in memory, so that whoever asks for heights upwards walks the way once and a bit.
   */
  earlier(height: number, now: Timestamp): Promise<Result<Header>>;
  /** Verifies every header up to the provider's latest, one after the other; fails at one that no witness has yet. */
  follow(now: Timestamp): Promise<Result<LightBlock>>;
  /** Verifies one header, skipping others as far as the trusted validators allow. */
  skipTo(height: number, now: Timestamp): Promise<Result<LightBlock>>;
  /** The node that headers are asked of first. */
  primaryName(): string;
  /**
   * Puts the first witness that agrees with what is believed in the primary's place, which becomes the last witness: it has
   * the latest header that is believed, or a later one that is verified from it here. One that has another header than the
   * believed one is examined, as after every header: it is heard no longer, or halts the client. A primary that gave what was
   * refused is heard no longer.
   * @param mustBeAhead whether it has to have a later header: for a primary that answers and stands still
   * @see CometBFT 0.38 `light/client.go` findNewPrimary
   */
  promote(now: Timestamp, mustBeAhead: boolean): Promise<Result<{ readonly from: string; readonly to: string }>>;
  /** Copies what the client remembers into a folder that does not exist yet. */
  copyTo(directory: string): Promise<Result<void>>;
  close(): Promise<void>;
}

export interface DroppedWitness {
  readonly name: string;
  readonly reason: string;
}

/**
 * Opens a client. With an empty store the root's header is fetched and must have the root's hash; with a store that was
 * used before, its own root must be the same, unless all that it has is too old to believe anything from. Nothing is kept of
 * a root that is too old itself.
 * @param now absent: ages are judged by what is asked later only
 */
export async function openLightClient(
  options: FollowOptions,
  root: TrustRoot,
  now?: Timestamp,
): Promise<Result<LightClient>> {
  const { store, verification } = options;
  const isTooOld = (block: LightBlock) => now !== undefined && isExpired(block.header, verification, now);
  const [stored, last] = [store.root(), store.last()];
  if (stored !== null) {
    const isSame = stored.header.height === root.height && bytesEqual(hashHeader(stored.header), root.hash);
    if (isSame) return succeed(createClient(options));
    const isOfUse = last === null || !isTooOld(last) || store.haltReason() !== null;
    if (isOfUse) return fail("the trust store has another root", `${root.height}:${toHex(root.hash)}`);
  }
  const block = await fetchRoot(options, root);
  if (!block.ok) return block;
  if (isTooOld(block.value)) return fail(`header ${root.height} is too old to rely on: ${laterOne}`, "trusting-period");
  if (stored === null) store.keep(block.value);
  else store.restart(block.value, { atMs: Date.now(), by: null });
  return succeed(createClient(options));
}

const laterOne = "a later one has to be named, by its height and hash";

/** The header of this height and hash, with its own validators' signatures. */
async function fetchRoot(
  { primary, chainId, verification }: FollowOptions,
  root: TrustRoot,
): Promise<Result<LightBlock>> {
  const block = await primary.lightBlock(root.height);
  if (block === undefined) return fail(`${primary.name} has no header of height ${root.height}`);
  if (block.header.height !== root.height || !bytesEqual(hashHeader(block.header), root.hash)) {
    return fail("the provider's header is not the trust root");
  }
  for (const check of [verifyConsistency(block, chainId), verifyTwoThirds(block, verification)]) {
    if (check.verdict !== "success") return fail(check.reason, check.clause);
  }
  return succeed(block);
}

function createClient(options: FollowOptions): LightClient {
  const { store } = options;
  const watch: Watch = {
    ...{ options, dropped: new Map(), primaryFault: null, told: [], pins: new Map(), unseen: new Map() },
    contradictions: new Map(),
  };
  const latest = () => {
    const block = store.last();
    if (block === null) throw new Error("broken invariant: an open client has its root");
    return block;
  };
  return {
    latest,
    root: () => store.root() ?? latest(),
    anchor: () => store.anchor(),
    reanchor: async (root, anchor) => {
      const block = await fetchRoot(watch.options, root);
      if (!block.ok) return block;
      store.restart(block.value, anchor);
      for (const notes of [watch.dropped, watch.pins, watch.unseen, watch.contradictions]) notes.clear();
      watch.told.length = 0;
      watch.primaryFault = null;
      return block;
    },
    trustedAt: (height) => store.at(height),
    haltReason: () => store.haltReason(),
    evidence: () => {
      const fork = store.fork();
      return fork === null ? [] : Object.values(evidenceOf(fork));
    },
    evidenceTold: () => watch.told,
    primaryFault: () => watch.primaryFault,
    droppedWitnesses: () => [...watch.dropped].map(([{ name }, reason]) => ({ name, reason })),
    backTo: async (height, now) => {
      const relied = relyOn(watch, latest(), now);
      return relied.ok ? goBack(watch.options.primary, (store.root() ?? latest()).header, height) : relied;
    },
    earlier: (height, now) => earlier(watch, latest(), height, now),
    follow: async (now) => {
      const target = await watch.options.primary.latestHeight();
      let result: Result<LightBlock> = succeed(latest());
      for (let height = latest().header.height + 1; height <= target && result.ok; height++) {
        result = await advanceTo(watch, latest(), height, now);
      }
      return haltedOr(options, result);
    },
    skipTo: async (height, now) => {
      const kept = store.at(height);
      // Another client of this store may have verified it: then it is this one's latest, too.
      if (kept !== undefined && height > latest().header.height) store.keep(kept);
      const result = kept === undefined ? await advanceTo(watch, latest(), height, now) : succeed(kept);
      return haltedOr(options, result);
    },
    primaryName: () => watch.options.primary.name,
    promote: (now, mustBeAhead) => promote(watch, latest(), now, mustBeAhead),
    copyTo: (directory) => store.copyTo(directory),
    close: () => store.close(),
  };
}

function haltedOr({ store }: FollowOptions, result: Result<LightBlock>): Result<LightBlock> {
  const reason = store.haltReason();
  return reason === null ? result : fail(reason, "light client halted");
}

async function advanceTo(watch: Watch, from: LightBlock, height: number, now: Timestamp): Promise<Result<LightBlock>> {
  const allowed = await mayBelieve(watch, now);
  if (!allowed.ok) return allowed;
  const { store, primary, verification } = watch.options;
  const walked = await walk(primary, verification, from, height, now);
  if (walked.kind === "unavailable") return fail(walked.reason);
  if (walked.kind !== "reached") {
    const reason = walked.kind === "confused" ? walked.reason : `${walked.clause}: ${walked.reason}`;
    if (walked.kind === "confused" || !blameless.has(walked.clause)) watch.primaryFault = reason;
    return fail(reason, "light client");
  }
  const target = walked.trace[walked.trace.length - 1];
  const agreed = await crossCheck(watch, walked.trace, now);
  if (!agreed.ok) return agreed;
  store.keep(target);
  return succeed(target);
}

/** The age of what all else is believed from. Earlier headers hang on it by their hashes, however old they are. */
function relyOn({ options }: Watch, { header }: LightBlock, now: Timestamp): Result<void> {
  return isExpired(header, options.verification, now)
    ? fail(`the latest trusted header is too old to rely on: ${laterOne}`, "trusting-period")
    : succeed(undefined);
}

/** From a trusted header down to an earlier one. @see CometBFT 0.38 `light/client.go` backwards */
async function goBack(
  primary: LightProvider,
  from: Header,
  height: number,
  onHeader?: (header: Header) => void,
): Promise<Result<Header>> {
  if (!Number.isSafeInteger(height) || height < 1 || height > from.height) {
    return fail(`height ${height} is not between 1 and ${from.height}`, "height");
  }
  let header = from;
  while (header.height > height) {
    const block = await primary.lightBlock(header.height - 1);
    if (block === undefined) return fail(`${primary.name} has no header of height ${header.height - 1}`);
    const judged = verifyBackwards(header, block.header);
    if (judged.verdict !== "success") return fail(judged.reason, judged.clause);
    header = block.header;
    onHeader?.(header);
  }
  return succeed(header);
}

const pinEvery = 500;

async function earlier(watch: Watch, latest: LightBlock, height: number, now: Timestamp): Promise<Result<Header>> {
  const { options, pins } = watch;
  const kept = options.store.at(height);
  if (kept !== undefined) return succeed(kept.header);
  const relied = relyOn(watch, latest, now);
  if (!relied.ok) return relied;
  const root = options.store.root();
  const from = root !== null && root.header.height > height ? root : latest;
  const above = Math.ceil(height / pinEvery) * pinEvery;
  return goBack(options.primary, pins.get(above) ?? from.header, height, (header) => {
    if (header.height % pinEvery === 0) pins.set(header.height, header);
  });
}
