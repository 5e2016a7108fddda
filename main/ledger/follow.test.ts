import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
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
  validatorKey,
} from "../../test/verification/ledger-light-blocks";
import { toHex } from "../../common/canonical";
import { assert, fail, succeed, type Result } from "../../common/result";
import type { AttackEvidence } from "../../ledger/wire/evidence";
import { emptyBlockId, hashHeader } from "../../ledger/wire/header";
import type { LightBlock } from "../../ledger/wire/light-block";
import { addSeconds } from "../../ledger/wire/timestamp";
import { isUnconfirmed } from "./detect";
import { openLightClient, type LightClient } from "./follow";
import type { LightProvider } from "./walk";
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

/** A node that has the chain up to the height `known`, which may grow. */
function behind(name: string, known: number): LightProvider & { known: number; readonly asked: readonly number[] } {
  const all = provider(chain, name);
  const node = {
    ...{ name, known, asked: all.asked },
    latestHeight: () => Promise.resolve(node.known),
    lightBlock: (height: number) =>
      height <= node.known ? all.lightBlock(height) : Promise.resolve<LightBlock | undefined>(undefined),
  };
  return node;
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

const tellingTo =
  (told: AttackEvidence[], answer: Result<void> = succeed(undefined)): NonNullable<LightProvider["report"]> =>
  (evidence) => {
    told.push(evidence);
    return Promise.resolve(answer);
  };

/** Each header has the hash of the one before it. */
function linkedChain(count: number, first = 1, everyS = 10): readonly LightBlock[] {
  const blocks: LightBlock[] = [];
  for (let height = first; height < first + count; height++) {
    const before = blocks.at(-1);
    const lastBlockId = before === undefined ? emptyBlockId : before.commit.blockId;
    const sets = { validators: rollingSet(height), nextValidators: rollingSet(height + 1) };
    const time = addSeconds(genesisTime, height * everyS);
    blocks.push(lightBlock({ height, ...sets, header: { lastBlockId, time } }));
  }
  return blocks;
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

  it("takes what another client of its store verified as its own latest", async () => {
    const folder = mkdtempSync(join(tmpdir(), "pendulaire-two-clients-"));
    const stores = [openTrustStore(folder), openTrustStore(folder)].map((store) => {
      if (!store.ok) throw new Error(store.error.message);
      return store.value;
    });
    const [first, second] = await Promise.all(stores.map((store) => clientOf(provider(chain), chain[0], store)));
    expect((await first.follow(now)).ok).toBe(true);
    expect(second.latest().header.height).toBe(1);
    expect(await second.skipTo(15, now)).toMatchObject({ ok: true, value: { header: { height: 15 } } });
    expect(second.latest().header.height).toBe(15);
    await Promise.all(stores.map((store) => store.close()));
    rmSync(folder, { recursive: true });
  });

  it("refuses an invalid header of its primary, says why, and believes another node", async () => {
    const bad = { ...chain[4], header: { ...chain[4].header, appHash: new Uint8Array(32) } };
    const store = createMemoryTrustStore();
    const primary = provider([...chain.slice(0, 4), bad], "a broken node");
    const client = await clientOf(primary, chain[0], store, [provider(chain, "one"), provider(chain, "another")]);
    expect(await client.follow(now)).toMatchObject({ ok: false, error: { message: /header-hash/ } });
    expect(client.latest().header.height).toBe(4);
    expect([client.haltReason(), client.primaryFault()]).toEqual([null, expect.stringMatching(/header-hash/)]);
    expect(await client.promote(now, true)).toMatchObject({ ok: true, value: { from: "a broken node", to: "one" } });
    expect((await client.follow(now)).ok).toBe(true);
    expect(client.latest().header.height).toBe(20);
    expect(client.primaryFault()).toBeNull();
    expect(client.droppedWitnesses()).toMatchObject([{ name: "a broken node", reason: /header-hash/ }]);
  });

  it("believes nothing that no witness has, and goes on as soon as one has it", async () => {
    const slow = behind("a slow node", 3);
    const witnesses = [provider([], "a silent node"), slow];
    const client = await clientOf(provider(chain), chain[0], createMemoryTrustStore(), witnesses);
    for (let attempt = 0; attempt < 2; attempt++) {
      const reached = await client.follow(now);
      assert(!reached.ok, "height 4 is the primary's alone");
      expect(isUnconfirmed(reached.error)).toBe(true);
      expect(reached.error.message).toMatch(/header 4 .*\(a silent node; a slow node\)/);
      expect(client.latest().header.height).toBe(3);
    }
    slow.known = 20;
    expect((await client.follow(now)).ok).toBe(true);
    expect(client.latest().header.height).toBe(20);
  });

  it("forgets no contradiction of a witness that then does not answer, whoever else agrees", async () => {
    const fork = lightBlock({
      ...{ height: 3, validators: rollingSet(3), nextValidators: rollingSet(4) },
      header: { dataHash: new Uint8Array(32).fill(9) },
    });
    const other = provider([chain[0], chain[1], fork], "an honest node");
    let answers = Infinity;
    const slowed: LightProvider = {
      ...other,
      lightBlock: (height) => (answers-- > 0 ? other.lightBlock(height) : Promise.resolve(undefined)),
      latestHeight: () => (answers-- > 0 ? other.latestHeight() : Promise.resolve(0)),
    };
    const witnesses = [slowed, provider(chain, "an accomplice")];
    const client = await clientOf(provider(chain), chain[0], createMemoryTrustStore(), witnesses);
    expect((await client.skipTo(2, now)).ok).toBe(true);
    answers = 1;
    for (let attempt = 0; attempt < 3; attempt++) {
      const reached = await client.skipTo(3 + attempt, now);
      expect(reached).toMatchObject({ ok: false, error: { message: /an honest node has another header of height 3/ } });
      expect((await client.promote(now, false)).ok).toBe(false);
      expect([client.latest().header.height, client.haltReason(), client.droppedWitnesses()]).toEqual([2, null, []]);
    }
    answers = Infinity;
    expect((await client.skipTo(3, now)).ok).toBe(false);
    expect(client.haltReason()).toMatch(/an honest node has another header of height 3/);
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

  it("halts for a header that enough of the trusted signed, and tells both sides who signed two", async () => {
    const forged = lightBlock({
      ...{ height: 3, validators: rollingSet(3), nextValidators: rollingSet(4), signers: [3, 4, 5] },
      header: { dataHash: new Uint8Array(32).fill(9) },
    });
    const told = { primary: new Array<AttackEvidence>(), witness: new Array<AttackEvidence>() };
    const primary = { ...provider(chain.slice(0, 3)), report: tellingTo(told.primary, fail("it is busy")) };
    const witness = { ...provider([chain[0], chain[1], forged], "a witness"), report: tellingTo(told.witness) };
    const client = await clientOf(primary, chain[0], createMemoryTrustStore(), [witness]);
    expect((await client.follow(now)).ok).toBe(false);
    expect(client.haltReason()).toMatch(/equivocation at height 3/);
    expect(told.witness).toMatchObject([{ kind: "equivocation", conflicting: chain[2], commonHeight: 3 }]);
    expect(told.primary).toMatchObject([{ kind: "equivocation", conflicting: forged, commonHeight: 3 }]);
    const signedBoth = [3, 4, 5].map((index) => toHex(validatorKey(index).publicKey)).sort();
    expect(told.primary[0].byzantine.map(({ publicKey }) => toHex(publicKey)).sort()).toEqual(signedBoth);
    expect(client.evidence()).toHaveLength(2);
    expect(client.evidenceTold()).toEqual([
      "a witness took the evidence",
      "a node did not take the evidence: it is busy",
    ]);
  });

  it("has written that it halted, and for what, before any node is told", async () => {
    const folder = mkdtempSync(join(tmpdir(), "pendulaire-halt-"));
    const open = () => {
      const store = openTrustStore(folder);
      assert(store.ok, "the store opens");
      return store.value;
    };
    const other = lightBlock({
      ...{ height: 3, validators: rollingSet(3), nextValidators: rollingSet(4) },
      header: { dataHash: new Uint8Array(32).fill(9) },
    });
    const store = open();
    const killed: LightProvider = {
      ...provider([chain[0], chain[1], other], "a node"),
      report: () => Promise.reject(new Error("killed")),
    };
    const client = await clientOf(provider(chain), chain[0], store, [killed]);
    await expect(client.follow(now)).rejects.toThrow("killed");
    await store.close();
    const again = await clientOf(provider(chain), chain[0], open());
    expect(again.haltReason()).toMatch(/equivocation at height 3/);
    expect(again.evidence()).toMatchObject([{ conflicting: chain[2] }, { conflicting: other }]);
    await again.reanchor({ height: 5, hash: hashHeader(chain[4].header) }, { atMs: 1, by: null });
    expect([again.haltReason(), again.evidence()]).toEqual([null, []]);
    await again.close();
    rmSync(folder, { recursive: true });
  });

  describe("given a header that lies ahead of the chain (forward lunatic)", () => {
    /** Signed by those whom height 3 names for the next one: more than a third of the trusted, and its own set. */
    const forged = (height: number, afterS = height * 10) =>
      lightBlock({
        ...{ height, validators: rollingSet(4), nextValidators: rollingSet(4) },
        header: { time: addSeconds(genesisTime, afterS), appHash: new Uint8Array(32).fill(9) },
      });
    const accused = [4, 5, 6, 7].map((index) => toHex(validatorKey(index).publicKey)).sort();
    const following = async (primary: readonly LightBlock[], witnesses: readonly LightProvider[], to: number) => {
      const client = await clientOf(provider(primary), chain[0], createMemoryTrustStore(), witnesses);
      for (const height of [2, 3]) expect((await client.skipTo(height, now)).ok).toBe(true);
      return { client, reached: await client.skipTo(to, now) };
    };

    it("halts at once when the chain has come to a later time at a lower height", async () => {
      const witness = provider(chain.slice(0, 4), "an honest node");
      const { client, reached } = await following([...chain.slice(0, 3), forged(9, 35)], [witness], 9);
      expect(reached.ok).toBe(false);
      expect(client.haltReason()).toMatch(/an honest node has another header of height 4/);
      const [against] = client.evidence();
      expect(against).toMatchObject({ kind: "lunatic", commonHeight: 3 });
      expect(against.byzantine.map(({ publicKey }) => toHex(publicKey)).sort()).toEqual(
        accused.filter((key) => rollingSet(3).some(({ publicKey }) => toHex(publicKey) === key)),
      );
    });

    it("halts when the chain comes there, and blames those who signed, not the honest node", async () => {
      const witness = behind("an honest node", 3);
      const lies = [...chain.slice(0, 3), forged(9), forged(10), forged(11)];
      const { client, reached } = await following(lies, [provider(lies, "an accomplice"), witness], 9);
      // The accomplice has it, and nobody can tell yet: an honest node may be behind.
      expect(reached.ok).toBe(true);
      expect((await client.skipTo(10, now)).ok).toBe(true);
      witness.known = 9;
      expect((await client.skipTo(11, now)).ok).toBe(false);
      expect(client.haltReason()).toMatch(/an honest node has another header of height 9/);
      expect(client.droppedWitnesses()).toEqual([]);
      expect(client.evidence()[0]).toMatchObject({ kind: "lunatic", commonHeight: 3, conflicting: forged(9) });
    });

    it("does not forget to compare while a witness that has come there does not answer", async () => {
      const slowed = { ...behind("an honest node", 3), isSilent: false };
      const all = provider(chain);
      slowed.latestHeight = () => Promise.resolve(slowed.isSilent ? 0 : slowed.known);
      slowed.lightBlock = (height) => {
        // It says how far it is, and is silent from there on.
        slowed.isSilent = slowed.isSilent || slowed.known === 10;
        return slowed.isSilent || height > slowed.known ? Promise.resolve(undefined) : all.lightBlock(height);
      };
      const lies = [...chain.slice(0, 3), forged(9), forged(10), forged(11), forged(12)];
      const { client, reached } = await following(lies, [provider(lies, "an accomplice"), slowed], 9);
      expect(reached.ok).toBe(true);
      slowed.known = 10;
      expect((await client.skipTo(10, now)).ok).toBe(true);
      Object.assign(slowed, { known: 20, isSilent: false });
      expect((await client.skipTo(11, now)).ok).toBe(false);
      expect(client.haltReason()).toMatch(/an honest node has another header of height 9/);
    });

    it("asks a witness that was behind for what it missed, once, and believes it as before", async () => {
      const witness = behind("a slow node", 3);
      const { client } = await following(chain, [provider(chain, "a quick node"), witness], 4);
      for (let height = 5; height <= 12; height++) {
        if (height === 9) witness.known = 20;
        expect((await client.skipTo(height, now)).ok).toBe(true);
      }
      expect(witness.asked.filter((height) => height > 3)).toEqual([4, 5, 6, 7, 8, 9, 10, 11, 12]);
      expect(client.haltReason()).toBeNull();
    });
  });

  describe("whose primary is lost", () => {
    const at = (height: number, dataHash: number, signers?: readonly number[]) =>
      lightBlock({
        ...{ height, validators: rollingSet(height), nextValidators: rollingSet(height + 1) },
        ...(signers === undefined ? {} : { signers }),
        header: { dataHash: new Uint8Array(32).fill(dataHash) },
      });
    /** A primary that answered up to height 5, and answers no longer. */
    const losing = async (witnesses: readonly LightProvider[]) => {
      let isLost = false;
      const full = provider(chain.slice(0, 5), "the first");
      const primary: LightProvider = {
        name: full.name,
        latestHeight: () => (isLost ? Promise.resolve(0) : full.latestHeight()),
        lightBlock: (height) => (isLost ? Promise.resolve(undefined) : full.lightBlock(height)),
      };
      // Until then, all agree.
      const agreeing = witnesses.map((witness): LightProvider => ({
        ...witness,
        latestHeight: () => (isLost ? witness : full).latestHeight(),
        lightBlock: (height) => (isLost ? witness : full).lightBlock(height),
      }));
      const client = await clientOf(primary, chain[0], createMemoryTrustStore(), agreeing);
      expect((await client.follow(now)).ok).toBe(true);
      isLost = true;
      return client;
    };

    it("goes on with the first node that agrees, and keeps the lost one as a witness", async () => {
      const behind = provider(chain.slice(0, 3), "behind");
      const unsigned = provider([...chain.slice(0, 4), at(5, 9, [])], "a forger");
      const broken = provider(
        [...chain.slice(0, 5), { ...chain[5], commit: { ...chain[5].commit, signatures: [] } }],
        "a broken one",
      );
      const good = ["a good one", "another"].map((name) => provider(chain.slice(0, 9), name));
      const client = await losing([behind, unsigned, broken, ...good]);
      expect((await client.skipTo(6, now)).ok).toBe(false);
      expect(await client.promote(now, false)).toEqual({
        ok: true,
        value: { from: "the first", to: "a good one" },
      });
      expect(client.primaryName()).toBe("a good one");
      expect(client.droppedWitnesses().map(({ name }) => name)).toEqual(["a forger"]);
      expect((await client.follow(now)).ok).toBe(true);
      expect(client.latest().header.height).toBe(9);
      expect(client.haltReason()).toBeNull();
    });

    it("takes nobody who has nothing more, where the primary answers", async () => {
      const client = await losing([provider(chain.slice(0, 5), "as far"), provider([], "silent")]);
      expect(await client.promote(now, true)).toMatchObject({
        ok: false,
        error: { message: /as far: height 5; silent/ },
      });
      expect(client.primaryName()).toBe("the first");
      expect(await client.promote(now, false)).toMatchObject({ ok: true, value: { to: "as far" } });
    });

    it("judges one that has another header from what is believed and not too old, however old the root is", async () => {
      const client = await losing([provider([...chain.slice(0, 4), at(5, 9)], "a fork")]);
      // From height 2 on everything is within the period.
      const rootIsOld = addSeconds(genesisTime, options.trustingPeriodS + 15);
      expect((await client.promote(rootIsOld, false)).ok).toBe(false);
      expect(client.haltReason()).toMatch(/a fork has another header of height 5/);
      expect(client.droppedWitnesses()).toEqual([]);
    });

    it("drops nobody who cannot be judged any more because all that is believed is too old", async () => {
      const client = await losing([provider([...chain.slice(0, 4), at(5, 9)], "a fork")]);
      const allIsOld = addSeconds(genesisTime, options.trustingPeriodS + 45);
      expect(await client.promote(allIsOld, false)).toMatchObject({ ok: false, error: { message: /cannot be told/ } });
      expect([client.haltReason(), client.droppedWitnesses()]).toEqual([null, []]);
    });

    it("halts for one whose other header enough of the trusted signed", async () => {
      const client = await losing([
        provider([...chain.slice(0, 4), at(5, 9)], "a fork"),
        provider(chain, "a good one"),
      ]);
      expect((await client.promote(now, false)).ok).toBe(false);
      expect(client.haltReason()).toMatch(/a fork has another header of height 5/);
      expect(client.evidence()).toHaveLength(2);
      expect(client.primaryName()).toBe("the first");
    });
  });

  it("believes again, once halted, from a header that its operator names and its primary has", async () => {
    const forged = lightBlock({
      ...{ height: 3, validators: rollingSet(3), nextValidators: rollingSet(4), signers: [3, 4, 5] },
      header: { dataHash: new Uint8Array(32).fill(9) },
    });
    const witness = provider([chain[0], chain[1], forged]);
    const store = createMemoryTrustStore();
    const client = await clientOf(provider(chain), chain[0], store, [witness, provider(chain)]);
    expect((await client.follow(now)).ok).toBe(false);
    const anchor = { atMs: 1000, by: "aa" };
    const named = (block: LightBlock) => ({ height: block.header.height, hash: hashHeader(block.header) });
    expect((await client.reanchor(named(forged), anchor)).ok).toBe(false);
    expect(client.haltReason()).toMatch(/equivocation/);
    expect(client.root()).toEqual(chain[0]);
    expect((await client.reanchor(named(chain[4]), anchor)).ok).toBe(true);
    expect([client.haltReason(), client.evidence(), client.anchor()]).toEqual([null, [], anchor]);
    expect([client.root(), client.latest()]).toEqual([chain[4], chain[4]]);
    expect(client.trustedAt(2)).toBeUndefined();
    expect((await client.follow(now)).ok).toBe(true);
    expect(client.latest().header.height).toBe(20);
  });

  it("calls a header that the rules exclude lunatic, from the last common header on", async () => {
    const forged = lightBlock({
      ...{ height: 8, validators: rollingSet(5), nextValidators: rollingSet(5) },
      header: { appHash: new Uint8Array(32).fill(9) },
    });
    const witness = provider([...chain.slice(0, 6), forged], "a liar");
    const client = await clientOf(provider(chain), chain[0], createMemoryTrustStore(), [witness]);
    expect((await client.skipTo(8, now)).ok).toBe(false);
    const [, against] = client.evidence();
    expect(against).toMatchObject({ kind: "lunatic", conflicting: forged });
    expect(against.commonHeight).toBeLessThan(8);
    expect(against.byzantine.length).toBeGreaterThan(0);
  });

  it("hears a witness no longer whose header is not signed, and believes nothing when none is left", async () => {
    const unsigned = lightBlock({
      ...{ height: 3, validators: rollingSet(3), nextValidators: rollingSet(4), signers: [3] },
      header: { dataHash: new Uint8Array(32).fill(9) },
    });
    const faulty = provider([chain[0], chain[1], unsigned], "a faulty node");
    const honest = provider(chain, "an honest node");
    const client = await clientOf(provider(chain), chain[0], createMemoryTrustStore(), [faulty, honest]);
    expect((await client.follow(now)).ok).toBe(true);
    expect(client.latest().header.height).toBe(20);
    expect(client.droppedWitnesses()).toMatchObject([{ name: "a faulty node", reason: /two-thirds/ }]);
    const alone = await clientOf(provider(chain), chain[0], createMemoryTrustStore(), [
      provider([chain[0], chain[1], unsigned], "a faulty node"),
    ]);
    for (let attempt = 0; attempt < 2; attempt++) {
      expect(await alone.follow(now)).toMatchObject({ ok: false, error: { message: /no witness is left/ } });
      expect(alone.latest().header.height).toBe(2);
    }
    expect(alone.haltReason()).toBeNull();
  });

  it("halts for a witness that has less height at no less time, and not for one that is behind", async () => {
    const early = lightBlock({
      ...{ height: 6, validators: rollingSet(6), nextValidators: rollingSet(7) },
      header: { time: addSeconds(genesisTime, 500) },
    });
    const behind = provider(chain.slice(0, 6), "a node that is behind");
    const following = await clientOf(provider(chain), chain[0], createMemoryTrustStore(), [
      behind,
      provider(chain, "a node that is not"),
    ]);
    expect((await following.skipTo(20, now)).ok).toBe(true);
    const forward = provider([...chain.slice(0, 5), early], "a node ahead of time");
    const client = await clientOf(provider(chain), chain[0], createMemoryTrustStore(), [forward]);
    expect((await client.skipTo(20, now)).ok).toBe(false);
    expect(client.haltReason()).toMatch(/a node ahead of time/);
  });

  it("goes back by the hashes that each header has of the one before it, and no further than they hold", async () => {
    const linked = linkedChain(12);
    const client = await clientOf(provider(linked), linked[9]);
    expect(await client.backTo(3, now)).toEqual({ ok: true, value: linked[2].header });
    expect(await client.backTo(10, now)).toEqual({ ok: true, value: linked[9].header });
    expect((await client.backTo(11, now)).ok).toBe(false);
    expect((await client.backTo(0, now)).ok).toBe(false);
    const changed = linked.map((block, index) =>
      index === 4 ? { ...block, header: { ...block.header, appHash: new Uint8Array(32).fill(1) } } : block,
    );
    const misled = await clientOf(provider(changed), linked[9]);
    expect(await misled.backTo(3, now)).toMatchObject({ ok: false, error: { where: "last-block-id" } });
    expect((await misled.backTo(6, now)).ok).toBe(true);
    const tooLate = addSeconds(genesisTime, options.trustingPeriodS + 101);
    expect(await client.backTo(3, tooLate)).toMatchObject({ ok: false, error: { where: "trusting-period" } });
  });

  it("does not halt for a header that is not there", async () => {
    const client = await clientOf(provider([chain[0], chain[2]]), chain[0]);
    expect(await client.follow(now)).toMatchObject({ ok: false, error: { message: /no header of height 2/ } });
    expect(client.haltReason()).toBeNull();
  });

  it("refuses another height than it asked for", async () => {
    const confused: LightProvider = {
      ...provider(chain),
      lightBlock: (height) => Promise.resolve(height === 1 ? chain[0] : chain[5]),
    };
    const client = await clientOf(confused, chain[0]);
    expect((await client.follow(now)).ok).toBe(false);
    expect([client.haltReason(), client.primaryFault()]).toEqual([null, "a node gave height 6 for 2"]);
  });

  it("goes back beyond the trusting period, from a latest header that is within it", async () => {
    // Half a day between headers: the period ends among those that are walked, and at what is kept of the walk.
    const long = { ...options, trustingPeriodS: 14 * 86_400 };
    const linked = linkedChain(60, 470, 43_200);
    const last = linked[59];
    const soon = addSeconds(last.header.time, 60);
    const opened = await openLightClient(
      {
        ...{ chainId: lightChainId, primary: provider(linked), witnesses: [], store: createMemoryTrustStore() },
        verification: long,
      },
      { height: last.header.height, hash: hashHeader(last.header) },
    );
    assert(opened.ok, "the client opens");
    const { value: client } = opened;
    // First all the way, then from the header of height 500 that was kept, 14.5 days old.
    for (const height of [472, 473, 499]) {
      const at = linked.find(({ header }) => header.height === height);
      expect(await client.earlier(height, soon)).toEqual({ ok: true, value: at?.header });
      expect(await client.backTo(height, soon)).toEqual({ ok: true, value: at?.header });
    }
    const tooLate = addSeconds(last.header.time, long.trustingPeriodS);
    expect(await client.earlier(499, tooLate)).toMatchObject({ ok: false, error: { where: "trusting-period" } });
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

  it("keeps no root that is too old, and takes a later one in the place of all that has grown too old", async () => {
    const store = createMemoryTrustStore();
    const base = { chainId: lightChainId, primary: provider(chain), witnesses: [], store, verification: options };
    const rootAt = (height: number) => ({ height, hash: hashHeader(chain[height - 1].header) });
    const late = addSeconds(genesisTime, options.trustingPeriodS + 55);
    const tooOld = { ok: false, error: { where: "trusting-period", message: /a later one has to be named/ } };
    expect(await openLightClient(base, rootAt(1), late)).toMatchObject(tooOld);
    expect(store.root()).toBeNull();
    expect((await openLightClient(base, rootAt(3), now)).ok).toBe(true);
    // What it has is of use yet; then no more; then the new root is not.
    expect(await openLightClient(base, rootAt(7), now)).toMatchObject({ error: { message: /another root/ } });
    expect(await openLightClient(base, rootAt(4), late)).toMatchObject(tooOld);
    const opened = await openLightClient(base, rootAt(7), late);
    assert(opened.ok, "a later root is taken");
    expect((await opened.value.follow(late)).ok).toBe(true);
    expect([store.root(), store.last()]).toEqual([chain[6], chain[19]]);
    // A halt is left by the operator's word only.
    store.halt("a fork", { common: chain[0], ours: chain[1], theirs: chain[2] });
    const later = addSeconds(late, options.trustingPeriodS);
    expect(await openLightClient(base, rootAt(9), later)).toMatchObject({ error: { message: /another root/ } });
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
        store.halt("first", { common: block(1), ours: block(2), theirs: block(3) });
        store.halt("second", { common: block(4), ours: block(5), theirs: block(6) });
      }
      await onDisk.value.close();
      const again = openTrustStore(folder);
      if (!again.ok) throw new Error(again.error.message);
      expect(again.value.haltReason()).toBe("first");
      expect(again.value.fork()).toEqual({ common: block(1), ours: block(2), theirs: block(3) });
      expect(again.value.last()).toEqual(block(count));
      await again.value.close();
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it("says what to do when it is cut off, or its headers cannot be read", async () => {
    const folder = mkdtempSync(join(tmpdir(), "pendulaire-trust-"));
    const file = join(folder, "data.mdb");
    const store = openTrustStore(folder);
    assert(store.ok, "the store opens");
    const validators = setOf({ 0: 10n, 1: 10n, 2: 10n, 3: 10n });
    const block = lightBlock({ height: 1, validators });
    store.value.keep(block);
    await store.value.close();
    const whole = readFileSync(file);
    const refused = { ok: false, error: { message: /Move this folder away/, where: folder } };
    writeFileSync(file, whole.subarray(0, whole.length / 2));
    expect(openTrustStore(folder)).toMatchObject(refused);
    // As a version wrote it that did not look at the vote: all that follows it is out of place.
    writeFileSync(file, whole);
    const before = openTrustStore(folder);
    assert(before.ok, "the store opens");
    const [first, ...others] = block.commit.signatures;
    const signatures = [{ ...first, signature: first.signature.subarray(0, 3) }, ...others];
    before.value.keep({ ...block, commit: { ...block.commit, signatures } });
    await before.value.close();
    expect(openTrustStore(folder)).toMatchObject(refused);
    rmSync(folder, { recursive: true });
  });
});
