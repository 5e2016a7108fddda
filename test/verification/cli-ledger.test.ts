import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { drawInteger } from "../../common/draw";
import { openSessionLedger } from "../../main/ledger/session-ledger";
import { dataRoot } from "./city-files";
import { documentOf, expectUnusable, filesBelow, runCli } from "./cli-runs";
import { valueOf } from "./ledger-reference";

/** One ledger from its beginning to a proof of a contract, all through the built command line. */
const folder = mkdtempSync(path.join(tmpdir(), "pendulaire-cli-ledger-"));
const at = (name: string) => path.join(folder, name);
const ledger = at("ledger");
const json = (name: string, content: unknown): string => {
  writeFileSync(at(name), JSON.stringify(content));
  return at(name);
};
const offer = {
  ...{ contractIndex: 0, departFromS: "07:00", departUntilS: "07:20", deadlineS: "09:30" },
  itinerary: [
    { terminal: 1, fromS: "07:00", untilS: "08:00" },
    { terminal: 3, fromS: "07:00", untilS: "09:00" },
  ],
  ...{ rewardMicro: 2_000_000, penaltyMicro: 500_000 },
};
const instruction = {
  ...{ kind: "instruct", incidentId: "i1", action: "avoid", terminals: [1] },
  ...{ fromS: "06:30", untilS: "08:30", expiresAtS: "10:00", bonusMicro: 1_000_000, budgetMicro: 5_000_000 },
};
const poolTokens = 50_000;
const statusOf = (of: string) => documentOf(runCli(["ledger", "status", of, "--json"]));
const passphrase = at("passphrase");
let contractId = "";
let proofFile = "";

beforeAll(async () => {
  writeFileSync(passphrase, "a passphrase\n");
  expect(runCli(["ledger", "init", ledger, "--seed", "7", "--pool", String(poolTokens)]).code).toBe(0);
  const offers = json("offers.json", { kind: "offers", offers: [offer] });
  const submitted = documentOf(runCli(["ledger", "submit", ledger, offers, "--json"]));
  [contractId] = submitted["ids"] as [string];
  // The console exports such a file; here the same function is asked, on a copy.
  cpSync(ledger, at("copy"), { recursive: true });
  const settings = JSON.parse(readFileSync(path.join(ledger, "ledger.json"), "utf8")) as Record<string, never>;
  const { memberSeed, ...options } = settings;
  const opened = valueOf(
    await openSessionLedger({
      ...(options as object as Parameters<typeof openSessionLedger>[0]),
      directory: at("copy"),
      memberSeed: Buffer.from(memberSeed, "hex"),
    }),
  );
  proofFile = at("contract.pendulaire-proof");
  writeFileSync(proofFile, valueOf(opened.proofFile(contractId)).bytes);
  await opened.close();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("a ledger", () => {
  test("begun twice from one seed is the same chain, and without a seed another one", () => {
    const [one, two, other] = [at("one"), at("two"), at("other")];
    for (const [name, ...seed] of [[one, "--seed", "3"], [two, "--seed", "3"], [other]]) {
      expect(runCli(["ledger", "init", name, ...seed]).code).toBe(0);
    }
    expect(statusOf(one)).toEqual(statusOf(two));
    expect(statusOf(other)["chainId"]).not.toBe(statusOf(one)["chainId"]);
    expect(statusOf(one)).toMatchObject({ height: 2, validators: 1, contracts: 0, instructions: 0 });
  });

  test("takes offers and an instruction, and verifies from its first header with the contract rewritten", () => {
    const before = statusOf(ledger);
    expect(before).toMatchObject({ contracts: 1, instructions: 0 });
    const sent = runCli([
      "ledger",
      "submit",
      ledger,
      json("i.json", instruction),
      "--passphrase",
      passphrase,
      "--json",
    ]);
    expect(documentOf(sent)["done"]).toMatch(/^1 contracts rewritten/);
    const after = statusOf(ledger);
    expect(after).toMatchObject({ contracts: 1, instructions: 1, supply: before["supply"] });
    const verified = documentOf(runCli(["verify", ledger, "--contract", contractId, "--json"]));
    expect(verified).toMatchObject({
      verdict: "success",
      reason: null,
      height: after["height"],
      appHash: after["appHash"],
    });
    expect(verified["contract"]).toMatchObject({ revision: 2, terms: { ways: [{}] } });
  });

  test("that is refused an instruction is not touched", () => {
    const before = filesBelow(ledger).filter((line) => !line.includes("lock.mdb"));
    const refused: readonly (readonly [cause: RegExp, change: object])[] = [
      [/bonus-not-positive/, { bonusMicro: -1 }],
      [/budget-above-pool/, { budgetMicro: (poolTokens + 1) * 1_000_000 }],
      [/i\.json: .*reach/, { reach: "everybody" }],
      [/i\.json: fromS/, { fromS: "noon" }],
      [/i\.json: terminals/, { terminals: [-1] }],
      [/i\.json: action/, { action: "fly" }],
      [/i\.json: kind/, { kind: "decree" }],
      [/i\.json: /, { expiresAtS: "01:00" }],
    ];
    for (const [cause, change] of refused) {
      const file = json("i.json", { ...instruction, ...change });
      expectUnusable(["ledger", "submit", ledger, file, "--passphrase", passphrase], cause);
    }
    expectUnusable(["ledger", "submit", ledger, json("i.json", instruction)], /--passphrase/);
    const wrong = at("wrong");
    writeFileSync(wrong, "not that one\n");
    writeFileSync(at("cut.json"), '{"kind": "instruct"');
    expectUnusable(["ledger", "submit", ledger, at("cut.json")], /cut\.json: not JSON/);
    expectUnusable(["ledger", "submit", ledger, at("absent.json")], /absent\.json: no such file/);
    expectUnusable(["ledger", "submit", ledger], /a file is missing/);
    expect(filesBelow(ledger).filter((line) => !line.includes("lock.mdb"))).toEqual(before);
  });

  test("with several validators is begun for CometBFT, says what it is, and takes no files", () => {
    const network = at("network");
    const begun = documentOf(runCli(["ledger", "init", network, "--validators", "4", "--seed", "3", "--json"]));
    expect(begun).toMatchObject({ height: 0, appHash: null, validators: 4, contracts: 0, supply: 0 });
    expect(documentOf(runCli(["ledger", "status", network, "--json"]))).toEqual(begun);
    expectUnusable(["ledger", "submit", network, json("n.json", {})], /RPC/);
    expectUnusable(["ledger", "network", network, "--validators", "5"], /has 4 validators/);
  });

  test("is not begun where something lies, with a wrong number of validators, or on no day", () => {
    expectUnusable(["ledger", "init", ledger], /ledger: the folder is not empty/);
    expectUnusable(["ledger", "init", passphrase], /is not a folder/);
    expectUnusable(["ledger", "init", at("no/such/folder")], /there is no folder/);
    for (const count of ["0", "17", "one"]) {
      expectUnusable(["ledger", "init", at("new"), "--validators", count], /--validators: a whole number/);
    }
    expectUnusable(["ledger", "init", at("new"), "--date", "2026-02-30"], /2026-02-30: /);
    expectUnusable(["ledger", "init", at("new"), "--terminals", "0"], /--terminals/);
    expect(existsSync(at("new"))).toBe(false);
    expect(readdirSync(folder).filter((name) => name.endsWith(".new"))).toEqual([]);
  });

  test("is asked for by a folder that holds one, and by a word that is one", () => {
    mkdirSync(at("empty"), { recursive: true });
    for (const what of ["status", "run"]) {
      expectUnusable(["ledger", what, at("empty")], /empty: no ledger/);
      expectUnusable(["ledger", what, at("absent")], /absent: no (such folder|ledger)/);
    }
    expectUnusable(["ledger", "submit", at("empty"), at("offers.json")], /empty: no ledger/);
    expectUnusable(["ledger"], /init\|run\|submit\|status/);
    expectUnusable(["ledger", "burn", ledger], /there is: init, run, submit, status/);
  });
});

describe("verify", () => {
  const verdictOf = (...args: string[]) => {
    const run = runCli(["verify", ...args, "--json"]);
    return { code: run.code, ...documentOf(run) };
  };

  test("believes a proof file from the header that the reader trusts, and from no other", () => {
    const own = verdictOf(proofFile) as ReturnType<typeof verdictOf> & { trusted: { height: number; hash: string } };
    expect(own).toMatchObject({ code: 0, verdict: "success", trusted: { by: "input" }, contract: { state: "active" } });
    const { height, hash } = own.trusted;
    const trusting = verdictOf(proofFile, "--trust", `${height}:${hash}`, "--contract", contractId);
    expect(trusting).toMatchObject({ code: 0, verdict: "success", trusted: { by: "reader" } });
    for (const trust of [`${height}:${"0".repeat(64)}`, `${height + 1}:${hash}`]) {
      expect(verdictOf(proofFile, "--trust", trust)).toMatchObject({ code: 1, verdict: "invalid", contract: null });
    }
    expect(verdictOf(proofFile, "--contract", "ab".repeat(31))).toMatchObject({ code: 1, verdict: "invalid" });
    expect(verdictOf(proofFile, "--now", "2020-01-01T00:00:00Z")).toMatchObject({ code: 1, verdict: "invalid" });
  });

  test("judges the age of what is trusted when asked to, and says when it was not", () => {
    for (const place of [proofFile, ledger]) {
      const own = verdictOf(place) as ReturnType<typeof verdictOf> & { trusted: { time: string } };
      expect(own).toMatchObject({ code: 0, trustingPeriodS: null });
      const later = (seconds: number) => new Date(Date.parse(own.trusted.time) + 1000 * seconds).toISOString();
      const asked = (seconds: number, period: string) =>
        verdictOf(place, "--now", later(seconds), "--trusting-period", period);
      const day = 86_400;
      expect(asked(13 * day, "14d")).toMatchObject({ code: 0, verdict: "success", trustingPeriodS: 14 * day });
      expect(asked(15 * day, "14d")).toMatchObject({
        code: 1,
        verdict: "invalid",
        reason: expect.stringMatching(/trusting-period|trusted header/) as string,
      });
      // The chain's own clock is of another year than this computer's.
      expect(verdictOf(place, "--trusting-period", "1h")).toMatchObject({ code: 1, verdict: "invalid" });
    }
    expect(runCli(["verify", proofFile]).stdout).toMatch(/not judged: pass --trusting-period/);
    for (const wrong of ["14", "0d", "-1d", "soon", "4000d"])
      expectUnusable(["verify", proofFile, `--trusting-period=${wrong}`], /--trusting-period/);
  });

  test("refuses a proof file that was changed anywhere, cut, or that goes on (seed 1)", () => {
    const bytes = new Uint8Array(readFileSync(proofFile));
    const own = verdictOf(proofFile) as unknown as { trusted: { height: number; hash: string } };
    const trust = ["--trust", `${own.trusted.height}:${own.trusted.hash}`];
    const tampered = at("tampered");
    for (let round = 0; round < 12; round++) {
      const changed = bytes.slice();
      const offset = drawInteger(1, round, 1, 0, bytes.length);
      changed[offset] ^= 1 << (round % 8);
      writeFileSync(tampered, changed);
      const run = runCli(["verify", tampered, ...trust, "--json"]);
      expect([1, 2], `offset ${offset}`).toContain(run.code);
      if (run.code === 1)
        expect(documentOf(run)).toMatchObject({ verdict: "invalid", reason: expect.stringMatching(/./) as string });
      else expect(run.stderr).toMatch(/tampered: not a proof file/);
    }
    for (const other of [
      bytes.slice(0, bytes.length - 1),
      bytes.slice(0, bytes.length >> 1),
      new Uint8Array([...bytes, 0]),
    ]) {
      writeFileSync(tampered, other);
      expect(verdictOf(tampered, ...trust)).toMatchObject({ code: 1, verdict: "invalid" });
    }
  });

  test("refuses a chain's folder with another trust, a future clock or damaged blocks", () => {
    expect(verdictOf(ledger, "--trust", `1:${"0".repeat(64)}`)).toMatchObject({
      code: 1,
      verdict: "invalid",
      height: null,
    });
    expect(verdictOf(ledger, "--now", "2020-01-01T00:00:00Z")).toMatchObject({ code: 1, verdict: "invalid" });
    expect(verdictOf(ledger, "--contract", "ab".repeat(31))).toMatchObject({ code: 1, verdict: "invalid" });
    const cut = at("cut-ledger");
    cpSync(ledger, cut, { recursive: true });
    const store = path.join(cut, "chain", "data.mdb");
    const bytes = readFileSync(store);
    for (const damaged of [
      bytes.subarray(0, 0),
      bytes.subarray(0, 100),
      bytes.subarray(0, bytes.length - 4096),
      Buffer.alloc(9000, 7),
    ]) {
      writeFileSync(store, damaged);
      for (const command of [["verify"], ["ledger", "status"], ["ledger", "run"]])
        expectUnusable([...command, cut], /data\.mdb: /);
    }
  });

  test("is told apart from what it cannot read", () => {
    expectUnusable(["verify"], /what is to be verified is missing/);
    expectUnusable(["verify", at("absent")], /absent: no such file/);
    expectUnusable(["verify", passphrase], /passphrase: not a proof file/);
    expectUnusable(["verify", "http://127.0.0.1:1"], /127\.0\.0\.1:1: status/);
    expectUnusable(["verify", "ftp://127.0.0.1"], /http:\/\/ or https:\/\//);
    mkdirSync(at("empty"), { recursive: true });
    expectUnusable(["verify", at("empty")], /empty: neither/);
    for (const trust of ["1", "0:00", `x:${"0".repeat(64)}`])
      expectUnusable(["verify", ledger, "--trust", trust], /--trust/);
    expectUnusable(["verify", ledger, "--now", "yesterday"], /--now/);
    expectUnusable(["verify", ledger, "--contract", "12"], /--contract/);
  });
});

const answers = path.join(dataRoot, "lightclient-rpc");
describe.skipIf(!existsSync(answers))("verify of recorded answers of a CometBFT node", () => {
  test("follows its headers, and refuses one of which a signature or a field was changed", () => {
    const honest = documentOf(runCli(["verify", answers, "--json"]));
    expect(honest).toMatchObject({ verdict: "success" });
    expect(honest["height"]).toBeGreaterThan(100);
    const copy = at("answers");
    cpSync(answers, copy, { recursive: true });
    const file = path.join(copy, "commit_at_height_10.json");
    const text = readFileSync(file, "utf8");
    const signature = /"signature": "(.)/.exec(text)?.[1] ?? "";
    writeFileSync(file, text.replace(`"signature": "${signature}`, `"signature": "${signature === "A" ? "B" : "A"}`));
    const forged = runCli(["verify", copy, "--json"]);
    expect({ code: forged.code, ...documentOf(forged) }).toMatchObject({ code: 1, verdict: "invalid", height: 9 });
    expect(documentOf(forged)["reason"]).toMatch(/^signature: /);
    writeFileSync(file, text.replace('"round": 0', '"round": "many"'));
    expectUnusable(["verify", copy], /commit_at_height_10\.json: commit\.round: not a whole number/);
    writeFileSync(file, text.slice(0, text.length >> 1));
    expectUnusable(["verify", copy], /commit_at_height_10\.json: not JSON/);
  });
});
