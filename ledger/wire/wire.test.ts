import { ExecTxResult } from "cosmjs-types/tendermint/abci/types";
import { describe, expect, it } from "vitest";
import { fc } from "../../test/support/properties";
import { toHex } from "../../common/canonical";
import { assert, describeFailure, type Result } from "../../common/result";
import { absentSignature, CommitFlag, hashCommit, precommitSignBytes } from "./commit";
import { emptyBlockId } from "./header";
import { hashEvidence, misbehaviorOf } from "./block";
import { evidenceJson } from "./evidence";
import { readBlock, readCommit, readHeader, readValidators } from "./json-form";
import { leafHash, merkleRoot, proveLeaf, rootOfProof, verifyLeaf } from "./merkle";
import { encodeResult } from "./results";
import { addNanos, compareTimestamps, formatTimestamp, parseTimestamp, zeroTime } from "./timestamp";
import { addressOf, sortValidators } from "./validators";

function must<T>(result: Result<T>): T {
  assert(result.ok, result.ok ? "" : describeFailure(result.error));
  return result.value;
}

describe("Merkle trees", () => {
  // Certificate Transparency's reference tree (RFC 6962 implementations' common vectors).
  const leaves = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];
  const roots = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
  ];
  const bytes = leaves.map((hex) => new Uint8Array(Buffer.from(hex, "hex")));

  it("have the roots of Certificate Transparency's vectors", () => {
    expect(toHex(merkleRoot([]))).toBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    roots.forEach((root, index) => expect(toHex(merkleRoot(bytes.slice(0, index + 1)))).toBe(root));
  });

  it("have proofs of every leaf that prove it and nothing else", () => {
    for (let count = 1; count <= 20; count++) {
      const list = Array.from({ length: count }, (_, index) => new Uint8Array([index, count]));
      const root = merkleRoot(list);
      for (let index = 0; index < count; index++) {
        const proof = proveLeaf(list, index);
        expect(verifyLeaf(root, list[index], proof)).toBe(true);
        expect(verifyLeaf(root, new Uint8Array([index, count, 0]), proof)).toBe(false);
        if (count > 1) {
          expect(verifyLeaf(root, list[index], { ...proof, index: (index + 1) % count })).toBe(false);
          expect(rootOfProof({ ...proof, aunts: proof.aunts.slice(1) })).not.toEqual(root);
        }
        expect(rootOfProof({ ...proof, aunts: [...proof.aunts, leafHash(root)] })).toBeUndefined();
        expect(rootOfProof({ ...proof, index: count })).toBeUndefined();
        expect(rootOfProof({ ...proof, index: -1 })).toBeUndefined();
      }
    }
  });
});

describe("times", () => {
  it("agree with JavaScript's Date to the millisecond, and keep nanoseconds beyond it", () => {
    const dates = fc.date({
      min: new Date("0001-01-01T00:00:00Z"),
      max: new Date("9999-12-31T23:59:59Z"),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(dates, (date) => {
        const time = parseTimestamp(date.toISOString());
        expect(time).toEqual({
          ok: true,
          value: {
            seconds: Math.floor(date.getTime() / 1000),
            nanos: (((date.getTime() % 1000) + 1000) % 1000) * 1_000_000,
          },
        });
        if (time.ok) expect(Date.parse(formatTimestamp(time.value))).toBe(date.getTime());
      }),
    );
    expect(parseTimestamp("2023-05-17T14:12:53.605374524Z")).toMatchObject({ ok: true, value: { nanos: 605374524 } });
  });

  it.each([
    "2023-02-29T00:00:00Z",
    "2023-01-01T24:00:00Z",
    "2023-01-01T00:00:00",
    "2023-01-01T00:00:00.1234567890Z",
    "",
  ])("refuses %s", (text) => expect(parseTimestamp(text).ok).toBe(false));

  it("add and compare across seconds", () => {
    const time = { seconds: 10, nanos: 999_999_999 };
    expect(addNanos(time, 1)).toEqual({ seconds: 11, nanos: 0 });
    expect(addNanos(time, -1_999_999_999)).toEqual({ seconds: 9, nanos: 0 });
    expect(compareTimestamps(time, addNanos(time, 1))).toBeLessThan(0);
    expect(compareTimestamps(time, time)).toBe(0);
  });
});

describe("votes and commits", () => {
  it("have the sign bytes of CometBFT's own test vectors", () => {
    // CometBFT 0.38 types/vote_test.go, TestVoteSignBytesTestVectors: zero vote, then precommit at 1/1 without a block.
    expect(toHex(precommitSignBytes("", 0, 0, null, zeroTime)).slice(2)).toBe("08022a0b088092b8c398feffffff01");
    expect(toHex(precommitSignBytes("", 1, 1, null, zeroTime))).toBe(
      "210802110100000000000000190100000000000000" + "2a0b088092b8c398feffffff01",
    );
    expect(toHex(precommitSignBytes("test_chain_id", 1, 1, null, zeroTime))).toBe(
      "300802110100000000000000190100000000000000" + "2a0b088092b8c398feffffff01" + "320d746573745f636861696e5f6964",
    );
  });

  it("an absent vote has Go's zero time in a commit's hash", () => {
    const commit = { height: 1, round: 0, blockId: emptyBlockId, signatures: [absentSignature] };
    const leaf = new Uint8Array(Buffer.from("08011a0b088092b8c398feffffff01", "hex"));
    expect(hashCommit(commit)).toEqual(merkleRoot([leaf]));
    expect(CommitFlag.absent).toBe(1);
  });

  it("sets are in order of power, then address", () => {
    const key = (fill: number) => new Uint8Array(32).fill(fill);
    const sorted = sortValidators([
      { publicKey: key(1), power: 1n },
      { publicKey: key(2), power: 3n },
      { publicKey: key(3), power: 1n },
      { publicKey: key(4), power: 2n },
    ]);
    expect(sorted.map(({ power }) => power)).toEqual([3n, 2n, 1n, 1n]);
  });
});

describe("results", () => {
  it("are encoded as protobuf's own writer does, without log, info, events and codespace", () => {
    const whole = fc.oneof(fc.nat(300), fc.maxSafeNat());
    fc.assert(
      fc.property(
        fc.nat(2 ** 31 - 1),
        fc.uint8Array({ maxLength: 300 }),
        whole,
        whole,
        (code, data, gasWanted, gasUsed) => {
          const message = { code, data, gasWanted: BigInt(gasWanted), gasUsed: BigInt(gasUsed) };
          const rest = { log: "", info: "", events: [], codespace: "" };
          const expected = ExecTxResult.encode({ ...message, ...rest }).finish();
          expect(toHex(encodeResult({ code, data, gasWanted, gasUsed }))).toBe(toHex(expected));
        },
      ),
    );
  });
});

describe("JSON forms", () => {
  it("are refused, with the place, when a field is missing or of another type", () => {
    expect(readHeader(null)).toMatchObject({ ok: false, error: { where: "header" } });
    expect(readHeader({ chain_id: 7 })).toMatchObject({ ok: false, error: { where: "header.chain_id" } });
    expect(readHeader({ chain_id: "c", height: "1e3" })).toMatchObject({
      ok: false,
      error: { where: "header.height" },
    });
    expect(readHeader({ chain_id: "c", app_hash: "0" })).toMatchObject({
      ok: false,
      error: { where: "header.app_hash" },
    });
    const secp = [{ pub_key: { type: "tendermint/PubKeySecp256k1", value: "AAAA" }, power: "1" }];
    expect(readValidators(secp)).toMatchObject({ ok: false, error: { where: "validators[0].pub_key" } });
    const loose = [{ pub_key: { type: "tendermint/PubKeyEd25519", value: "AA=A" }, power: "1" }];
    expect(readValidators(loose)).toMatchObject({ ok: false });
  });

  const hash = "00".repeat(32);
  const blockId = { hash, parts: { total: 1, hash } };
  const vote = {
    ...{ block_id_flag: 2, validator_address: "00".repeat(20), timestamp: "2026-01-01T00:00:00Z" },
    signature: Buffer.alloc(64).toString("base64"),
  };
  const absent = { block_id_flag: 1, validator_address: "", timestamp: "0001-01-01T00:00:00Z", signature: null };
  const commitWith = (fields: object, ...signatures: readonly object[]) => ({
    ...{ height: "5", round: 0, block_id: blockId, signatures },
    ...fields,
  });

  it("have commits whose numbers protobuf holds, and whose votes are whole", () => {
    expect(readCommit(commitWith({}, vote, absent, { ...vote, block_id_flag: 3 })).ok).toBe(true);
    const total = (value: number) => ({ block_id: { hash, parts: { total: value, hash } } });
    // Written as a uint32 the first would be 1: what was signed for one part.
    const refused: readonly (readonly [json: unknown, where: string])[] = [
      [commitWith(total(2 ** 32 + 1)), "commit.block_id.parts.total"],
      [commitWith(total(-1)), "commit.block_id.parts.total"],
      [commitWith({ round: 2 ** 31 }), "commit.round"],
      [commitWith({ round: -1 }), "commit.round"],
      [commitWith({ height: "-5" }), "commit.height"],
      [commitWith({ block_id: { hash: "0000", parts: {} } }), "commit.block_id.hash"],
      [commitWith({}, { ...vote, block_id_flag: 4 }), "commit.signatures[0].block_id_flag"],
      [commitWith({}, { ...vote, block_id_flag: 0 }), "commit.signatures[0].block_id_flag"],
      [commitWith({}, { ...vote, signature: "AAAA" }), "commit.signatures[0].signature"],
      [commitWith({}, { ...vote, signature: null }), "commit.signatures[0].signature"],
      [commitWith({}, vote, { ...vote, validator_address: "" }), "commit.signatures[1].validator_address"],
      [commitWith({}, { ...vote, timestamp: "0000-01-01T00:00:00Z" }), "commit.signatures[0].timestamp"],
      [commitWith({}, { ...absent, signature: vote.signature }), "commit.signatures[0]"],
      [commitWith({}, ...Array<object>(1001).fill(absent)), "commit.signatures"],
    ];
    for (const [json, where] of refused) {
      expect(readCommit(json), JSON.stringify(json).slice(0, 300)).toMatchObject({ ok: false, error: { where } });
    }
    expect(readCommit(commitWith({}, ...Array<object>(1000).fill(absent))).ok).toBe(true);
  });

  it("have validators with keys of 32 bytes and powers of 64 bits, a thousand at most", () => {
    const validator = (key: number, power: string) => ({
      ...{ pub_key: { type: "tendermint/PubKeyEd25519", value: Buffer.alloc(key).toString("base64") }, power },
    });
    expect(readValidators(Array(1000).fill(validator(32, "9223372036854775807"))).ok).toBe(true);
    for (const [json, where] of [
      [[validator(31, "1")], "validators[0].pub_key.value"],
      [[validator(33, "1")], "validators[0].pub_key.value"],
      // As an int64 this one would be 1.
      [[validator(32, "18446744073709551617")], "validators[0].voting_power"],
      [Array(1001).fill(validator(32, "1")), "validators"],
    ] as const) {
      expect(readValidators(json)).toMatchObject({ ok: false, error: { where } });
    }
  });

  it("have headers whose hashes have 32 bytes or none, and whose names are as long as CometBFT's", () => {
    const header = { chain_id: "c", height: "1", app_hash: "00".repeat(64), proposer_address: "00".repeat(20) };
    expect(readHeader(header).ok).toBe(true);
    for (const [fields, where] of [
      [{ validators_hash: "00".repeat(31) }, "header.validators_hash"],
      [{ app_hash: "00".repeat(65) }, "header.app_hash"],
      [{ proposer_address: "00".repeat(21) }, "header.proposer_address"],
      [{ chain_id: "c".repeat(51) }, "header.chain_id"],
      [{ height: "-1" }, "header.height"],
      [{ version: { block: "-11" } }, "header.version.block"],
      [{ time: "+10000-01-01T00:00:00Z" }, "header.time"],
    ] as const) {
      expect(readHeader({ ...header, ...fields })).toMatchObject({ ok: false, error: { where } });
    }
  });

  describe("of blocks with evidence", () => {
    const set = [
      { publicKey: new Uint8Array(32).fill(1), power: 7n },
      { publicKey: new Uint8Array(32).fill(2), power: 3n },
    ];
    const header = must(readHeader({ chain_id: "c", height: "9", time: "2026-01-01T00:00:09.5Z" }));
    const commit = must(readCommit(commitWith({ height: "9" }, vote, absent)));
    const time = { seconds: 1_767_225_605, nanos: 500 };
    const conflicting = { header, commit, validators: set, nextValidators: set };
    const attack = {
      kind: "lunatic" as const,
      conflicting,
      commonHeight: 5,
      byzantine: [set[1]],
      totalPower: 10n,
      time,
    };
    const blockWith = (...evidence: readonly unknown[]) => ({ header: { chain_id: "c" }, evidence: { evidence } });
    /** A copy of the attack with one part of the conflicting block changed. */
    const attackWith = (change: (block: Quoted) => void): unknown => {
      const json = structuredClone(evidenceJson(attack)) as { readonly value: { readonly ConflictingBlock: Quoted } };
      change(json.value.ConflictingBlock);
      return json;
    };
    interface Quotable {
      app_hash: string;
      height: string;
      chain_id: string;
      version: { app: string };
    }
    interface Quoted {
      signed_header: { header: Quotable; commit: { signatures: { signature: string | null }[] } };
      validator_set: { validators: { pub_key: { type: string; value: string } }[] };
    }

    it("say who did what, and give evidence_hash every byte of it", () => {
      const { evidence } = must(readBlock(blockWith(evidenceJson(attack))));
      const validatorAddress = addressOf(set[1].publicKey);
      expect(misbehaviorOf(evidence)).toEqual([
        { kind: "lightClientAttack", validatorAddress, power: 3n, height: 5, timeS: time.seconds },
      ]);
      const others = [
        evidenceJson({ ...attack, commonHeight: 6 }),
        evidenceJson({ ...attack, byzantine: [set[0]] }),
        evidenceJson({ ...attack, totalPower: 11n }),
        evidenceJson({ ...attack, time: { ...time, nanos: 501 } }),
        attackWith(({ signed_header: signed }) => (signed.header.app_hash = "01")),
        attackWith(
          ({ signed_header: signed }) =>
            (signed.commit.signatures[0].signature = Buffer.alloc(64, 1).toString("base64")),
        ),
        attackWith(({ validator_set: quoted }) => quoted.validators.pop()),
      ].map((json) => hashEvidence(must(readBlock(blockWith(json))).evidence));
      const hashes = [...others, hashEvidence(evidence)].map((hash) => (hash === undefined ? "none" : toHex(hash)));
      expect(hashes).not.toContain("none");
      expect(new Set(hashes).size).toBe(others.length + 1);
    });

    it.each<[string, (block: Quoted) => void]>([
      ["a hash of any length", ({ signed_header: { header: quoted } }) => (quoted.app_hash = "00".repeat(1000))],
      ["a height beyond 53 bits", ({ signed_header: { header: quoted } }) => (quoted.height = "9223372036854775807")],
      [
        "a version of 64 bits",
        ({ signed_header: { header: quoted } }) => (quoted.version.app = "18446744073709551615"),
      ],
      ["a name that is no text", ({ signed_header: { header: quoted } }) => (quoted.chain_id = "c\ufffd")],
      ["a short signature", ({ signed_header: signed }) => (signed.commit.signatures[0].signature = "AAAA")],
      [
        "another kind of key",
        ({ validator_set: set }) => (set.validators[0].pub_key.type = "tendermint/PubKeySecp256k1"),
      ],
      [
        "too many validators",
        ({ validator_set: set }) => (set.validators = Array.from({ length: 2000 }, () => set.validators[0])),
      ],
    ])("say who did what, and have no hash, when a liar's block has %s", (_, change) => {
      const { evidence } = must(readBlock(blockWith(attackWith(change))));
      expect(misbehaviorOf(evidence)).toMatchObject([{ kind: "lightClientAttack", power: 3n, height: 5 }]);
      expect(hashEvidence(evidence)).toBeUndefined();
    });

    it("are refused when who did it cannot be read, or the block itself is loose", () => {
      // What the block itself says stays as narrow as elsewhere, evidence or not.
      const loose = { ...blockWith(evidenceJson(attack)), last_commit: commitWith({}, { ...vote, signature: "AAAA" }) };
      expect(readBlock(loose)).toMatchObject({
        ok: false,
        error: { where: "block.last_commit.signatures[0].signature" },
      });
      const unknown = { type: "tendermint/AnotherEvidence", value: {} };
      expect(readBlock(blockWith(unknown))).toMatchObject({ ok: false, error: { where: "block.evidence[0]" } });
      expect(readBlock(blockWith({ type: "tendermint/LightClientAttackEvidence", value: {} })).ok).toBe(false);
    });
  });
});
