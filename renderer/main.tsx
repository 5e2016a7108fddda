import { createRoot } from "react-dom/client";
import { Console } from "./console/console";
import { PartsContext } from "./console/parts";
import "./console/styles/index.css";
import { startTheme } from "./console/theme";
import { forestallInjectedStyle } from "./forestall-style";
import { createBridge } from "./state/bridge";
import { createFrameStore } from "./state/frames";
import { createLayersStore } from "./state/layers";
import { createSessionListener, createSessionStore, followHost, tellFailure } from "./state/session";
import { createScrubber, createTimeStore } from "./state/time";
import { connectHost } from "./state/transport";
import { clearWorkbench, createWorkbenchStore } from "./state/workbench";

function start() {
  forestallInjectedStyle();
  startTheme();
  const frames = createFrameStore();
  const session = createSessionStore();
  const workbench = createWorkbenchStore();
  const layers = createLayersStore();
  const bridge = createBridge(connectHost(), createSessionListener(session, frames));
  followHost(bridge, session, frames);
  const time = createTimeStore();
  const scrubber = createScrubber(bridge, session, time, (failure) => tellFailure(session, failure));
  bridge.on("reopened", () => clearWorkbench(workbench));
  const root = document.getElementById("root");
  if (root === null) throw new Error("broken invariant: index.html has a root");
  createRoot(root).render(
    <PartsContext value={{ bridge, session, workbench, frames, layers, scene: { current: null }, time, scrubber }}>
      <Console />
    </PartsContext>,
  );
  bridge.connect();
}

start();
