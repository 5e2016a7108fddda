import { bytesEqual, toHex } from "../../common/canonical";
import { fail, succeed, type Result } from "../../common/result";
import { hashHeader } from "../../ledger/wire/header";
import type { LightBlock } from "../../ledger/wire/light-block";
import type { Timestamp } from "../../ledger/wire/timestamp";
import type { TrustStore } from "./trust-store";
import { type Clause, verify, verifyConsistency, verifyTwoThirds, type VerifyOptions } from "./verify";

/** Where light blocks come from: the embedded engine, or a node. Nothing that it says is believed. */
export interface LightProvider {
  /** In messages about it. */
  readonly name: string;
  latestHeight(): Promise<number>;
  /** undefined when it has none of this height. */
  lightBlock(height: number): Promise<LightBlock | undefined>;
}

/** A header that is believed for a reason outside of the chain. */
export interface TrustRoot {
  readonly height: number;
  readonly hash: Uint8Array;
}

export interface FollowOptions {
  readonly chainId: string;
  readonly primary: LightProvider;
  /** Asked for the same headers, and heard: one that differs halts the client. */
  readonly witnesses: readonly LightProvider[];
  readonly store: TrustStore;
  readonly verification: VerifyOptions;
}

/** Believes headers of one chain, from a trust root on. Halts for good on what cannot be. */
export interface LightClient {
  /** The highest header that is believed. */
  latest(): LightBlock;
  /** The first header that was believed. */
  root(): LightBlock;
  /** A header that was verified and is still kept. */
  trustedAt(height: number): LightBlock | undefined;
  /** Why the client believes nothing more, or null. */
  haltReason(): string | null;
  /** Verifies every header up to the provider's latest, one after the other. */
  follow(now: Timestamp): Promise<Result<LightBlock>>;
  /** Verifies one header, skipping others as far as the trusted validators allow. */
  skipTo(height: number, now: Timestamp): Promise<Result<LightBlock>>;
  /** Copies what the client remembers into a folder that does not exist yet. */
  copyTo(directory: string): Promise<Result<void>>;
  close(): Promise<void>;
}

/**
 * Opens a client. With an empty store the root's header is fetched and must have the root's hash; with a store that was
 * used before, its own root must be the same.
 */
export async function openLightClient(options: FollowOptions, root: TrustRoot): Promise<Result<LightClient>> {
  const { store, primary, chainId, verification } = options;
  const stored = store.root();
  if (stored !== null) {
    const isSame = stored.header.height === root.height && bytesEqual(hashHeader(stored.header), root.hash);
    if (!isSame) return fail("the trust store has another root", `${root.height}:${toHex(root.hash)}`);
    return succeed(createClient(options));
  }
  const block = await primary.lightBlock(root.height);
  if (block === undefined) return fail(`${primary.name} has no header of height ${root.height}`);
  if (!bytesEqual(hashHeader(block.header), root.hash)) return fail("the provider's header is not the trust root");
  for (const check of [verifyConsistency(block, chainId), verifyTwoThirds(block, verification)]) {
    if (check.verdict !== "success") return fail(check.reason, check.clause);
  }
  store.keep(block);
  return succeed(createClient(options));
}

function createClient(options: FollowOptions): LightClient {
  const { store } = options;
  const latest = () => {
    const block = store.last();
    if (block === null) throw new Error("broken invariant: an open client has its root");
    return block;
  };
  return {
    latest,
    root: () => store.root() ?? latest(),
    trustedAt: (height) => store.at(height),
    haltReason: () => store.haltReason(),
    follow: async (now) => {
      const target = await options.primary.latestHeight();
      let result: Result<LightBlock> = succeed(latest());
      for (let height = latest().header.height + 1; height <= target && result.ok; height++) {
        result = await advanceTo(options, latest(), height, now);
      }
      return haltedOr(options, result);
    },
    skipTo: async (height, now) => {
      const kept = store.at(height);
      const result = kept === undefined ? await advanceTo(options, latest(), height, now) : succeed(kept);
      return haltedOr(options, result);
    },
    copyTo: (directory) => store.copyTo(directory),
    close: () => store.close(),
  };
}

/** What is wrong with the time, or with what was asked for: another time, or another question, may do. All else is evidence. */
const noEvidence: ReadonlySet<Clause> = new Set(["trusting-period", "clock-drift", "height"]);

function haltedOr({ store }: FollowOptions, result: Result<LightBlock>): Result<LightBlock> {
  const reason = store.haltReason();
  return reason === null ? result : fail(reason, "light client halted");
}

/**
 * Verifies the header of a height from a trusted one: directly, or by way of headers between, where too few of the
 * trusted validators signed it. The pivot lies at 9/16 of the gap.
 * @see CometBFT 0.38 `light/client.go` verifySkipping
 */
async function advanceTo(
  options: FollowOptions,
  from: LightBlock,
  height: number,
  now: Timestamp,
): Promise<Result<LightBlock>> {
  const { store, verification } = options;
  if (store.haltReason() !== null) return fail("the light client has halted");
  let trusted = from;
  /** Blocks yet to be verified, the target first, the nearest last. */
  const pending: LightBlock[] = [];
  for (let wanted = height; ;) {
    const fetched = await fetchAt(options, wanted);
    if (!fetched.ok) return fetched;
    pending.push(fetched.value);
    let judged = verify({ trusted, untrusted: fetched.value, options: verification, now });
    while (judged.verdict === "success") {
      trusted = pending.pop() ?? trusted;
      const next = pending[pending.length - 1];
      if (next === undefined) break;
      judged = verify({ trusted, untrusted: next, options: verification, now });
    }
    if (judged.verdict === "success") break;
    if (judged.verdict === "invalid") {
      const reason = `${judged.clause}: ${judged.reason}`;
      return noEvidence.has(judged.clause) ? fail(reason, "light client") : haltFor(store, reason);
    }
    const gap = pending[pending.length - 1].header.height - trusted.header.height;
    wanted = trusted.header.height + Math.max(1, Math.floor((gap * 9) / 16));
  }
  const agreed = await crossCheck(options, trusted);
  if (!agreed.ok) return agreed;
  store.keep(trusted);
  return succeed(trusted);
}

async function fetchAt({ primary, store }: FollowOptions, height: number): Promise<Result<LightBlock>> {
  const block = await primary.lightBlock(height);
  if (block === undefined) return fail(`${primary.name} has no header of height ${height}`);
  if (block.header.height === height) return succeed(block);
  return haltFor(store, `${primary.name} gave height ${block.header.height} for ${height}`);
}

function haltFor(store: TrustStore, reason: string): Result<LightBlock> {
  store.halt(reason);
  return fail(reason, "light client halted");
}

/** Asks the witnesses for the same header. One that has none says nothing; one that has another halts the client. */
async function crossCheck({ witnesses, store }: FollowOptions, block: LightBlock): Promise<Result<LightBlock>> {
  const hash = hashHeader(block.header);
  for (const witness of witnesses) {
    const other = await witness.lightBlock(block.header.height);
    if (other === undefined || bytesEqual(hashHeader(other.header), hash)) continue;
    const reason = `${witness.name} has another header of height ${block.header.height}: ${toHex(hashHeader(other.header))}`;
    return haltFor(store, reason);
  }
  return succeed(block);
}
