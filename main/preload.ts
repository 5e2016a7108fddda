import { contextBridge, ipcRenderer, webUtils } from "electron";
import type { ShellBridge } from "../common/console-api";
import { channels, consolePortMessage } from "./shell-channels";

// The only code of ours that sees both Electron and the page: it passes the port on and exposes two calls.

ipcRenderer.on(channels.consolePort, (event) => {
  window.postMessage({ type: consolePortMessage }, window.location.origin, [...event.ports]);
});

const bridge: ShellBridge = {
  pickCityFile: (words) => ipcRenderer.invoke(channels.pickCityFile, words) as Promise<string | null>,
  pathOfFile: (file) => {
    // Electron before 29 has no webUtils and puts the path on the file.
    if (typeof (webUtils as typeof webUtils | undefined)?.getPathForFile === "function")
      return webUtils.getPathForFile(file as File);
    return (file as { readonly path?: string }).path ?? "";
  },
};
contextBridge.exposeInMainWorld("pendulaireShell", bridge);
