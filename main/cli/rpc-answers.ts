import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { toHex } from "../../common/canonical";
import { fail, succeed, type Result } from "../../common/result";
import type { Commit } from "../../ledger/wire/commit";
import { hashHeader, type Header } from "../../ledger/wire/header";
import { readCommit, readHeader, readValidators } from "../../ledger/wire/json-form";
import type { LightBlock } from "../../ledger/wire/light-block";
import { hashValidators, type Validator } from "../../ledger/wire/validators";
import { reasonOf } from "../host/file-reading";

/** What a folder of recorded answers of a CometBFT node holds for a light client. */
export interface RecordedChain {
  /** Ascending by height: the headers of which commit and both validator sets are among the answers. */
  readonly blocks: readonly LightBlock[];
  /** Headers of which something is lacking. */
  readonly incomplete: number;
}

interface Found {
  readonly headers: Map<string, Header>;
  /** By the hash of the header that they are for. */
  readonly commits: Map<string, Commit>;
  /** By their own hash. */
  readonly sets: Map<string, readonly Validator[]>;
}

/** Reads every JSON file of a folder: answers to `commit`, `block`, `blockchain`, `validators` and `genesis`, in any order. */
export function readRecordedChain(folder: string): Result<RecordedChain> {
  const found: Found = { headers: new Map(), commits: new Map(), sets: new Map() };
  for (const name of readdirSync(folder).sort()) {
    if (!name.endsWith(".json")) continue;
    const file = path.join(folder, name);
    let json: unknown;
    try {
      json = JSON.parse(readFileSync(file, "utf8"));
    } catch (error) {
      return fail(error instanceof SyntaxError ? `not JSON: ${error.message}` : reasonOf(error), file);
    }
    const taken = take(json, found, file);
    if (!taken.ok) return taken;
  }
  const blocks: LightBlock[] = [];
  for (const [hash, header] of found.headers) {
    const commit = found.commits.get(hash);
    const validators = found.sets.get(toHex(header.validatorsHash));
    const nextValidators = found.sets.get(toHex(header.nextValidatorsHash));
    if (commit === undefined || validators === undefined || nextValidators === undefined) continue;
    blocks.push({ header, commit, validators, nextValidators });
  }
  if (blocks.length === 0) return fail("no header here has its commit and its validators beside it", folder);
  blocks.sort((a, b) => a.header.height - b.header.height);
  return succeed({ blocks, incomplete: found.headers.size - blocks.length });
}

/** Takes what the light client needs out of one answer, wherever in it that lies. */
function take(json: unknown, found: Found, where: string): Result<void> {
  if (typeof json !== "object" || json === null) return succeed(undefined);
  const fields = json as Readonly<Record<string, unknown>>;
  if (isRecord(fields["header"]) && "chain_id" in fields["header"]) {
    const header = readHeader(fields["header"], `${where}: header`);
    if (!header.ok) return header;
    found.headers.set(toHex(hashHeader(header.value)), header.value);
  }
  for (const name of ["commit", "last_commit"]) {
    if (!isRecord(fields[name]) || !("signatures" in fields[name])) continue;
    const commit = readCommit(fields[name], `${where}: ${name}`);
    if (!commit.ok) return commit;
    found.commits.set(toHex(commit.value.blockId.hash), commit.value);
  }
  const { validators } = fields;
  if (Array.isArray(validators) && validators.every((one) => isRecord(one) && "pub_key" in one)) {
    const set = readValidators(validators, `${where}: validators`);
    if (!set.ok) return set;
    found.sets.set(toHex(hashValidators(set.value)), set.value);
  }
  for (const value of Object.values(fields)) {
    const taken = take(value, found, where);
    if (!taken.ok) return taken;
  }
  return succeed(undefined);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
