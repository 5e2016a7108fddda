import { bytesFromBase64 } from "cosmjs-types/helpers";
import { toHex } from "../../common/canonical";
import { fail, succeed, type Result } from "../../common/result";
import { pathOfBytes, type StatePath, bytesOfPath } from "../machine/tree/path";
import { decodeProof, type StateProof } from "../machine/tree/proof";
import { validatorsMax } from "../wire/canonical-form";
import { evidenceJson, type AttackEvidence } from "../wire/evidence";
import { readBlock, readCommit, readHeader, readValidators } from "../wire/json-form";
import type { Block } from "../wire/block";
import type { LightBlock } from "../wire/light-block";
import type { Validator } from "../wire/validators";
import type { RpcClient } from "./rpc";

/** What a node says, read into our types. Nothing of it is believed here. */
export interface NodeReader {
  readonly name: string;
  latestHeight(): Promise<Result<number>>;
  /** Header, commit and both validator sets. */
  lightBlock(height: number): Promise<Result<LightBlock>>;
  block(height: number): Promise<Result<Block>>;
  /** What lies at a path behind block `height`, with its proof; null = nothing. */
  state(
    path: StatePath,
    height: number,
  ): Promise<Result<{ readonly value: Uint8Array | null; readonly proof: StateProof }>>;
  /** Whether the node took it into its mempool; a failure with the machine's reason when it refused. */
  send(transaction: Uint8Array): Promise<Result<void>>;
  /** Hands over proof of an attack; a failure with the node's reason when it does not accept it. */
  report(evidence: AttackEvidence): Promise<Result<void>>;
  /** Hands over many at once, without waiting for what the node's mempool says of each. */
  post(transactions: readonly Uint8Array[]): Promise<Result<void>>;
}

const validatorsPerPage = 100;

export function createNodeReader(rpc: RpcClient): NodeReader {
  const ask = async <T>(
    method: string,
    parameters: Readonly<Record<string, unknown>>,
    read: (fields: Fields, where: string) => Result<T>,
  ): Promise<Result<T>> => {
    const answer = await rpc.call(method, parameters);
    return answer.ok ? read(fieldsOf(answer.value), `${rpc.address}: ${method}`) : answer;
  };
  const validatorsAt = async (height: number): Promise<Result<readonly Validator[]>> => {
    const all: unknown[] = [];
    for (let page = 1; ; page++) {
      const parameters = { height: String(height), page: String(page), per_page: String(validatorsPerPage) };
      const answer = await rpc.call("validators", parameters);
      if (!answer.ok) return answer;
      const { validators, total } = fieldsOf(answer.value);
      if (!Array.isArray(validators) || validators.length === 0) break;
      all.push(...(validators as readonly unknown[]));
      if (all.length > validatorsMax) return fail(`more than ${validatorsMax} validators`, rpc.address);
      if (all.length >= Number(total)) break;
    }
    return readValidators(all, `${rpc.address}: validators`);
  };
  return {
    name: rpc.address,
    latestHeight: () =>
      ask("status", {}, (fields, where) => {
        const height = Number(fieldsOf(fields["sync_info"])["latest_block_height"]);
        return Number.isSafeInteger(height) && height >= 0 ? succeed(height) : fail("no height", where);
      }),
    lightBlock: async (height) => {
      const signed = await ask("commit", { height: String(height) }, (fields, where) => {
        const { header: headerJson, commit: commitJson } = fieldsOf(fields["signed_header"]);
        const header = readHeader(headerJson, `${where}: header`);
        if (!header.ok) return header;
        const commit = readCommit(commitJson, `${where}: commit`);
        return commit.ok ? succeed({ header: header.value, commit: commit.value }) : commit;
      });
      if (!signed.ok) return signed;
      const validators = await validatorsAt(height);
      if (!validators.ok) return validators;
      const { header } = signed.value;
      const isSame = toHex(header.validatorsHash) === toHex(header.nextValidatorsHash);
      const nextValidators = isSame ? validators : await validatorsAt(height + 1);
      if (!nextValidators.ok) return nextValidators;
      return succeed({ ...signed.value, validators: validators.value, nextValidators: nextValidators.value });
    },
    block: (height) =>
      ask("block", { height: String(height) }, (fields, where) => readBlock(fields["block"], `${where}: block`)),
    state: (path, height) =>
      ask(
        "abci_query",
        { path: "/state", data: toHex(bytesOfPath(path)), height: String(height), prove: true },
        (fields, where) => readAnswer(fieldsOf(fields["response"]), path, where),
      ),
    send: (transaction) => ask("broadcast_tx_sync", broadcastOf(transaction), admissionOf),
    report: async (evidence) => {
      const answer = await rpc.call("broadcast_evidence", { evidence: evidenceJson(evidence) });
      return answer.ok ? succeed(undefined) : answer;
    },
    post: async (transactions) => {
      const answers = await rpc.callMany("broadcast_tx_async", transactions.map(broadcastOf));
      if (!answers.ok) return answers;
      return answers.value.find((answer) => !answer.ok) === undefined
        ? succeed(undefined)
        : fail("not all of them were taken over", rpc.address);
    },
  };
}

function broadcastOf(transaction: Uint8Array): Readonly<Record<string, unknown>> {
  return { tx: Buffer.from(transaction).toString("base64") };
}

function admissionOf({ code, log }: Fields, where: string): Result<void> {
  return code === 0 || code === undefined
    ? succeed(undefined)
    : fail(`code ${JSON.stringify(code)}: ${textOf(log)}`, where);
}

function readAnswer(
  { code, log, value, proofOps }: Fields,
  path: StatePath,
  where: string,
): Result<{ readonly value: Uint8Array | null; readonly proof: StateProof }> {
  if (code !== 0 && code !== undefined) return fail(`code ${JSON.stringify(code)}: ${textOf(log)}`, where);
  const { ops } = fieldsOf(proofOps);
  const op = Array.isArray(ops) ? fieldsOf(ops[0]) : {};
  const [key, data] = [bytesOf(op["key"]), bytesOf(op["data"])];
  if (key === undefined || data === undefined) return fail("an answer without proof", where);
  if (key.length !== 32 || pathOfBytes(key) !== path) return fail("a proof for another path", where);
  const proof = decodeProof(data);
  if (!proof.ok) return fail(proof.error.message, where);
  const bytes = value === null || value === undefined ? new Uint8Array(0) : bytesOf(value);
  if (bytes === undefined) return fail("a value that is not base64", where);
  return succeed({ value: bytes.length === 0 ? null : bytes, proof: proof.value });
}

type Fields = Readonly<Record<string, unknown>>;

function fieldsOf(json: unknown): Fields {
  return typeof json === "object" && json !== null && !Array.isArray(json) ? (json as Fields) : {};
}

function textOf(json: unknown): string {
  return typeof json === "string" ? json : "";
}

function bytesOf(json: unknown): Uint8Array | undefined {
  if (typeof json !== "string") return undefined;
  try {
    return bytesFromBase64(json);
  } catch {
    return undefined;
  }
}
