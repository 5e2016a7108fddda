import { app, utilityProcess, type UtilityProcess } from "electron";
import path from "node:path";
import { describeFailure } from "../common/result";
import type { HostNews, HostOrder } from "./host/host";
import { parseLaunch } from "./host/launch-options";
import { answerKeyring, brokerConsole, keyringIsSafe, registerShellBridge } from "./ipc";
import { openWindow, registerConsoleScheme, serveConsoleScheme } from "./windows";

// Electron's main process: windows, dialogs, the keyring, and one port brokered from each window to the host.

/** How long the host may take to put its session away before it is ended, ms. */
const stopPatienceMs = 5000;

const launch = parseLaunch(process.argv.slice(app.isPackaged ? 1 : 2), true);
if (!launch.ok) {
  process.stderr.write(`pendulaire: ${describeFailure(launch.error)}\n`);
  app.exit(2);
}

function startHost(): UtilityProcess {
  const host = utilityProcess.fork(path.join(__dirname, "host.cjs"), [], {
    serviceName: "Pendulaire host",
    stdio: "inherit",
  });
  host.on("message", (news: HostNews) => {
    if (news.kind === "keyring") void answerKeyring(news).then((answer) => tellHost(host, answer));
  });
  return host;
}

function tellHost(host: UtilityProcess, order: HostOrder): void {
  host.postMessage(order);
}

/** The session is closed in order: the ledger and the telemetry end with whole files. */
function stopWithHost(host: UtilityProcess): void {
  let stopped = false;
  host.once("exit", (code) => {
    stopped = true;
    if (code !== 0) process.stderr.write(`pendulaire: the host ended with code ${code}\n`);
    app.quit();
  });
  app.on("before-quit", (event) => {
    if (stopped) return;
    event.preventDefault();
    tellHost(host, { kind: "stop" });
    setTimeout(() => host.kill(), stopPatienceMs).unref();
  });
  app.on("window-all-closed", () => app.quit());
}

registerConsoleScheme();
// Forcing the sandbox would undo the switch of someone who must run without one; it is on by default all the same.
if (!app.commandLine.hasSwitch("no-sandbox")) app.enableSandbox();
if (app.requestSingleInstanceLock() && launch.ok) {
  const { value: options } = launch;
  void app.whenReady().then(async () => {
    serveConsoleScheme(path.join(__dirname, "..", "renderer"));
    registerShellBridge();
    const host = startHost();
    tellHost(host, { kind: "start", launch: options, hasKeyring: await keyringIsSafe() });
    stopWithHost(host);
    const window = await openWindow(path.join(__dirname, "preload.cjs"), (contents) => brokerConsole(contents, host));
    app.on("second-instance", () => {
      if (window.isMinimized()) window.restore();
      window.focus();
    });
  });
} else if (launch.ok) {
  process.stderr.write("pendulaire: the console is open already; its window is shown\n");
  app.quit();
}
