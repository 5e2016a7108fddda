import {
  commuterSocketPath,
  type CommuterAnswer,
  type CommuterRequestName,
  type CommuterRequests,
} from "../../common/commuter-page-api";
import { failureSaying, type Failure, type Result } from "../../common/result";
import { decodeMessage, encodeMessage } from "../../common/wire";
import { sessionKey, socketUrl, takeToken } from "../state/link";
import { isRecord } from "../state/shape";

/** The page's line to the host; `patienceMs` is how long an answer is waited for. What comes back is believed as far as the host is; its proofs are the host's light client's. */
export interface CommuterLine {
  request<Name extends CommuterRequestName>(
    name: Name,
    params: CommuterRequests[Name]["params"],
    patienceMs?: number,
  ): Promise<Result<CommuterRequests[Name]["reply"]>>;
}

const tokenItem = "pendulaire-commuter-token";
const keyItem = "pendulaire-commuter-session";
const answerPatienceMs = 60_000;

/** Opens the line; `onLost` once it has ended, or was refused. */
export function openLine(onOpen: () => void, onLost: (failure: Failure) => void): CommuterLine {
  const query = new URLSearchParams({ token: takeToken(tokenItem), key: sessionKey(keyItem) });
  const socket = new WebSocket(`${socketUrl(commuterSocketPath)}?${query.toString()}`);
  socket.binaryType = "arraybuffer";
  const waiting = new Map<number, (answer: CommuterAnswer) => void>();
  let lastId = 0;
  let wasOpen = false;
  socket.onopen = () => {
    wasOpen = true;
    onOpen();
  };
  socket.onmessage = (event: MessageEvent<unknown>) => {
    if (!(event.data instanceof ArrayBuffer)) return;
    const decoded = decodeMessage(new Uint8Array(event.data));
    if (!decoded.ok || !isAnswer(decoded.value)) return;
    waiting.get(decoded.value.id)?.(decoded.value);
    waiting.delete(decoded.value.id);
  };
  socket.onclose = () => {
    for (const [id, answer] of waiting) answer({ id, ok: false, error: closed() });
    waiting.clear();
    onLost(wasOpen ? closed() : failureSaying({ code: "link-taken", args: {} }));
  };
  return {
    request: (name, params, patienceMs = answerPatienceMs) =>
      new Promise((resolve) => {
        const id = ++lastId;
        if (socket.readyState !== socket.OPEN) {
          resolve({ ok: false, error: closed() });
          return;
        }
        const timer = setTimeout(() => {
          waiting.delete(id);
          resolve({ ok: false, error: failureSaying({ code: "host-silent", args: {} }) });
        }, patienceMs);
        waiting.set(id, (answer) => {
          clearTimeout(timer);
          resolve(answer as never);
        });
        socket.send(encodeMessage({ id, name, params }));
      }),
  };
}

const closed = () => failureSaying({ code: "host-closed", args: {} });

function isAnswer(value: unknown): value is CommuterAnswer {
  if (!isRecord(value) || typeof value["id"] !== "number") return false;
  return value["ok"] === true || (value["ok"] === false && isRecord(value["error"]));
}
