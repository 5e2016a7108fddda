import { placeOnEdge } from "../../common/edge-place";
import { roadsByName, type NamedRoad } from "../scene/road-names";
import { plainLetters } from "../state/plain-letters";
import { selectIncident, type PaletteMode } from "../state/workbench";
import { printedChord } from "./chords";
import { commandList } from "./command-list";
import { rank } from "./fuzzy";
import type { ConsoleParts } from "./parts";
import { text } from "./text";

/** One line of the palette. */
export interface PaletteEntry {
  readonly id: string;
  readonly label: string;
  /** Right of it: a key, or what kind of thing it is. */
  readonly note: string;
  /** Why it can do nothing now, or null. */
  readonly lack: string | null;
  readonly run: () => unknown;
}

/** So many are shown of each kind; typing on narrows them. */
const shown = { commands: 60, places: 8, incidents: 5 };
/** Streets are offered from so many letters on: one letter stands for a command. */
const placeLettersMin = 2;

/** All that answers to what was typed, best first within its kind: commands, incidents, then places. */
export function paletteEntries(parts: ConsoleParts, mode: PaletteMode, typed: string): PaletteEntry[] {
  const wanted = typed.trim();
  const places = mode === "places" || wanted.length >= placeLettersMin ? placeEntries(parts, wanted) : [];
  if (mode === "places") return places;
  return [...commandEntries(parts, wanted), ...incidentEntries(parts, wanted), ...places];
}

function commandEntries(parts: ConsoleParts, typed: string): PaletteEntry[] {
  return rank(commandList, typed, (command) => command.name(parts), shown.commands).map((command) => ({
    id: command.id,
    label: command.name(parts),
    note: command.keys.map(printedChord).join(" · "),
    lack: command.lack?.(parts) ?? null,
    run: () => command.run(parts),
  }));
}

function incidentEntries({ session, workbench }: ConsoleParts, typed: string): PaletteEntry[] {
  if (typed === "") return [];
  const nameOf = ({ id, edgeName }: { id: string; edgeName: string }) => text.palette.incident(id, edgeName);
  return rank(session.getState().incidents, typed, nameOf, shown.incidents).map((incident) => ({
    id: `incident-${incident.id}`,
    label: nameOf(incident),
    note: text.palette.kinds.incident,
    lack: null,
    run: () => selectIncident(workbench, incident.id),
  }));
}

interface Place {
  readonly id: string;
  readonly name: string;
  readonly x: number;
  readonly y: number;
  readonly road: NamedRoad | null;
}

/** Each street twice: to look there, and to mark an incident there; a terminal once. */
function placeEntries(parts: ConsoleParts, typed: string): PaletteEntry[] {
  const places = placesOf(parts);
  const found = rank(places, typed, ({ name }) => name, shown.places);
  const asked = withoutVerb(typed, text.palette.mark);
  const marked = asked === null ? found : rank(places, asked, ({ name }) => name, shown.places);
  const goTo = found.map(({ id, name, x, y }): PaletteEntry => ({
    id: `go-${id}`,
    label: text.palette.goTo(name),
    note: text.palette.kinds.go,
    lack: null,
    run: () => parts.scene.current?.lookAt(x, y),
  }));
  const mark = marked.flatMap(({ id, road }): PaletteEntry[] =>
    road === null
      ? []
      : [
          {
            id: `mark-${id}`,
            label: text.palette.mark(road.name),
            note: text.palette.kinds.mark,
            lack: null,
            run: () => markOn(parts, road),
          },
        ],
  );
  return [...goTo, ...mark];
}

/** "mark ring": what is typed after the verb of a label, or null when it does not begin with it. */
function withoutVerb(typed: string, label: (name: string) => string): string | null {
  const [verb] = plainLetters(label("")).trim().split(/\s+/);
  const [first, ...rest] = plainLetters(typed).trim().split(/\s+/);
  return first === verb && rest.length > 0 ? rest.join(" ") : null;
}

function markOn({ session, workbench }: ConsoleParts, { edge }: NamedRoad): void {
  const { city } = session.getState();
  if (city === null) return;
  workbench.setState({ marking: { kind: "placed", edge, positionM: city.columns.edgeLengthM[edge] / 2 } });
}

let known: { readonly city: object; readonly places: readonly Place[] } | null = null;

/** Made once for a city: it may have ten thousands of streets. */
function placesOf({ session }: ConsoleParts): readonly Place[] {
  const { city, description } = session.getState();
  if (city === null) return [];
  if (known?.city === city) return known.places;
  const terminals = (description?.terminals ?? []).map(({ terminal, name, x, y }) => ({
    id: `terminal-${String(terminal)}`,
    name,
    x,
    y,
    road: null,
  }));
  const roads = roadsByName(city).map((road) => {
    const { x, y } = placeOnEdge(city, road.edge, city.columns.edgeLengthM[road.edge] / 2);
    return { id: road.id, name: road.name, x, y, road };
  });
  known = { city, places: [...terminals, ...roads] };
  return known.places;
}
