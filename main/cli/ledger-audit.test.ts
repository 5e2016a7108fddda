import {
  appendFileSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chainId, contractOf, genesis, keyOf, startS, termsOf } from "../../test/verification/ledger-chain";
import { custodian, delegate, expiresAtS } from "../../test/verification/ledger-records";
import { optionsOf, personOf, recordOf, temporaryFolder, valueOf } from "../../test/verification/ledger-vault";
import { toHex } from "../../common/canonical";
import { drawInteger } from "../../common/draw";
import { audit } from "../../ledger/machine/audit";
import { listKeptRecords } from "../../ledger/machine/personal-readers";
import { readTotals } from "../../ledger/machine/readers";
import { contractPath, recordPath } from "../../ledger/machine/state-paths";
import type { Payload } from "../../ledger/machine/transactions/payload";
import { rewardPoolId, signAsHolder, signAsMember, signOffer, unsignedTransaction } from "../../ledger/solo/consortium";
import type { KeyPair } from "../../ledger/solo/ed25519";
import { openSolo, type Solo } from "../../ledger/solo/solo";
import { filesBelow } from "../../ledger/vault/byte-scan";
import { digestOf, findSecrets } from "../../ledger/vault/secrets";
import { logName, openVault, restoreVault, type Vault } from "../../ledger/vault/vault";
import { addSeconds } from "../../ledger/wire/timestamp";
import { verifyState } from "../ledger/state-proof";
import { verifyChain } from "../ledger/verify-chain";
import { auditFolder } from "./ledger-audit";

/** A ledger on disk with its custodian's vault beside it. */
class LiveFolder {
  readonly nonces = new Map<KeyPair, number>();
  readonly vault: Vault;
  private constructor(
    readonly folder: string,
    readonly solo: Solo,
  ) {
    this.vault = valueOf(openVault(join(folder, "vault"), optionsOf({ state: solo.state, nonces: this.nonces })));
  }

  static begin(folder: string): LiveFolder {
    const storage = { kind: "directory", path: join(folder, "chain") } as const;
    const solo = valueOf(openSolo({ storage, genesis, validatorKey: keyOf("validator") }));
    valueOf(solo.commitBlock(solo.time));
    return new LiveFolder(folder, solo);
  }

  signed(key: KeyPair, payload: Payload): Uint8Array {
    const nonce = this.nonces.get(key) ?? 0;
    this.nonces.set(key, nonce + 1);
    return signAsMember(chainId, key, nonce, payload);
  }

  /** Everything in one block, carried out, and shown to the vault. */
  commit(transactions: readonly Uint8Array[], afterS = 1): void {
    for (const transaction of transactions) valueOf(this.solo.submit(transaction, this.solo.time.seconds + afterS));
    const block = valueOf(this.solo.commitBlock(addSeconds(this.solo.time, afterS)));
    expect(block.results.filter(({ code }) => code !== 0).map(({ log }) => log)).toEqual([]);
    valueOf(this.vault.follow(this.solo.state));
  }

  /** Contracts of holders 0 … count − 1, and a record about each. @returns the records' identifiers */
  async settle(count: number): Promise<readonly string[]> {
    const treasury = keyOf("treasury");
    const holders = Array.from({ length: count }, (_, holder) => holder);
    const pay = (payload: Payload) => this.signed(treasury, payload);
    const account = { kind: "account", publicKey: custodian.publicKey } as const;
    this.commit([
      pay({ kind: "mint", amountMicro: 10_000_000_000n }),
      pay({ kind: "fund", destination: { kind: "pool", poolId: rewardPoolId }, amountMicro: 5_000_000_000n }),
      pay({ kind: "fund", destination: account, amountMicro: 2_000_000_000n }),
    ]);
    const offers = await Promise.all(
      holders.map((holder) => signOffer(chainId, custodian.publicKey, keyOf("commuter", holder), termsOf())),
    );
    this.commit([this.signed(custodian, { kind: "acceptOffers", offers })]);
    const records = valueOf(this.vault.put(holders.map((holder) => recordOf(holder))));
    this.commit([this.signed(custodian, { kind: "commitRecords", records })]);
    return records.map(({ recordId }) => recordId);
  }

  declare(): readonly string[] {
    const recordIds = this.vault.erasures.toDeclare;
    this.commit([this.signed(custodian, { kind: "eraseRecords", recordIds })]);
    return recordIds;
  }
}

interface Told {
  readonly kind: string;
  readonly faults: readonly string[];
  readonly vault: { readonly kept: number; readonly erased: number; readonly absent: number };
}

async function told(folder: string, identifiers?: string): Promise<Told> {
  const outcome = await auditFolder(folder, identifiers);
  if (outcome.kind === "unusable") throw new Error(`${outcome.failure.where}: ${outcome.failure.message}`);
  const { vault } = outcome.document as { vault: Told["vault"] };
  return {
    kind: outcome.kind,
    vault,
    faults: outcome.text.split("\n").filter((line) => /^(no )?record [0-9a-f]{62}|^no record/.test(line)),
  };
}

/** Of some secrets, by their digests, those that lie somewhere in a file below these folders. */
function foundBelow(folders: readonly string[], digests: ReadonlySet<string>): number {
  const found = new Set<string>();
  for (const file of folders.flatMap(filesBelow)) {
    const bytes = readFileSync(file);
    findSecrets(bytes, (at) => found.add(digestOf(bytes.subarray(at, at + 32))));
  }
  return [...found].filter((digest) => digests.has(digest)).length;
}

describe("the erasure of a thousand commuters", () => {
  it("leaves blocks, totals and proofs that verify, and of them no identifier and no key in any file", async () => {
    const count = 1000;
    const folder = temporaryFolder();
    const live = LiveFolder.begin(folder);
    const ids = await live.settle(count);
    const elsewhere = join(temporaryFolder(), "other-disk");
    valueOf(live.vault.copyTo("backup", "night"));
    valueOf(live.vault.copyTo("snapshot", "before", elsewhere));
    for (const holder of [0, 1, 2]) valueOf(live.vault.exportContract(contractOf(holder), `for-${holder}`));
    // What there is to be found before: without this the scan after could be blind.
    const identifiers = Array.from({ length: count }, (_, holder) => personOf(holder).identifiers).flat();
    const list = join(temporaryFolder(), "identifiers");
    writeFileSync(list, identifiers.join("\n"));
    const before = await told(folder);
    expect(before).toMatchObject({ kind: "done", vault: { kept: count, erased: 0 } });
    expect((await told(folder, list)).faults).toHaveLength(0);
    const digests = new Set(listKeptRecords(live.solo.state).flatMap((kept) => [kept.keyDigest, kept.saltDigest]));
    expect(foundBelow([folder, elsewhere], digests)).toBe(2 * count);

    const half = count / 2;
    const order: Payload = { kind: "orderErasure", contractIds: ids.slice(half).map((_, at) => contractOf(half + at)) };
    live.commit([
      ...ids
        .slice(0, half)
        .map((_, holder) => signAsHolder(chainId, keyOf("commuter", holder), { kind: "demandErasure", sequence: 0 })),
      live.signed(delegate, order),
    ]);
    expect(live.vault.size).toBe(0);
    expect(new Set(live.declare())).toEqual(new Set(ids));
    const contractIds = ids.map((_, holder) => contractOf(holder));
    live.commit([unsignedTransaction(chainId, { kind: "settle", contractIds, instructionIds: [] })], 10_000);
    live.commit([]);

    expect(await told(folder, list)).toEqual({
      kind: "done",
      faults: [],
      vault: expect.objectContaining({ kept: 0, erased: count, absent: 0 }) as object,
    });
    expect(foundBelow([folder, elsewhere], digests)).toBe(0);
    for (const file of [folder, elsewhere].flatMap(filesBelow)) {
      const text = readFileSync(file, "latin1");
      for (const identifier of ["@commuters.example", "Pendler-", "+33 6 00 "]) {
        expect({ file, found: text.includes(identifier) }).toEqual({ file, found: false });
      }
    }
    expect(audit(live.solo.state).ok).toBe(true);
    expect(readTotals(live.solo.state)).toMatchObject({ contracts: count, excused: count });
    const { height } = live.solo;
    const header = live.solo.lightBlock(height)?.header;
    if (header === undefined) throw new Error("the last block is there");
    const seed = 20_261_126;
    for (let draw = 0; draw < 20; draw++) {
      const holder = drawInteger(seed, draw, 0, 0, count);
      for (const path of [contractPath(contractOf(holder)), recordPath(ids[holder])]) {
        const answer = live.solo.query(path, height - 1);
        if (answer?.value === undefined || answer.value === null) throw new Error("it lies there");
        expect(verifyState(header, { ...answer, path })).toMatchObject({ ok: true });
      }
    }
    await live.solo.close();
    const verdict = valueOf(await verifyChain(join(folder, "chain"), {}));
    expect(verdict).toMatchObject({ verdict: "success" });
  }, 60_000);
});

describe("the audit of a folder", () => {
  const base = mkdtempSync(join(tmpdir(), "pendulaire-audit-"));
  const template = join(base, "ledger");
  const keptBefore = join(base, "kept");
  let ids: readonly string[];
  let contents: Buffer;

  beforeAll(async () => {
    mkdirSync(template);
    const live = LiveFolder.begin(template);
    ids = await live.settle(4);
    valueOf(live.vault.copyTo("backup", "night"));
    contents = readFileSync(join(template, "vault", "keys.slots"));
    cpSync(join(template, "vault"), keptBefore, { recursive: true });
    live.commit([signAsHolder(chainId, keyOf("commuter", 1), { kind: "demandErasure", sequence: 0 })]);
    live.declare();
    await live.solo.close();
  });

  afterAll(() => {
    rmSync(base, { recursive: true, force: true });
  });

  const copyOf = (): string => {
    const folder = join(temporaryFolder(), "ledger");
    cpSync(template, folder, { recursive: true });
    return folder;
  };

  it("finds nothing where all is well", async () => {
    expect(await told(template)).toMatchObject({ kind: "done", faults: [], vault: { kept: 3, erased: 1, absent: 0 } });
  });

  it("names the erased record whose key lies in any file, as bytes or as text, and the kept one whose key was copied", async () => {
    const secrets: Uint8Array[] = [];
    findSecrets(contents, (at) => secrets.push(contents.subarray(at, at + 32)));
    const owner = (index: number) => ids[Math.floor(index / 2)];
    for (const [index, secret] of secrets.entries()) {
      for (const form of [
        secret,
        toHex(secret),
        `k=${Buffer.from(secret).toString("base64")}`,
        `xyz${Buffer.from(secret).toString("base64url")}`,
      ]) {
        const folder = copyOf();
        writeFileSync(join(folder, "core.dump"), Buffer.concat([Buffer.alloc(5), Buffer.from(form), Buffer.alloc(3)]));
        const { kind, faults } = await told(folder);
        expect(kind).toBe("checkFailed");
        expect(faults).toHaveLength(1);
        expect(faults[0]).toContain(owner(index));
        expect(faults[0]).toContain("core.dump");
      }
    }
  });

  it("names records whose ciphertext, export or identifier lies where no erasure reaches it", async () => {
    const cells = copyOf();
    copyFileSync(join(keptBefore, "records.cells"), join(cells, "old.cells"));
    const { faults } = await told(cells);
    expect(new Set(faults.map((line) => line.slice(7, 69)))).toEqual(new Set(ids));
    const exported = copyOf();
    writeFileSync(join(exported, "mail.txt"), `see pendulaire-export-1 ${ids[1]} {}`);
    expect((await told(exported)).faults).toEqual([expect.stringContaining(`${ids[1]}: mail.txt`)]);
    const readable = copyOf();
    appendFileSync(join(readable, "vault", logName), `called ${personOf(2).identifiers[0]}\n`);
    expect((await told(readable)).faults).toEqual([expect.stringContaining(`${ids[2]}: vault/${logName}`)]);
    const asked = copyOf();
    appendFileSync(join(asked, "notes"), Buffer.from(personOf(1).identifiers[1], "utf16le"));
    const list = join(temporaryFolder(), "identifiers");
    writeFileSync(list, `${personOf(1).identifiers[1]}\nZoé\n`);
    expect((await told(asked, list)).faults).toEqual([expect.stringMatching(/^no record: notes/)]);
  });

  it("names erased records in the store and in a backup that was put back by hand", async () => {
    for (const place of ["vault", "vault/copies/night"]) {
      const folder = copyOf();
      for (const name of ["keys.slots", "records.cells"]) {
        copyFileSync(join(keptBefore, name), join(folder, place, name));
      }
      const { kind, faults } = await told(folder);
      expect(kind).toBe("checkFailed");
      for (const line of faults) expect(line).toContain(ids[1]);
      expect(faults.some((line) => line.includes("key and salt"))).toBe(true);
      expect(faults.some((line) => line.includes("ciphertext"))).toBe(true);
    }
  });

  it("finds what is kept beyond its expiry, not committed to, changed, or not the vault's", async () => {
    const folder = copyOf();
    const storage = { kind: "directory", path: join(folder, "chain") } as const;
    const solo = valueOf(openSolo({ storage, genesis, validatorKey: keyOf("validator") }));
    const options = optionsOf({ state: solo.state, nonces: new Map() });
    const [uncommitted] = valueOf(valueOf(openVault(join(folder, "vault"), options)).put([recordOf(0)]));
    expect((await told(folder)).faults).toEqual([expect.stringMatching(`${uncommitted.recordId}.*no commitment`)]);
    valueOf(solo.commitBlock(addSeconds(solo.time, expiresAtS - startS)));
    await solo.close();
    const late = await told(folder);
    for (const recordId of [ids[0], ids[2], ids[3]]) {
      expect(late.faults.some((line) => line.includes(recordId) && line.includes("beyond its expiry"))).toBe(true);
    }
    const changed = copyOf();
    const cells = readFileSync(join(changed, "vault", "records.cells"));
    cells[cells.length - 1] ^= 1;
    writeFileSync(join(changed, "vault", "records.cells"), cells);
    expect((await told(changed)).faults).toHaveLength(1);
    const stray = copyOf();
    mkdirSync(join(stray, "vault", "tmp"));
    writeFileSync(join(stray, "vault", "tmp", "x"), "anything");
    expect((await told(stray)).faults).toEqual([expect.stringContaining("no file of the vault")]);
    const away = copyOf();
    cpSync(join(away, "vault", "copies", "night"), join(temporaryFolder(), "n"), { recursive: true });
    rmSync(join(away, "vault", "copies", "night"), { recursive: true });
    expect((await told(away)).faults).toEqual([expect.stringContaining("cannot be judged")]);
    rmSync(join(away, "vault"), { recursive: true });
    expect(await auditFolder(away, undefined)).toMatchObject({ kind: "unusable" });
    expect(existsSync(join(away, "vault"))).toBe(false);
  });

  it("is satisfied again once a restored vault was opened", async () => {
    const folder = copyOf();
    for (const name of ["keys.slots", "records.cells"]) {
      copyFileSync(join(keptBefore, name), join(folder, "vault", "copies", "night", name));
    }
    const storage = { kind: "directory", path: join(folder, "chain") } as const;
    const solo = valueOf(openSolo({ storage, genesis, validatorKey: keyOf("validator") }));
    valueOf(restoreVault(join(folder, "vault"), "night", optionsOf({ state: solo.state, nonces: new Map() })));
    await solo.close();
    expect(await told(folder)).toMatchObject({ kind: "done", vault: { kept: 3 } });
  });
});
