import path from "node:path";
import type { HostMessage } from "../../common/console-api";
import { describeFailure, messageOf, unreachable } from "../../common/result";
import { openConsoleService } from "./console-service";
import { openEnsemblePool } from "./ensemble-pool";
import { dataFolder } from "./folders";
import type { LaunchOptions } from "./launch-options";
import { openOperatorKey, type Keyring } from "./operator-key";

// The host of Electron's console: a utility process. It owns the session; the main process only brokers ports to it.

/** Main process → host. */
export type HostOrder =
  | { readonly kind: "start"; readonly launch: LaunchOptions; readonly hasKeyring: boolean }
  /** With a port: a window's console. */
  | { readonly kind: "console" }
  | { readonly kind: "keyring"; readonly id: number; readonly bytes: Uint8Array | null }
  /** Save the session if anything was done in it; answered by `kept`. It goes on. */
  | { readonly kind: "keep" }
  /** Close it, and end. */
  | { readonly kind: "stop" };

/** Host → main process. */
export type HostNews =
  | {
      readonly kind: "keyring";
      readonly id: number;
      readonly operation: "encrypt" | "decrypt";
      readonly bytes: Uint8Array;
    }
  /** Every second while it saves or closes: it still works. */
  | { readonly kind: "saving" }
  /** `failure`: why the session could not be saved; null when it was, or need not be. */
  | { readonly kind: "kept"; readonly failure: string | null };

const newsEveryMs = 1000;

/** The parts of Electron's ports that are used here (its types stay in the main process's files). */
interface Port {
  on(event: "message", listener: (event: { readonly data: unknown }) => void): void;
  on(event: "close", listener: () => void): void;
  postMessage(message: unknown): void;
  start(): void;
}
interface ParentPort {
  on(event: "message", listener: (event: { readonly data: HostOrder; readonly ports: readonly Port[] }) => void): void;
  postMessage(message: HostNews): void;
}

const parent = (process as unknown as { readonly parentPort: ParentPort }).parentPort;
let service: ReturnType<typeof openConsoleService> | undefined;
const keyringCalls = new Map<number, (bytes: Uint8Array | null) => void>();

/** The keyring lies with the main process: the host asks it. */
function remoteKeyring(): Keyring {
  let lastId = 0;
  const call = (operation: "encrypt" | "decrypt", bytes: Uint8Array) =>
    new Promise<Uint8Array>((resolve, reject) => {
      const id = ++lastId;
      keyringCalls.set(id, (answer) => {
        if (answer === null) reject(new Error("the keyring refused"));
        else resolve(answer);
      });
      parent.postMessage({ kind: "keyring", id, operation, bytes });
    });
  return { encrypt: (secret) => call("encrypt", secret), decrypt: (ciphertext) => call("decrypt", ciphertext) };
}

function start(launch: LaunchOptions, hasKeyring: boolean): void {
  const operator = openOperatorKey(
    path.join(dataFolder("keys"), "operator.json"),
    hasKeyring ? remoteKeyring() : undefined,
  );
  service = openConsoleService({
    source: launch.source,
    session: { seed: launch.seed, people: launch.people, showFromS: launch.showFromS, ledger: launch.ledger },
    operator,
    pool: openEnsemblePool(),
    fallsBack: true,
  });
  void service.ready.then((ready) => {
    if (!ready.ok) process.stderr.write(`pendulaire: ${describeFailure(ready.error)}\n`);
  });
}

/** The main process hears that it goes on for as long as it does. */
async function tellingSo<T>(work: () => Promise<T>): Promise<T> {
  const timer = setInterval(() => parent.postMessage({ kind: "saving" }), newsEveryMs);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}

async function keep(): Promise<string | null> {
  try {
    const kept = await service?.keep();
    return kept?.ok === false ? describeFailure(kept.error) : null;
  } catch (error) {
    return messageOf(error);
  }
}

function attachConsole(port: Port): void {
  if (service === undefined) return;
  const connection = service.attach({
    shell: "electron",
    opensPaths: true,
    send: (message: HostMessage) => {
      port.postMessage(message);
      return true;
    },
  });
  port.on("message", (event) => connection.receive(event.data));
  port.on("close", () => connection.detach());
  port.start();
}

parent.on("message", ({ data: order, ports }) => {
  switch (order.kind) {
    case "start": {
      start(order.launch, order.hasKeyring);
      return;
    }
    case "console":
      for (const port of ports) attachConsole(port);
      return;
    case "keyring":
      keyringCalls.get(order.id)?.(order.bytes);
      keyringCalls.delete(order.id);
      return;
    case "keep":
      void tellingSo(keep).then((failure) => parent.postMessage({ kind: "kept", failure }));
      return;
    case "stop":
      void tellingSo(async () => service?.close()).finally(() => process.exit(0));
      return;
    default:
      unreachable(order);
  }
});
