import { describe, expect, it } from "vitest";
import { fail, succeed, type Result } from "../../common/result";
import type { NodeReader } from "../../ledger/network/node-reader";
import { providerOf } from "./node-provider";

describe("a node as the light client asks it", () => {
  let nowMs = 0;
  let asked = 0;
  const nodeThat = (tookMs: number, answer: () => Result<number>) => {
    [nowMs, asked] = [0, 0];
    const reader: Pick<NodeReader, "name" | "latestHeight"> = {
      name: "a node",
      latestHeight: () => {
        asked++;
        nowMs += tookMs;
        return Promise.resolve(answer());
      },
    };
    return providerOf(reader as NodeReader, () => nowMs);
  };

  it("is left alone for a while after it let a question wait in vain", async () => {
    let isThere = false;
    const provider = nodeThat(5_000, () => (isThere ? succeed(7) : fail("no answer")));
    expect(await provider.latestHeight()).toBe(0);
    expect(await provider.latestHeight()).toBe(0);
    expect(asked).toBe(1);
    isThere = true;
    nowMs += 30_000;
    expect(await provider.latestHeight()).toBe(7);
  });

  it("is asked again when it was slow and answered, or said no at once", async () => {
    const slow = nodeThat(5_000, () => succeed(7));
    for (let row = 0; row < 3; row++) expect(await slow.latestHeight()).toBe(7);
    const refusing = nodeThat(1, () => fail("no such height"));
    for (let row = 0; row < 3; row++) expect(await refusing.latestHeight()).toBe(0);
    expect(asked).toBe(3);
  });
});
