import { parseArgs } from "node:util";
import { describeFailure } from "../../common/result";
import { openApplication } from "./application";
import { readAddress, serveAbci } from "./server";
import { openStateStore } from "./state-store";

/**
 * One member's application, a process of its own beside its CometBFT node:
 * `node abci.cjs --home DIR --address unix:///…/app.sock`. Ends with 0 when told to, with 1 when an
 * invariant does not hold.
 */
async function run(): Promise<void> {
  const { values } = parseArgs({
    options: { home: { type: "string" }, address: { type: "string" }, snapshots: { type: "string" } },
  });
  if (values.home === undefined || values.address === undefined) {
    leave("--home DIR and --address are needed", 2);
    return;
  }
  const address = readAddress(values.address);
  if (!address.ok) {
    leave(describeFailure(address.error), 2);
    return;
  }
  const store = openStateStore(values.home);
  if (!store.ok) {
    leave(describeFailure(store.error), 2);
    return;
  }
  const application = openApplication({
    store: store.value,
    nowS: () => Math.floor(Date.now() / 1000),
    ...(values.snapshots === undefined ? {} : { snapshotEveryBlocks: Number(values.snapshots) }),
  });
  if (!application.ok) {
    leave(describeFailure(application.error), 2);
    return;
  }
  const server = await serveAbci({
    application: application.value,
    address: address.value,
    onBreach: (reason) => leave(reason, 1),
    onRefused: say,
  });
  if (!server.ok) {
    leave(describeFailure(server.error), 2);
    return;
  }
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => {
      void server.value
        .close()
        .then(() => application.value.close())
        .then(() => process.exit(0));
    });
  }
  say("listening");
}

function say(text: string): void {
  process.stderr.write(`pendulaire abci: ${text}\n`);
}

function leave(reason: string, code: number): void {
  say(reason);
  // The peer gets the exception that was written before this.
  setImmediate(() => process.exit(code));
}

void run();
