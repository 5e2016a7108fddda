import type { NodeReader } from "../../ledger/network/node-reader";
import type { Timestamp } from "../../ledger/wire/timestamp";
import type { LightProvider } from "./follow";

/** A node as the light client asks it: what it does not answer, it does not have. */
export function providerOf(reader: NodeReader): LightProvider {
  return {
    name: reader.name,
    latestHeight: async () => {
      const height = await reader.latestHeight();
      return height.ok ? height.value : 0;
    },
    lightBlock: async (height) => {
      const block = await reader.lightBlock(height);
      return block.ok ? block.value : undefined;
    },
    report: async (evidence) => {
      await reader.report(evidence);
    },
  };
}

/** Wall time, to the millisecond. */
export function clockNow(): Timestamp {
  const ms = Date.now();
  return { seconds: Math.floor(ms / 1000), nanos: (ms % 1000) * 1_000_000 };
}
