import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  genesisTime,
  lightBlock,
  lightChainId,
  now,
  options,
  setOf,
} from "../../test/verification/ledger-light-blocks";
import { hashHeader } from "../../ledger/wire/header";
import type { LightBlock } from "../../ledger/wire/light-block";
import { addSeconds } from "../../ledger/wire/timestamp";
import { openLightClient, type LightClient, type LightProvider } from "./follow";
import { createMemoryTrustStore, openTrustStore, trustedBlocksMax, type TrustStore } from "./trust-store";

/** One of four validators leaves with each height, another one comes. */
const rollingSet = (height: number) =>
  setOf({ [height]: 10n, [height + 1]: 10n, [height + 2]: 10n, [height + 3]: 10n });
const rolling = (height: number) =>
  lightBlock({ height, validators: rollingSet(height), nextValidators: rollingSet(height + 1) });

function provider(blocks: readonly LightBlock[], name = "a node"): LightProvider & { asked: number[] } {
  const asked: number[] = [];
  return {
    name,
    asked,
    latestHeight: () => Promise.resolve(Math.max(...blocks.map(({ header }) => header.height))),
    lightBlock: (height) => {
      asked.push(height);
      return Promise.resolve(blocks.find(({ header }) => header.height === height));
    },
  };
}

async function clientOf(
  primary: LightProvider,
  first: LightBlock,
  store: TrustStore = createMemoryTrustStore(),
  witnesses: readonly LightProvider[] = [],
): Promise<LightClient> {
  const opened = await openLightClient(
    { chainId: lightChainId, primary, witnesses, store, verification: options },
    { height: first.header.height, hash: hashHeader(first.header) },
  );
  if (!opened.ok) throw new Error(opened.error.message);
  return opened.value;
}

const chain = Array.from({ length: 20 }, (_, index) => rolling(index + 1));

describe("the light client", () => {
  it("verifies every header, or skips as far as the trusted validators carry", async () => {
    const everyone = provider(chain);
    const following = await clientOf(everyone, chain[0]);
    expect((await following.follow(now)).ok).toBe(true);
    expect(following.latest().header.height).toBe(20);
    expect(everyone.asked).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));

    const few = provider(chain);
    const skipping = await clientOf(few, chain[0]);
    expect(await skipping.skipTo(20, now)).toMatchObject({ ok: true });
    // Two of four validators are common to heights that are two apart: half is enough, and no header is asked for twice.
    expect(new Set(few.asked).size).toBe(few.asked.length);
    expect(few.asked.length).toBeGreaterThan(5);
    expect(few.asked.length).toBeLessThan(20);
    expect(skipping.trustedAt(20)?.header.height).toBe(20);
  });

  it("halts on an invalid header, says why, and stays halted", async () => {
    const bad = { ...chain[4], header: { ...chain[4].header, appHash: new Uint8Array(32) } };
    const store = createMemoryTrustStore();
    const client = await clientOf(provider([...chain.slice(0, 4), bad]), chain[0], store);
    expect(await client.follow(now)).toMatchObject({ ok: false, error: { message: /header-hash/ } });
    expect(client.latest().header.height).toBe(4);
    expect(client.haltReason()).toMatch(/header-hash/);
    const later = await clientOf(provider(chain), chain[0], store);
    expect(await later.follow(now)).toMatchObject({ ok: false, error: { where: "light client halted" } });
  });

  it("halts when a witness has another header, and not when it has none", async () => {
    const other = lightBlock({
      ...{ height: 3, validators: rollingSet(3), nextValidators: rollingSet(4) },
      header: { dataHash: new Uint8Array(32).fill(9) },
    });
    const silent = provider([chain[0]], "a silent node");
    const lying = provider([chain[0], chain[1], other], "another node");
    const client = await clientOf(provider(chain.slice(0, 4)), chain[0], createMemoryTrustStore(), [silent, lying]);
    expect(await client.follow(now)).toMatchObject({ ok: false, error: { message: /another node/ } });
    expect(client.latest().header.height).toBe(2);
  });

  it("does not halt for a header that is not there", async () => {
    const client = await clientOf(provider([chain[0], chain[2]]), chain[0]);
    expect(await client.follow(now)).toMatchObject({ ok: false, error: { message: /no header of height 2/ } });
    expect(client.haltReason()).toBeNull();
  });

  it("halts when it is given another height than it asked for", async () => {
    const confused: LightProvider = {
      ...provider(chain),
      lightBlock: (height) => Promise.resolve(height === 1 ? chain[0] : chain[5]),
    };
    const client = await clientOf(confused, chain[0]);
    expect((await client.follow(now)).ok).toBe(false);
    expect(client.haltReason()).toMatch(/gave height 6 for 2/);
  });

  it("does not begin with a header that is not its root, nor with one that its validators did not sign", async () => {
    const base = { chainId: lightChainId, witnesses: [], store: createMemoryTrustStore(), verification: options };
    const hash = hashHeader(chain[1].header);
    expect(await openLightClient({ ...base, primary: provider(chain) }, { height: 1, hash })).toMatchObject({
      ok: false,
    });
    const unsigned = lightBlock({
      height: 1,
      validators: rollingSet(1),
      nextValidators: rollingSet(2),
      signers: [1, 2],
    });
    expect(
      await openLightClient(
        { ...base, primary: provider([unsigned]) },
        { height: 1, hash: hashHeader(unsigned.header) },
      ),
    ).toMatchObject({ ok: false, error: { where: "two-thirds" } });
    expect(await openLightClient({ ...base, primary: provider([]) }, { height: 1, hash })).toMatchObject({ ok: false });
  });

  it("believes nothing from a root that has grown too old", async () => {
    const client = await clientOf(provider(chain), chain[0]);
    const tooLate = addSeconds(genesisTime, options.trustingPeriodS + 11);
    expect(await client.follow(tooLate)).toMatchObject({ ok: false, error: { message: /trusting-period/ } });
  });
});

describe("the trust store", () => {
  it("keeps its root, the last headers and the reason of a halt, on disk as in memory", async () => {
    const folder = mkdtempSync(join(tmpdir(), "pendulaire-trust-"));
    try {
      const constant = setOf({ 0: 10n });
      const block = (height: number) => lightBlock({ height, validators: constant });
      const count = trustedBlocksMax + 5;
      const onDisk = openTrustStore(folder);
      if (!onDisk.ok) throw new Error(onDisk.error.message);
      for (const store of [onDisk.value, createMemoryTrustStore()]) {
        for (let height = 1; height <= count; height++) store.keep(block(height));
        expect(store.root()).toEqual(block(1));
        expect(store.last()).toEqual(block(count));
        expect(store.at(1)).toEqual(block(1));
        expect(store.at(3)).toBeUndefined();
        expect(store.at(count - trustedBlocksMax + 1)).toEqual(block(count - trustedBlocksMax + 1));
        store.halt("first");
        store.halt("second");
      }
      await onDisk.value.close();
      const again = openTrustStore(folder);
      if (!again.ok) throw new Error(again.error.message);
      expect(again.value.haltReason()).toBe("first");
      expect(again.value.last()).toEqual(block(count));
      await again.value.close();
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
