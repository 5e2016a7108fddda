import { app, dialog, utilityProcess, type BrowserWindow, type MessageBoxOptions, type UtilityProcess } from "electron";
import path from "node:path";
import { describeFailure } from "../common/result";
import { createEnding, type Ending } from "./ending";
import type { HostNews, HostOrder } from "./host/host";
import { parseLaunch, type LaunchOptions } from "./host/launch-options";
import { answerKeyring, brokerConsole, keyringIsSafe, registerShellBridge } from "./ipc";
import { shellWordsOf } from "./shell-words";
import { openWindow, registerConsoleScheme, serveConsoleScheme } from "./windows";

// Electron's main process: windows, dialogs, the keyring, and one port brokered from each window to the host.

const launch = parseLaunch(ownArguments(process.argv.slice(1)), true);
if (!launch.ok) {
  process.stderr.write(`pendulaire: ${describeFailure(launch.error)}\n`);
  app.exit(2);
}

/** Unpackaged, the first argument that is no switch is the folder of the program. */
function ownArguments(given: readonly string[]): readonly string[] {
  const folder = app.isPackaged ? -1 : given.findIndex((argument) => !argument.startsWith("-"));
  return given.filter((_, index) => index !== folder);
}

let window: BrowserWindow | undefined;
interface Host {
  readonly process: UtilityProcess;
  readonly ending: Ending;
  /** It knows what to open: consoles can be brokered to it. */
  readonly started: Promise<void>;
}
let host: Host | undefined;

/** @returns which button was chosen */
async function ask(options: MessageBoxOptions): Promise<number> {
  const shown = window === undefined || window.isDestroyed() ? undefined : window;
  const { response } = await (shown === undefined
    ? dialog.showMessageBox(options)
    : dialog.showMessageBox(shown, options));
  return response;
}

const words = () => shellWordsOf(app.getLocale());

/** Asked before a session ends that could not be saved: staying is what Enter and Escape choose. */
async function asksToLeave(reason: string): Promise<boolean> {
  const { notSaved, stay, leave } = words();
  const buttons = [stay, leave];
  return (await ask({ type: "warning", message: notSaved, detail: reason, buttons, defaultId: 0, cancelId: 0 })) === 1;
}

function startHost(options: LaunchOptions): void {
  const started = utilityProcess.fork(path.join(__dirname, "host.cjs"), [], {
    serviceName: "Pendulaire host",
    stdio: "inherit",
  });
  const tell = (order: HostOrder) => started.postMessage(order);
  const ending = createEnding({ tell, kill: () => void started.kill(), asksToLeave });
  // The keyring may be asked for while the host reads its program.
  const told = keyringIsSafe().then((hasKeyring) => tell({ kind: "start", launch: options, hasKeyring }));
  host = { process: started, ending, started: told };
  started.once("exit", (code) => {
    host = undefined;
    ending.exited();
    if (code !== 0) process.stderr.write(`pendulaire: the host ended with code ${code}\n`);
    if (ending.closing) app.quit();
    else void restartOrQuit(options);
  });
  started.on("message", (news: HostNews) => {
    if (news.kind === "keyring") void answerKeyring(news).then(tell);
    else ending.heard(news);
  });
}

/** The host died: the page that is there is nobody's. */
async function restartOrQuit(options: LaunchOptions): Promise<void> {
  const { hostDied, sinceLastSave, restart, quit } = words();
  const buttons = [restart, quit];
  const choice = {
    type: "error",
    message: hostDied,
    detail: sinceLastSave,
    buttons,
    defaultId: 0,
    cancelId: 1,
  } as const;
  if ((await ask(choice)) === 1) {
    app.quit();
    return;
  }
  startHost(options);
  // Loaded anew, it is given a port to the new one.
  if (window?.isDestroyed() === false) window.webContents.reload();
}

/** The page died, and died again when it was loaded. */
async function reloadsAgain(): Promise<boolean> {
  const { pageDied, reload, quit } = words();
  return (await ask({ type: "error", message: pageDied, buttons: [reload, quit], defaultId: 0, cancelId: 1 })) === 0;
}

/** The session is closed in order, and its window stays until it is saved: the user may have to choose. */
function endWithHost(event: { preventDefault(): void }): void {
  if (host === undefined) return;
  event.preventDefault();
  host.ending.begin();
}

async function start(options: LaunchOptions): Promise<void> {
  serveConsoleScheme(path.join(__dirname, "..", "renderer"));
  registerShellBridge();
  app.on("before-quit", endWithHost);
  app.on("window-all-closed", () => app.quit());
  app.on("second-instance", () => {
    if (window === undefined || window.isDestroyed()) return;
    if (window.isMinimized()) window.restore();
    window.focus();
  });
  startHost(options);
  window = await openWindow(path.join(__dirname, "preload.cjs"), {
    created: (created) => {
      window = created;
      created.on("close", endWithHost);
    },
    loaded: (contents) => {
      const asked = host;
      void asked?.started.then(() => {
        if (host === asked && !contents.isDestroyed()) brokerConsole(contents, asked.process);
      });
    },
    diedAgain: async () => {
      if (await reloadsAgain()) return true;
      app.quit();
      return false;
    },
  });
}

registerConsoleScheme();
// There is one window, and no second page that a process in reserve would serve: starting one costs the first pictures time.
const disabled = [app.commandLine.getSwitchValue("disable-features"), "SpareRendererForSitePerProcess"];
app.commandLine.appendSwitch("disable-features", disabled.filter((names) => names !== "").join(","));
// Forcing the sandbox would undo the switch of someone who must run without one; it is on by default all the same.
if (!app.commandLine.hasSwitch("no-sandbox")) app.enableSandbox();
if (app.requestSingleInstanceLock() && launch.ok) {
  const { value: options } = launch;
  void app.whenReady().then(() => start(options));
} else if (launch.ok) {
  process.stderr.write("pendulaire: the console is open already; its window is shown\n");
  app.quit();
}
