import { existsSync, readdirSync, readFileSync } from "node:fs";
import { bytesEqual, toHex } from "../../common/canonical";
import { describeFailure, fail, succeed, type Result } from "../../common/result";
import type { ContractRecord } from "../../ledger/machine/records/contract-record";
import { verifySignature } from "../../ledger/solo/ed25519";
import { hashHeader } from "../../ledger/wire/header";
import type { LightBlock } from "../../ledger/wire/light-block";
import {
  addSeconds,
  compareTimestamps,
  formatTimestamp,
  parseTimestamp,
  type Timestamp,
} from "../../ledger/wire/timestamp";
import { reasonOf } from "../host/file-reading";
import { savedDocumentName, savedSessionAt } from "../host/saved-session-place";
import type { TrustRoot } from "../ledger/follow";
import { clockNow } from "../ledger/node-provider";
import { parseTrust } from "../ledger/trust-option";
import { decodeProofFile, isProofFile, verifyProofFile } from "../ledger/proof-file";
import {
  clockDriftDefaultS,
  trustOneThird,
  verify as verifyHeader,
  verifyConsistency,
  verifyTwoThirds,
  type VerifyOptions,
} from "../ledger/verify";
import { verifyChain, type ChainVerdict } from "../ledger/verify-chain";
import { chainFolderOf } from "./ledger-folder";
import { readArguments, table, unusable, type Command, type CommandOutcome } from "./command";
import { readRecordedChain } from "./rpc-answers";
import { judgeNode } from "./verify-node";
import { isFolder } from "./whole-files";

const options = {
  trust: { type: "string" },
  now: { type: "string" },
  "trusting-period": { type: "string" },
  contract: { type: "string" },
  seed: { type: "string" },
} as const;

export const verify: Command = {
  usage: "verify DIR|FILE|URL [--trust HEIGHT:HASH] [--now RFC3339] [--trusting-period 14d] [--contract ID] [--json]",
  summary:
    "checks, from the header that you trust on, a ledger's folder, the chain in a session's, a proof file, or a folder of a CometBFT node's answers, or a node by its RPC address; without --trust the input's own first header is believed; how old that header is counts with --trusting-period only (s, m, h or d), against --now or this computer's clock",
  run: async (argv) => {
    const read = readArguments(argv, options, 1);
    if (!read.ok) return unusable(read.error);
    const asked = questionOf(read.value.values, read.value.positionals[0]);
    if (!asked.ok) return unusable(asked.error);
    const judged = await judge(asked.value);
    return judged.ok ? outcomeOf(judged.value, asked.value) : unusable(judged.error);
  },
};

interface Question {
  readonly place: string;
  readonly trust: TrustRoot | undefined;
  readonly now: Timestamp | undefined;
  /** The trusted header must be younger; undefined: its age is not judged. */
  readonly trustingPeriodS: number | undefined;
  readonly contractId: string | undefined;
}

interface Verdict extends Omit<ChainVerdict, "verdict" | "root"> {
  readonly verdict: "success" | "not-enough-trust" | "invalid";
  /** The header that the rest is believed from, and who says so. */
  readonly trusted: Trusted | null;
  /** Headers that could not be judged for lack of commit or validators. */
  readonly unjudged: number;
}

interface Trusted {
  readonly height: number;
  readonly hash: string;
  readonly by: "reader" | "input";
  /** As the header says, which its hash covers; undefined when nothing was proved of it. */
  readonly time: Timestamp | undefined;
}

function questionOf(
  values: { readonly [Name in keyof typeof options]?: string },
  place: string | undefined,
): Result<Question> {
  if (place === undefined) return fail("what is to be verified is missing: pendulaire verify DIR|FILE|URL");
  const trust = values.trust === undefined ? succeed(undefined) : parseTrust(values.trust);
  if (!trust.ok) return trust;
  const now = values.now === undefined ? succeed(undefined) : parseTimestamp(values.now);
  if (!now.ok) return fail(now.error.message, `--now ${values.now ?? ""}`);
  const period = values["trusting-period"];
  const trustingPeriodS = period === undefined ? undefined : parsePeriod(period);
  if (trustingPeriodS === null) {
    return fail(
      "a whole number of seconds, minutes, hours or days from 1s to 3650d: 600s, 12h, 14d",
      "--trusting-period",
    );
  }
  const contractId = values.contract?.toLowerCase();
  if (contractId !== undefined && !/^[0-9a-f]{62}$/.test(contractId)) {
    return fail("a contract's id has 62 hexadecimal digits", "--contract");
  }
  const clock = now.value ?? (trustingPeriodS === undefined ? undefined : clockNow());
  return succeed({ place, trust: trust.value, now: clock, trustingPeriodS, contractId });
}

const secondsOfUnit = { s: 1, m: 60, h: 3600, d: 86_400 } as const;
const periodMaxS = 3650 * secondsOfUnit.d;

/** "14d" → seconds; null when it is none, or out of range. */
function parsePeriod(text: string): number | null {
  const found = /^(\d{1,9})([smhd])$/.exec(text);
  if (found === null) return null;
  const seconds = Number(found[1]) * secondsOfUnit[found[2] as keyof typeof secondsOfUnit];
  return seconds >= 1 && seconds <= periodMaxS ? seconds : null;
}

/** The clauses of the light client, then the age of what was trusted. */
async function judge(question: Question): Promise<Result<Verdict>> {
  const judged = await judgePlace(question);
  const { trustingPeriodS, now } = question;
  if (!judged.ok || trustingPeriodS === undefined || now === undefined) return judged;
  const { verdict, trusted } = judged.value;
  if (verdict !== "success" || trusted === null) return judged;
  if (trusted.time !== undefined && compareTimestamps(addSeconds(trusted.time, trustingPeriodS), now) > 0)
    return judged;
  return succeed(refusal("trusting-period: the trusted header is older than that", null, trusted));
}

async function judgePlace(question: Question): Promise<Result<Verdict>> {
  const { place } = question;
  if (/^[a-z]+:\/\//i.test(place)) return judgeAddress(question);
  if (!existsSync(place)) return fail("no such file or folder", place);
  if (!isFolder(place)) return judgeFile(question);
  const chain = chainFolderOf(place);
  if (chain !== undefined) return judgeChainFolder(question, chain);
  return readdirSync(place).some((name) => name.endsWith(".json"))
    ? judgeAnswers(question)
    : fail("neither a ledger's chain nor answers of a node (.json) are in this folder", place);
}

async function judgeAddress({ place, trust, now, contractId }: Question): Promise<Result<Verdict>> {
  const judged = await judgeNode({ address: place, trust, now, contractId, trustingPeriodS: ageUnjudgedS });
  if (!judged.ok) return judged;
  const { trusted: root, reason, last, contract } = judged.value;
  const by = trust === undefined ? ("input" as const) : ("reader" as const);
  const trusted = root === null ? null : { height: root.height, hash: toHex(root.hash), by, time: root.time };
  if (reason !== null) return succeed(refusal(reason, last, trusted));
  return succeed({ verdict: "success", reason, trusted, unjudged: 0, ...headerOf(last), contract });
}

async function judgeChainFolder({ trust, now, contractId }: Question, folder: string): Promise<Result<Verdict>> {
  const judged = await verifyChain(folder, {
    ...(trust === undefined ? {} : { trust }),
    ...(now === undefined ? {} : { now }),
    ...(contractId === undefined ? {} : { contractId }),
  });
  if (!judged.ok) return judged;
  const { root, ...verdict } = judged.value;
  const trusted =
    root === null ? null : { ...root, by: trust === undefined ? ("input" as const) : ("reader" as const) };
  return succeed({ ...verdict, trusted, unjudged: 0 });
}

function judgeFile({ place, trust, now, contractId }: Question): Result<Verdict> {
  let bytes: Uint8Array;
  try {
    bytes = new Uint8Array(readFileSync(place));
  } catch (error) {
    return fail(reasonOf(error), place);
  }
  if (!isProofFile(bytes)) return fail(bytes.length === 0 ? "file is empty" : "not a proof file", place);
  const file = decodeProofFile(bytes);
  if (!file.ok) return succeed(refusal(describeFailure(file.error), null, null));
  const [first] = file.value.blocks;
  const last = file.value.blocks[file.value.blocks.length - 1];
  if (first === undefined || last === undefined) return succeed(refusal("the file holds no header", null, null));
  const trusted = trustedOf(trust, first);
  if (trust !== undefined && trust.height !== first.header.height) {
    return succeed(refusal(`the file begins with header ${first.header.height}, not ${trust.height}`, null, trusted));
  }
  // The header's hash covers the chain's id: which chain it is, is what the reader trusts.
  const anchor = {
    chainId: first.header.chainId,
    kind: "header",
    hash: trust?.hash ?? hashHeader(first.header),
  } as const;
  const { checks, outcome } = verifyProofFile(bytes, anchor, {
    verifySignature,
    ...(now === undefined ? {} : { now }),
  });
  if (!outcome.ok) return succeed(refusal(checks[checks.length - 1]?.what ?? "refused", null, trusted));
  if (now !== undefined && compareTimestamps(last.header.time, addSeconds(now, clockDriftDefaultS)) >= 0) {
    return succeed(refusal("clock-drift: the header's time is in the future", null, trusted));
  }
  if (contractId !== undefined && contractId !== outcome.value.contractId) {
    return succeed(refusal(`the file proves contract ${outcome.value.contractId}`, last, trusted));
  }
  return succeed({
    ...{ verdict: "success", reason: null, trusted, unjudged: 0 },
    ...headerOf(last),
    contract: outcome.value.contract,
  });
}

/** Answers of a node: of each header the clauses of the light client, from the trusted one upwards. */
function judgeAnswers({ place, trust, now, contractId }: Question): Result<Verdict> {
  if (contractId !== undefined) return fail("a node's recorded answers prove no contract", "--contract");
  const recorded = readRecordedChain(place);
  if (!recorded.ok) return recorded;
  const { blocks, incomplete } = recorded.value;
  const start = trust === undefined ? 0 : blocks.findIndex(({ header }) => header.height === trust.height);
  const root = blocks[start];
  if (root === undefined) return fail(`no header of height ${trust?.height ?? 0} with commit and validators`, place);
  const trusted = trustedOf(trust, root);
  if (trust !== undefined && !bytesEqual(hashHeader(root.header), trust.hash)) {
    return succeed(refusal("the recorded header is not the trusted one", null, trusted));
  }
  const verification: VerifyOptions = {
    ...{ trustingPeriodS: ageUnjudgedS, clockDriftS: clockDriftDefaultS, trustLevel: trustOneThird },
    ...{ everySignature: false, verifySignature },
  };
  const clock = now ?? blocks[blocks.length - 1]?.header.time ?? root.header.time;
  let last = root;
  for (const check of [verifyConsistency(root, root.header.chainId), verifyTwoThirds(root, verification)]) {
    if (check.verdict !== "success") return succeed(refusal(`${check.clause}: ${check.reason}`, null, trusted));
  }
  for (const block of blocks.slice(start + 1)) {
    const judged = verifyHeader({ trusted: last, untrusted: block, options: verification, now: clock });
    if (judged.verdict !== "success") {
      return succeed({ ...refusal(`${judged.clause}: ${judged.reason}`, last, trusted), verdict: judged.verdict });
    }
    last = block;
  }
  const unjudged = incomplete + start;
  return succeed({ verdict: "success", reason: null, trusted, unjudged, ...headerOf(last), contract: null });
}

/** A thousand years: a recording's age says nothing against it. */
const ageUnjudgedS = 31_557_600_000;

function trustedOf(trust: TrustRoot | undefined, first: LightBlock): Verdict["trusted"] {
  return trust === undefined
    ? { height: first.header.height, hash: toHex(hashHeader(first.header)), by: "input", time: first.header.time }
    : { height: trust.height, hash: toHex(trust.hash), by: "reader", time: first.header.time };
}

function refusal(reason: string, last: LightBlock | null, trusted: Verdict["trusted"]): Verdict {
  return { verdict: "invalid", reason, ...headerOf(last), contract: null, trusted, unjudged: 0 };
}

function headerOf(block: LightBlock | null): Pick<Verdict, "height" | "headerHash" | "appHash"> {
  if (block === null) return { height: null, headerHash: null, appHash: null };
  const { header } = block;
  return { height: header.height, headerHash: toHex(hashHeader(header)), appHash: toHex(header.appHash) };
}

function outcomeOf(verdict: Verdict, { place, trustingPeriodS }: Question): CommandOutcome {
  const { trusted } = verdict;
  const isSave = savedSessionAt(place) !== undefined;
  const time = trusted?.time === undefined ? null : formatTimestamp(trusted.time);
  const document = {
    ...verdict,
    ...{ trusted: trusted === null ? null : { ...trusted, time }, trustingPeriodS: trustingPeriodS ?? null },
    contract: plain(verdict.contract),
    // Of a saved session the chain alone is judged: what else lies beside it may be damaged.
    session: isSave ? "not judged" : null,
  };
  const from =
    trusted === null
      ? "nothing"
      : `${trusted.height}:${trusted.hash}${trusted.by === "input" ? " (the input's own: pass --trust to have yours)" : ""}`;
  const text = table([
    ["verdict", verdict.verdict],
    ...(verdict.reason === null ? [] : [["reason", verdict.reason] as const]),
    ["trusted", from],
    [
      "its time",
      `${time ?? "unknown"}${trustingPeriodS === undefined ? " (not judged: pass --trusting-period to have it judged)" : ""}`,
    ],
    ["height", verdict.height ?? "none verified"],
    ["headerHash", verdict.headerHash ?? "none"],
    ["appHash", verdict.appHash ?? "none"],
    ...(isSave
      ? [["session", `not judged, only its chain: pendulaire replay judges ${savedDocumentName}`] as const]
      : []),
    ["contract", verdict.contract === null ? "none" : JSON.stringify(document.contract)],
  ]);
  return { kind: verdict.verdict === "success" ? "done" : "checkFailed", document, text };
}

/** Amounts as JSON numbers, still in micro-tokens; the supply's cap keeps them exact. */
function plain(contract: ContractRecord | null): unknown {
  if (contract === null) return null;
  return JSON.parse(
    JSON.stringify(contract, (_, value: unknown) => (typeof value === "bigint" ? Number(value) : value)),
  ) as unknown;
}
