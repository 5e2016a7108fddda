import { fail, succeed, type Result } from "../../common/result";

/** One node's JSON-RPC over HTTP, with limits on what it may answer. @see CometBFT 0.38 `rpc/openapi` */
export interface RpcClient {
  readonly address: string;
  /** @returns the answer's `result`, unread; a failure when there was none */
  call(method: string, parameters?: Readonly<Record<string, unknown>>): Promise<Result<unknown>>;
  /** One method many times in one request. @returns an answer each, in the order asked */
  callMany(
    method: string,
    parameters: readonly Readonly<Record<string, unknown>>[],
  ): Promise<Result<readonly Result<unknown>[]>>;
}

const answerPatienceMs = 10_000;
const answerBytesMax = 64 * 1024 * 1024;

/** @param address `http://host:port` or `https://…` */
export function openRpc(address: string, patienceMs = answerPatienceMs): Result<RpcClient> {
  let url: URL;
  try {
    url = new URL(address);
  } catch {
    return fail("not an address: http://host:port", address);
  }
  if (url.protocol !== "http:" && url.protocol !== "https:") return fail("http:// or https://", address);
  let calls = 0;
  const post = async (body: unknown, where: string): Promise<Result<unknown>> => {
    try {
      const answer = await fetch(url, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(patienceMs),
      });
      const read = await readAnswer(answer);
      return read.ok ? read : fail(read.error.message, where);
    } catch (error) {
      return fail(reasonOf(error), where);
    }
  };
  return succeed({
    address,
    call: async (method, parameters = {}) => {
      const where = `${address}: ${method}`;
      const answer = await post({ jsonrpc: "2.0", id: ++calls, method, params: parameters }, where);
      return answer.ok ? resultOf(answer.value, where) : answer;
    },
    callMany: async (method, parameters) => {
      const where = `${address}: ${method}`;
      const first = calls + 1;
      calls += parameters.length;
      const requests = parameters.map((params, index) => ({ jsonrpc: "2.0", id: first + index, method, params }));
      const answer = await post(requests, where);
      if (!answer.ok) return answer;
      const answers: readonly unknown[] = Array.isArray(answer.value) ? answer.value : [answer.value];
      const byId = new Map(answers.map((one) => [(one as { readonly id?: unknown } | null)?.id, one]));
      return succeed(requests.map(({ id }) => resultOf(byId.get(id), where)));
    },
  });
}

async function readAnswer(answer: Response): Promise<Result<unknown>> {
  const { body } = answer;
  if (body === null) return fail("an empty answer");
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  const reader = (body as ReadableStream<Uint8Array>).getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    bytes += value.length;
    if (bytes > answerBytesMax) {
      await reader.cancel();
      return fail(`an answer of more than ${answerBytesMax} bytes`);
    }
    pieces.push(value);
  }
  try {
    return succeed(JSON.parse(Buffer.concat(pieces).toString("utf8")) as unknown);
  } catch {
    return fail(`not JSON (HTTP ${answer.status})`);
  }
}

function resultOf(answer: unknown, where: string): Result<unknown> {
  if (typeof answer !== "object" || answer === null) return fail("not an answer", where);
  const { error, result } = answer as { readonly error?: unknown; readonly result?: unknown };
  if (error !== undefined && error !== null) {
    const { message, data } = error as { readonly message?: unknown; readonly data?: unknown };
    const text = [message, data].filter((part): part is string => typeof part === "string" && part !== "");
    return fail(text.join(": ") || "refused", where);
  }
  return result === undefined ? fail("an answer without result", where) : succeed(result);
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause: unknown = error.cause;
  return cause instanceof Error ? `${error.message}: ${cause.message}` : error.message;
}
