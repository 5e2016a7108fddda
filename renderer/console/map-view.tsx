import { useEffect, useLayoutEffect, useRef, useState, type RefObject } from "react";
import { nameOfEdge, type City } from "../../common/city";
import type { Incident, InstructionReport, InstructionStage } from "../../common/console-api";
import type { FrameReport } from "../../common/frame";
import { terminalPlaces } from "../../common/terminal-places";
import { expectSlowPictures, judgePicture } from "../state/layers";
import { flowOf, queueLengthOf } from "../state/road-picture";
import { openMap, type EmptyMap } from "../scene/open-map";
import { readPalette } from "../scene/palette";
import { createScene, type Camera, type Scene } from "../scene/scene";
import { drawsInSoftware } from "../scene/software-drawing";
import { isOpen, withNotice } from "../state/session";
import { incidentsAt, isReplay, shownSample, shownTimeS } from "../state/time";
import { openPhone, pickDraftTerminal, selectIncident } from "../state/workbench";
import { count, kmh } from "./figures";
import { IncidentMarker } from "./incident-form";
import { effectText } from "./incident-text";
import { LayerPanel } from "./layer-panel";
import { Legend } from "./legend";
import { MapControls, TwinTabs } from "./map-controls";
import { followAnswers } from "./map-answers";
import { describeParking } from "./parking-text";
import { useParts, useSession, type ConsoleParts } from "./parts";
import { installProbe } from "./probe";
import { ScopeLasso } from "./scope-lasso";
import { text } from "./text";
import { onLanguage } from "./text/language";
import { useTheme } from "./use-theme";

/** The city, and what floats over it. React places the box; the scene draws in it by itself. */
export function MapView() {
  const parts = useParts();
  const city = useSession((state) => state.city);
  const hasSession = useSession(isOpen);
  const container = useRef<HTMLDivElement>(null);
  const tip = useRef<HTMLDivElement>(null);
  const [scene, setScene] = useState<Scene | null>(null);
  const [isDrawn, setDrawn] = useState(false);
  const [isReady, setReady] = useState(false);
  const theme = useTheme();
  const early = useRef<EmptyMap | null>(null);
  const left = useRef<{ readonly city: City; readonly camera: Camera } | null>(null);

  // While the host reads the city, and before the window is painted: each question to the graphics waits for what is drawn.
  useLayoutEffect(() => {
    if (container.current !== null) early.current ??= openEmptyMap(parts, container.current);
  }, [parts]);
  useEffect(
    () => () => {
      early.current?.map.remove();
      early.current = null;
    },
    [],
  );

  // Colours are built into the scene: another theme is another scene, looked at from where the old one was.
  useEffect(() => {
    if (city === null || container.current === null) return undefined;
    const camera = left.current?.city === city ? left.current.camera : null;
    const empty = early.current ?? openEmptyMap(parts, container.current);
    early.current = null;
    const built = buildScene(parts, empty, tip, city, camera, {
      begun: () => setDrawn(true),
      ready: () => setReady(true),
    });
    const unfollow = followStores(parts, built);
    const unfollowTheme = followTheme(built);
    const uninstall = installProbe(parts, built);
    parts.scene.current = built;
    setScene(built);
    return () => {
      unfollow();
      uninstall();
      unfollowTheme();
      parts.scene.current = null;
      setScene(null);
      setDrawn(false);
      setReady(false);
      left.current = { city, camera: built.camera() };
      built.close();
    };
  }, [parts, city, theme]);

  return (
    <main
      className="map"
      data-panel="map"
      tabIndex={-1}
      data-testid="map"
      data-drawn={isDrawn}
      data-ready={isReady && hasSession}
      aria-label={text.map.label}
    >
      <div ref={container} className="map-canvas" />
      <div ref={tip} className="road-tip" data-testid="road-tip" hidden />
      {scene !== null && isReady && (
        <>
          <TwinTabs />
          <MapControls scene={scene} />
          <LayerPanel />
          <ScopeLasso scene={scene} />
        </>
      )}
      {!isReady && hasSession && (
        <p className="map-drawing" role="status">
          {text.map.drawing}
        </p>
      )}
      {isReady && <IncidentMarker />}
      <div className="map-foot">
        {scene !== null && isReady && <Legend />}
        {city !== null && city.meta.attribution !== "" && (
          <p className="attribution" data-testid="attribution">
            {city.meta.attribution}
            {city.meta.synthesised.length > 0 && <> · {text.map.synthesised(subjectsOf(city.meta.synthesised))}</>}
          </p>
        )}
      </div>
    </main>
  );
}

function openEmptyMap({ session, layers }: ConsoleParts, box: HTMLElement): EmptyMap {
  if (drawsInSoftware()) expectSlowPictures(layers);
  return openMap(box, layers.getState().isReduced, (cause) =>
    session.setState(({ notices }) => ({
      notices: withNotice(notices, { severity: "error", said: { code: "words", args: { text: cause } } }),
    })),
  );
}

function buildScene(
  parts: ConsoleParts,
  empty: EmptyMap,
  tip: RefObject<HTMLDivElement | null>,
  city: City,
  camera: Camera | null,
  stages: { readonly begun: () => void; readonly ready: () => void },
): Scene {
  const { workbench, frames } = parts;
  return createScene({
    empty,
    city,
    terminals: terminalPlaces(city),
    frames,
    palette: readPalette(document.documentElement),
    camera,
    pointer: {
      hovered(road, at, parking) {
        const box = tip.current;
        if (box === null) return;
        box.hidden = road === null && parking === null;
        if (parking !== null) box.textContent = describeParking(city, parking);
        else if (road !== null) {
          box.textContent = describeRoad(city, road.edge, frames.reports(workbench.getState().twinShown).at(-1));
        }
        box.style.transform = `translate(${String(Math.round(at.x + 14))}px, ${String(Math.round(at.y + 14))}px)`;
      },
      roadClicked: ({ edge, positionM }) => workbench.setState({ marking: { kind: "placed", edge, positionM } }),
      terminalClicked: (terminal) => pickDraftTerminal(workbench, terminal),
      incidentClicked: (incidentId) => selectIncident(workbench, incidentId),
      vehicleClicked: (person) => openPhone(workbench, { by: "vehicle", person }),
      homeClicked: (edge) => openPhone(workbench, { by: "home", edge }),
    },
    pictureTook: (ms) => judgePicture(parts.layers, ms),
    moved: () => void parts.bridge.request("session.drawn", {}),
    ...stages,
  });
}

/** "homes and jobs: from the floor area of …" → "homes and jobs": how they were made up is told in the city's menu. */
function subjectsOf(synthesised: readonly string[]): string {
  return synthesised.map((one) => text.fact(one.split(":")[0] ?? one)).join(", ");
}

/** The map takes the colours of the window's theme, whoever switches it. @returns stops following */
function followTheme(scene: Scene): () => void {
  let colours = JSON.stringify(readPalette(document.documentElement));
  const look = () => {
    const palette = readPalette(document.documentElement);
    const next = JSON.stringify(palette);
    if (next === colours) return;
    colours = next;
    scene.setPalette(palette);
  };
  const observer = new MutationObserver(look);
  observer.observe(document.documentElement, { attributes: true });
  const system = window.matchMedia("(prefers-color-scheme: light)");
  system.addEventListener("change", look);
  return () => {
    observer.disconnect();
    system.removeEventListener("change", look);
  };
}

function describeRoad(city: City, edge: number, report: FrameReport | undefined): string {
  const { edgeLaneStart, edgeSpeedMps, laneLengthM } = city.columns;
  const lanes = edgeLaneStart[edge + 1] - edgeLaneStart[edge];
  const facts = [nameOfEdge(city, edge), text.map.road(lanes), text.map.limit(count(kmh(edgeSpeedMps[edge])))];
  if (report === undefined) return facts.join(" · ");
  const flow = flowOf(report, edge);
  if (flow !== null) facts.push(text.map.flow(count(flow)));
  const queueM = queueLengthOf(report, edge, laneLengthM[edgeLaneStart[edge]]);
  if (queueM > 0) facts.push(text.map.queue(count(queueM)));
  return facts.join(" · ");
}

const viaOf = (instruction: InstructionReport | undefined) =>
  instruction?.action.kind === "itinerary" ? instruction.action.via : [];

const isRunning = (stage: InstructionStage) => stage !== "expired" && stage !== "withdrawn" && stage !== "refused";

/** The scene hears of what it shows without React in between. @returns stops following */
function followStores(parts: ConsoleParts, scene: Scene): () => void {
  const { session, workbench, layers } = parts;
  let shownIncidents = "";
  let shownTwin = workbench.getState().twinShown;
  function showIncidents() {
    const state = session.getState();
    const incidents = isReplay(state) ? incidentsAt(state.incidents, shownTimeS(state) ?? 0) : state.incidents;
    const { selectedIncidentId } = workbench.getState();
    const textOf = (incident: Incident) => `${incident.edgeName} · ${effectText(incident)}`;
    const facts = incidents.map((incident) => [incident.id, incident.active, incident.endS, textOf(incident)]);
    const shown = JSON.stringify([selectedIncidentId, facts]);
    if (shown === shownIncidents) return;
    shownIncidents = shown;
    scene.showIncidents(incidents, selectedIncidentId, textOf);
  }
  function showNamed() {
    const { draft } = workbench.getState();
    const running = session.getState().instructions.filter(({ stage }) => isRunning(stage));
    const scope = new Set(draft?.terminals ?? running.flatMap(({ terminals }) => terminals));
    scene.showNamed({
      scope,
      via: draft === null ? viaOf(running.at(-1)) : draft.asked === "itinerary" ? draft.via : [],
    });
  }
  function showMarking() {
    const { marking } = workbench.getState();
    scene.setArmed(marking.kind !== "off");
    scene.showMark(marking.kind === "placed" ? marking : null);
  }
  /** Before the first instruction there is no other city to show. */
  function showTwin() {
    const state = session.getState();
    const isOne = isReplay(state) && shownSample(state)?.doNothing === null;
    const twin = isOne ? "live" : workbench.getState().twinShown;
    if (twin !== shownTwin) scene.showTwin(twin);
    shownTwin = twin;
  }
  showIncidents();
  showNamed();
  showMarking();
  scene.showLayers(layers.getState());
  const answers = followAnswers(parts, scene);
  const unfollowLayers = layers.subscribe((state) => {
    scene.showLayers(state);
    answers.follow();
  });
  const unfollowSession = session.subscribe((state, before) => {
    if (state.incidents !== before.incidents) showIncidents();
    if (state.view !== before.view) {
      showIncidents();
      showTwin();
    }
    if (state.instructions !== before.instructions) {
      showNamed();
      answers.follow();
    }
  });
  const unfollowBench = workbench.subscribe((state, before) => {
    if (state.twinShown !== before.twinShown) showTwin();
    if (state.shownInstructionId !== before.shownInstructionId) answers.follow();
    if (state.draft !== before.draft) showNamed();
    if (state.marking !== before.marking) showMarking();
    if (state.selectedIncidentId === before.selectedIncidentId) return;
    showIncidents();
    const chosen = session.getState().incidents.find(({ id }) => id === state.selectedIncidentId);
    if (chosen?.active) scene.lookAt(chosen.x, chosen.y);
  });
  const unfollowLanguage = onLanguage(showIncidents);
  return () => {
    unfollowSession();
    unfollowLayers();
    unfollowBench();
    unfollowLanguage();
  };
}
