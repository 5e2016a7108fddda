import type { Result } from "../../common/result";
import type { NodeReader } from "../../ledger/network/node-reader";
import type { Timestamp } from "../../ledger/wire/timestamp";
import type { LightProvider } from "./walk";

/** A node that let a question wait this long, ms, and did not answer it … */
const slowMs = 2_000;
/** … is not asked again before this: each header would wait for it. */
const silenceMs = 30_000;

/** A node as the light client asks it: what it does not answer, it does not have. */
export function providerOf(reader: NodeReader, nowMs: () => number = () => performance.now()): LightProvider {
  let silentUntilMs = -Infinity;
  const ask = async <T>(question: () => Promise<Result<T>>): Promise<T | undefined> => {
    const begunMs = nowMs();
    if (begunMs < silentUntilMs) return undefined;
    const answer = await question();
    if (answer.ok) return answer.value;
    if (nowMs() - begunMs > slowMs) silentUntilMs = nowMs() + silenceMs;
    return undefined;
  };
  return {
    name: reader.name,
    latestHeight: async () => (await ask(() => reader.latestHeight())) ?? 0,
    lightBlock: (height) => ask(() => reader.lightBlock(height)),
    report: (evidence) => reader.report(evidence),
  };
}

/** Wall time, to the millisecond. */
export function clockNow(): Timestamp {
  const ms = Date.now();
  return { seconds: Math.floor(ms / 1000), nanos: (ms % 1000) * 1_000_000 };
}
