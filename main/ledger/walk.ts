import type { Result } from "../../common/result";
import type { AttackEvidence } from "../../ledger/wire/evidence";
import type { LightBlock } from "../../ledger/wire/light-block";
import type { Timestamp } from "../../ledger/wire/timestamp";
import { verify, type Clause, type VerifyOptions } from "./verify";

/** Where light blocks come from: the embedded engine, or a node. Nothing that it says is believed. */
export interface LightProvider {
  /** In messages about it. */
  readonly name: string;
  latestHeight(): Promise<number>;
  /** undefined when it has none of this height. */
  lightBlock(height: number): Promise<LightBlock | undefined>;
  /** Tells it of an attack, so that those who signed can be called to account. Fails when it does not take it. */
  report?(evidence: AttackEvidence): Promise<Result<void>>;
}

export type Walk =
  /** The headers that were believed one from another, the first one trusted already. */
  | { readonly kind: "reached"; readonly trace: readonly LightBlock[] }
  | { readonly kind: "unavailable"; readonly reason: string }
  /** It gave another height than it was asked for. */
  | { readonly kind: "confused"; readonly reason: string }
  | { readonly kind: "refused"; readonly clause: Clause; readonly reason: string };

/**
 * Verifies the header of a height from a trusted one: directly, or by way of headers between, where too few of the
 * trusted validators signed it. The pivot lies at 9/16 of the gap.
 * @see CometBFT 0.38 `light/client.go` verifySkipping
 */
export async function walk(
  provider: LightProvider,
  verification: VerifyOptions,
  from: LightBlock,
  height: number,
  now: Timestamp,
): Promise<Walk> {
  const trace = [from];
  /** Blocks yet to be verified, the target first, the nearest last. */
  const pending: LightBlock[] = [];
  for (let wanted = height; ;) {
    const block = await provider.lightBlock(wanted);
    if (block === undefined) {
      return { kind: "unavailable", reason: `${provider.name} has no header of height ${wanted}` };
    }
    if (block.header.height !== wanted) {
      return { kind: "confused", reason: `${provider.name} gave height ${block.header.height} for ${wanted}` };
    }
    pending.push(block);
    let judged = verify({ trusted: trace[trace.length - 1], untrusted: block, options: verification, now });
    while (judged.verdict === "success") {
      trace.push(...pending.splice(-1));
      const next = pending[pending.length - 1];
      if (next === undefined) return { kind: "reached", trace };
      judged = verify({ trusted: trace[trace.length - 1], untrusted: next, options: verification, now });
    }
    if (judged.verdict === "invalid") return { kind: "refused", clause: judged.clause, reason: judged.reason };
    const trusted = trace[trace.length - 1].header.height;
    const gap = pending[pending.length - 1].header.height - trusted;
    wanted = trusted + Math.max(1, Math.floor((gap * 9) / 16));
  }
}
