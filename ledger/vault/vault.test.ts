import { appendFileSync, cpSync, existsSync, linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import {
  chainWithContracts,
  commit,
  contractOf,
  expectOutcome,
  moveTo,
  signed,
  startS,
  type TestChain,
} from "../../test/verification/ledger-chain";
import {
  admitBuyers,
  buyers,
  custodian,
  delegate,
  expiresAtS,
  release,
  stated,
} from "../../test/verification/ledger-records";
import {
  keep,
  open,
  optionsOf,
  personOf,
  recordOf,
  temporaryFolder,
  valueOf,
} from "../../test/verification/ledger-vault";
import { readKeptRecord } from "../machine/personal-readers";
import { realDisk, type Disk } from "./disk";
import { exportName } from "./export-file";
import { findSecrets } from "./secrets";
import { cellMark, slotBytes } from "./slot";
import { cellsName, slotsName } from "./slot-files";
import { holds, logName, openVault, restoreVault, type Vault } from "./vault";

let chain: TestChain;
let folder: string;
let vault: Vault;
let ids: readonly string[];

beforeEach(async () => {
  chain = await chainWithContracts(3);
  folder = join(temporaryFolder(), "vault");
  vault = open(folder, chain);
  ids = keep(
    chain,
    vault,
    [0, 1, 2].map((holder) => recordOf(holder)),
  );
});

const demand = (holder: number) => stated(chain, holder, { kind: "demandErasure" });
const secretsIn = (file: string): number => {
  let count = 0;
  findSecrets(readFileSync(file), () => count++);
  return count;
};
const cellsIn = (file: string): number =>
  readFileSync(file, "latin1").split(Buffer.from(cellMark).toString()).length - 1;
const contentsOf = (at: string) => [secretsIn(join(at, slotsName)), cellsIn(join(at, cellsName))];

describe("the vault", () => {
  it("gives back what was put, after it was opened again too, and nothing of it lies readable", () => {
    for (const opened of [vault, open(folder, chain)]) {
      expect(ids.map((id) => valueOf(opened.read(id)))).toEqual([0, 1, 2].map(personOf));
    }
    const bytes = Buffer.concat(
      [slotsName, cellsName, logName, "vault.json"].flatMap((name) => {
        const file = join(folder, name);
        return existsSync(file) ? [readFileSync(file)] : [];
      }),
    );
    for (const text of [...personOf(0).identifiers, personOf(0).details]) expect(bytes.includes(text)).toBe(false);
  });

  it("commits on the chain to what it keeps", () => {
    admitBuyers(chain);
    expectOutcome(chain, stated(chain, 0, { kind: "setConsent", purposes: ["research"] }), null);
    expectOutcome(chain, release(chain, ids[0]), null);
    valueOf(vault.follow(chain.state));
    const { secrets, data } = valueOf(vault.handOver(ids[0], buyers.inside.publicKey));
    const kept = readKeptRecord(chain.state, ids[0]);
    if (kept === undefined) throw new Error("it was committed to");
    expect(holds(kept, secrets, data)).toBe(true);
    const other = data.slice();
    other[other.length - 1] ^= 1;
    expect(holds(kept, secrets, other)).toBe(false);
    expect(holds(kept, { ...secrets, salt: secrets.key }, data)).toBe(false);
  });

  it("refuses what it could not keep, keeping none of the others", () => {
    const before = vault.size;
    const long = { identifiers: [], details: "x".repeat(1000) };
    expect(vault.put([recordOf(0), recordOf(0, { content: long })]).ok).toBe(false);
    expect(vault.put([recordOf(0), recordOf(0, { territory: "paris" })]).ok).toBe(false);
    expect(vault.put([recordOf(0), recordOf(0, { expiresAtS: startS })]).ok).toBe(false);
    const many = { identifiers: Array<string>(17).fill("x"), details: "" };
    expect(vault.put([recordOf(0), recordOf(0, { content: many })]).ok).toBe(false);
    expect(open(folder, chain).size).toBe(before);
  });

  it("belongs to one chain and one custodian, and knows how far the chain had come", () => {
    const earlier = chain.state;
    commit(chain, []);
    valueOf(vault.follow(chain.state));
    expect(openVault(folder, { state: earlier, custodian: custodian.publicKey })).toMatchObject({ ok: false });
    expect(vault.follow(earlier).ok).toBe(false);
    expect(openVault(folder, { ...optionsOf(chain), custodian: buyers.inside.publicKey }).ok).toBe(false);
    writeFileSync(
      join(folder, "vault.json"),
      readFileSync(join(folder, "vault.json"), "utf8").replace("test-city", "city"),
    );
    expect(openVault(folder, optionsOf(chain)).ok).toBe(false);
  });

  it("says so when a store, a slot or a ciphertext was changed", () => {
    const cells = readFileSync(join(folder, cellsName));
    cells[500] ^= 1;
    writeFileSync(join(folder, cellsName), cells);
    const reads = ids.map((id) => open(folder, chain).read(id).ok);
    expect(reads.filter((ok) => !ok)).toHaveLength(1);
    appendFileSync(join(folder, slotsName), "torn");
    expect(open(folder, chain).size).toBe(3);
    expect(readFileSync(join(folder, slotsName)).includes("torn")).toBe(false);
    rmSync(join(folder, slotsName));
    expect(openVault(folder, optionsOf(chain))).toMatchObject({ ok: false, error: { where: folder } });
  });

  it("commits to what was put before it was killed, or lets it be discarded", () => {
    const [first, second] = valueOf(vault.put([recordOf(0), recordOf(1)]));
    valueOf(vault.copyTo("backup", "night"));
    const again = open(folder, chain);
    expect(new Set(again.uncommitted())).toEqual(new Set([first, second]));
    expect(again.discard([ids[0]]).ok).toBe(false);
    valueOf(again.discard([second.recordId]));
    expect(again.uncommitted()).toEqual([first]);
    expect(contentsOf(folder)).toEqual([8, 4]);
    expect(contentsOf(join(folder, "copies", "night"))).toEqual([8, 4]);
  });
});

describe("erasure", () => {
  it("takes ciphertext, key and salt, and is then declared on the chain", () => {
    expect(contentsOf(folder)).toEqual([6, 3]);
    expectOutcome(chain, demand(1), null);
    expect(valueOf(vault.follow(chain.state))).toEqual({ erased: [ids[1]], toDeclare: [ids[1]], unreachable: [] });
    expect(vault.read(ids[1]).ok).toBe(false);
    expect(contentsOf(folder)).toEqual([4, 2]);
    const { toDeclare } = open(folder, chain).erasures;
    expectOutcome(chain, signed(chain, custodian, { kind: "eraseRecords", recordIds: toDeclare }), null);
    expect(valueOf(vault.follow(chain.state))).toEqual({ erased: [], toDeclare: [], unreachable: [] });
    expect(valueOf(vault.read(ids[0]))).toEqual(personOf(0));
  });

  it("overwrites the blocks themselves, and those of what is removed", () => {
    valueOf(vault.exportContract(contractOf(1), "for-holder-1"));
    const links = temporaryFolder();
    // Another name of the same blocks shows what becomes of them.
    for (const name of [slotsName, cellsName]) linkSync(join(folder, name), join(links, name));
    linkSync(join(folder, "copies", "for-holder-1", exportName), join(links, exportName));
    expect(readFileSync(join(links, exportName), "utf8")).toContain(personOf(1).identifiers[0]);
    expectOutcome(chain, demand(1), null);
    valueOf(vault.follow(chain.state));
    expect(contentsOf(links)).toEqual([4, 2]);
    expect(readFileSync(join(links, exportName)).every((byte) => byte === 0)).toBe(true);
  });

  it("comes by itself when a record expires", () => {
    moveTo(chain, expiresAtS - startS - 1);
    expect(valueOf(vault.follow(chain.state)).erased).toEqual([]);
    moveTo(chain, expiresAtS - startS);
    expect(valueOf(vault.follow(chain.state)).erased).toEqual([...ids].sort());
    expect(contentsOf(folder)).toEqual([0, 0]);
  });

  it("goes through backups, snapshots and exports, wherever they lie", () => {
    const elsewhere = join(temporaryFolder(), "other-disk");
    valueOf(vault.copyTo("backup", "night"));
    valueOf(vault.copyTo("snapshot", "height-9", elsewhere));
    valueOf(vault.exportContract(contractOf(1), "for-holder-1"));
    valueOf(vault.exportContract(contractOf(2), "for-holder-2"));
    const exported = (holder: number) => join(folder, "copies", `for-holder-${holder}`, exportName);
    expect(readFileSync(exported(1), "utf8")).toContain(personOf(1).identifiers[0]);
    expect(vault.copyTo("backup", "night").ok).toBe(false);
    expect(vault.copyTo("backup", "../night").ok).toBe(false);
    expect(vault.copyTo("backup", "late", elsewhere).ok).toBe(false);
    expectOutcome(chain, demand(1), null);
    valueOf(vault.follow(chain.state));
    for (const at of [folder, join(folder, "copies", "night"), elsewhere]) expect(contentsOf(at)).toEqual([4, 2]);
    expect([existsSync(exported(1)), existsSync(exported(2))]).toEqual([false, true]);
    valueOf(vault.dropCopy("height-9"));
    expect(existsSync(elsewhere)).toBe(false);
    expect(vault.dropCopy("height-9").ok).toBe(false);
  });

  it("is declared only when every copy was reached", () => {
    const elsewhere = join(temporaryFolder(), "other-disk");
    valueOf(vault.copyTo("backup", "away", elsewhere));
    renameSync(elsewhere, `${elsewhere}-unplugged`);
    expectOutcome(chain, demand(1), null);
    expect(valueOf(vault.follow(chain.state))).toEqual({ erased: [ids[1]], toDeclare: [], unreachable: ["away"] });
    renameSync(`${elsewhere}-unplugged`, elsewhere);
    expect(valueOf(vault.follow(chain.state))).toEqual({ erased: [ids[1]], toDeclare: [ids[1]], unreachable: [] });
    expect(contentsOf(elsewhere)).toEqual([4, 2]);
  });

  it("is not declared by a vault that began anew, of what the one before it had", () => {
    renameSync(folder, `${folder}-mislaid`);
    const anew = open(folder, chain);
    const [later] = keep(chain, anew, [recordOf(0)]);
    expectOutcome(chain, demand(0), null);
    expect(valueOf(anew.follow(chain.state)).toDeclare).toEqual([later]);
    rmSync(folder, { recursive: true });
    renameSync(`${folder}-mislaid`, folder);
    expect(open(folder, chain).erasures.toDeclare).toContain(ids[0]);
  });

  it("holds against an earlier backup: what the chain wants erased is erased before anything is read", () => {
    valueOf(vault.copyTo("backup", "night"));
    const byHand = join(temporaryFolder(), "by-hand");
    cpSync(join(folder, "copies", "night"), byHand, { recursive: true });
    expectOutcome(chain, demand(1), null);
    const { toDeclare } = valueOf(vault.follow(chain.state));
    expectOutcome(chain, signed(chain, custodian, { kind: "eraseRecords", recordIds: toDeclare }), null);
    // The registered backup was reached; one that somebody made by hand was not, and is put back by hand.
    for (const name of [slotsName, cellsName]) cpSync(join(byHand, name), join(folder, name));
    expect(contentsOf(folder)).toEqual([6, 3]);
    const opened = open(folder, chain);
    expect(opened.erasures.erased).toEqual([ids[1]]);
    expect(opened.read(ids[1]).ok).toBe(false);
    expect(contentsOf(folder)).toEqual([4, 2]);
    for (const name of [slotsName, cellsName]) cpSync(join(byHand, name), join(folder, "copies", "night", name));
    const restored = valueOf(restoreVault(folder, "night", optionsOf(chain)));
    expect(restored.read(ids[1]).ok).toBe(false);
    expect(valueOf(restored.read(ids[2]))).toEqual(personOf(2));
    for (const at of [folder, join(folder, "copies", "night")]) expect(contentsOf(at)).toEqual([4, 2]);
    expect(restoreVault(folder, "never", optionsOf(chain)).ok).toBe(false);
  });
});

describe("handing over a key", () => {
  beforeEach(() => {
    admitBuyers(chain);
    expectOutcome(chain, stated(chain, 0, { kind: "setConsent", purposes: ["research"] }), null);
  });

  it("takes the chain's leave, for this buyer", () => {
    valueOf(vault.follow(chain.state));
    const buyer = buyers.inside.publicKey;
    expect(vault.handOver(ids[0], buyer)).toMatchObject({
      error: { message: "the chain gives no leave to hand over the record's key: " + ids[0] },
    });
    expectOutcome(chain, release(chain, ids[0]), null);
    valueOf(vault.follow(chain.state));
    expect(vault.handOver(ids[0], buyer).ok).toBe(true);
    expect(vault.handOver(ids[0], buyers.outside.publicKey).ok).toBe(false);
  });

  it("is refused when consent was withdrawn between the leave and now", () => {
    const block = [release(chain, ids[0]), stated(chain, 0, { kind: "withdrawConsent" })];
    expect(commit(chain, block).map(({ code }) => code)).toEqual([0, 0]);
    valueOf(vault.follow(chain.state));
    expect(vault.handOver(ids[0], buyers.inside.publicKey)).toMatchObject({
      error: { message: "the contract's holder does not consent to it: research" },
    });
  });

  it("is refused when the buyer has moved out of the territory", () => {
    expectOutcome(chain, release(chain, ids[0]), null);
    const { publicKey } = buyers.inside;
    const delegated = { kind: "setSeat", publicKey, territory: "DE" } as const;
    expectOutcome(chain, signed(chain, delegate, delegated), null);
    valueOf(vault.follow(chain.state));
    expect(vault.handOver(ids[0], publicKey).ok).toBe(false);
  });
});

describe("a crash", () => {
  /** Stops after so many steps, the last one done by half. */
  function failingDisk(stepsMax: number): Disk {
    let steps = 0;
    const step = (half: () => void, whole: () => void) => {
      if (steps++ < stepsMax) {
        whole();
        return;
      }
      if (steps === stepsMax + 1) half();
      throw new Error("power cut");
    };
    const nothing = () => undefined;
    return {
      write: (file, pieces) => {
        const half = pieces.slice(0, Math.ceil(pieces.length / 2)).map(({ at, bytes }, index) => {
          const isTorn = index === Math.ceil(pieces.length / 2) - 1;
          return { at, bytes: isTorn ? bytes.subarray(0, bytes.length >> 1) : bytes };
        });
        step(
          () => {
            realDisk.write(file, half);
          },
          () => {
            realDisk.write(file, pieces);
          },
        );
      },
      replace: (file, text) => {
        step(nothing, () => {
          realDisk.replace(file, text);
        });
      },
      append: (file, text) => {
        step(nothing, () => {
          realDisk.append(file, text);
        });
      },
      destroy: (file) => {
        step(nothing, () => {
          realDisk.destroy(file);
        });
      },
      makeFolder: (at) => {
        step(nothing, () => {
          realDisk.makeFolder(at);
        });
      },
      removeFolder: (at) => {
        step(nothing, () => {
          realDisk.removeFolder(at);
        });
      },
    };
  }

  /** Works on a copy of the folder with a disk that fails ever later, until one does not; opens it again after each. */
  function atEveryPoint(work: (opened: Vault) => void, check: (reopened: Vault, at: string) => void): number {
    for (let stepsMax = 0; ; stepsMax++) {
      const at = join(temporaryFolder(), "vault");
      cpSync(folder, at, { recursive: true });
      let crashed = false;
      try {
        work(valueOf(openVault(at, { ...optionsOf(chain), disk: failingDisk(stepsMax) })));
      } catch (error) {
        expect(String(error)).toContain("power cut");
        crashed = true;
      }
      check(open(at, chain), at);
      if (!crashed) return stepsMax;
    }
  }

  it("during an erasure leaves nothing of what was to be erased, once opened again, and all of the rest", () => {
    valueOf(vault.copyTo("backup", "night"));
    valueOf(vault.exportContract(contractOf(1), "for-holder-1"));
    expectOutcome(chain, demand(1), null);
    const points = atEveryPoint(
      () => undefined,
      (reopened, at) => {
        expect(contentsOf(at)).toEqual([4, 2]);
        expect(contentsOf(join(at, "copies", "night"))).toEqual([4, 2]);
        expect(existsSync(join(at, "copies", "for-holder-1"))).toBe(false);
        expect(reopened.erasures.toDeclare).toEqual([ids[1]]);
        expect([0, 2].map((holder) => valueOf(reopened.read(ids[holder])))).toEqual([0, 2].map(personOf));
      },
    );
    expect(points).toBeGreaterThan(7);
  });

  it("while a vault begins lets it begin again, in a folder where there is nothing else", () => {
    for (let stepsMax = 0, crashed = true; crashed; stepsMax++) {
      const at = join(temporaryFolder(), "vault");
      crashed = false;
      try {
        valueOf(openVault(at, { ...optionsOf(chain), disk: failingDisk(stepsMax) }));
      } catch (error) {
        expect(String(error)).toContain("power cut");
        crashed = true;
      }
      expect(open(at, chain).size).toBe(0);
    }
    const taken = temporaryFolder();
    writeFileSync(join(taken, "letter"), "");
    expect(openVault(taken, optionsOf(chain)).ok).toBe(false);
    writeFileSync(join(taken, slotsName), "x");
    rmSync(join(taken, "letter"));
    expect(openVault(taken, optionsOf(chain)).ok).toBe(false);
  });

  it("while records are put leaves them whole or not at all", () => {
    const points = atEveryPoint(
      (opened) => {
        valueOf(opened.put([recordOf(0), recordOf(1), recordOf(2)]));
      },
      (reopened, at) => {
        const [secrets, cells] = contentsOf(at);
        expect(secrets).toBe(2 * reopened.size);
        expect(cells).toBe(reopened.size);
        expect(reopened.uncommitted()).toHaveLength(reopened.size - 3);
        expect(ids.map((id) => valueOf(reopened.read(id)))).toEqual([0, 1, 2].map(personOf));
      },
    );
    expect(points).toBe(2);
  });

  it("while a copy is made leaves none that an erasure would not reach", () => {
    atEveryPoint(
      (opened) => {
        valueOf(opened.copyTo("backup", "late"));
        valueOf(opened.exportContract(contractOf(0), "for-holder-0"));
      },
      (reopened, at) => {
        for (const name of ["late", "for-holder-0"]) {
          const isThere = existsSync(join(at, "copies", name));
          expect(reopened.dropCopy(name).ok).toBe(isThere);
          expect(existsSync(join(at, "copies", name))).toBe(false);
        }
      },
    );
  });

  it("during a restoration is made good by going on with it", () => {
    valueOf(vault.copyTo("backup", "night"));
    const late = keep(chain, vault, [recordOf(0)]);
    const byHand = join(temporaryFolder(), "by-hand");
    cpSync(join(folder, "copies", "night"), byHand, { recursive: true });
    expectOutcome(chain, demand(1), null);
    for (let stepsMax = 0, crashed = true; crashed; stepsMax++) {
      const at = join(temporaryFolder(), "vault");
      cpSync(folder, at, { recursive: true });
      crashed = false;
      try {
        valueOf(restoreVault(at, "night", { ...optionsOf(chain), disk: failingDisk(stepsMax) }));
      } catch (error) {
        expect(String(error)).toContain("power cut");
        crashed = true;
      }
      const reopened = open(at, chain);
      expect(contentsOf(at)[0]).toBe(2 * reopened.size);
      expect(reopened.read(ids[1]).ok).toBe(false);
      expect(valueOf(reopened.read(ids[2]))).toEqual(personOf(2));
      // Before the intention is written down the store is as it was; afterwards it is the backup.
      expect(reopened.read(late[0]).ok).toBe(stepsMax === 0);
    }
  });
});

describe("a slot", () => {
  it("is a whole part of a page, so that a disk writes it at once", () => {
    expect(4096 % slotBytes).toBe(0);
  });
});
