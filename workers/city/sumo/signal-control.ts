import { noteDropped, type ImportNotes } from "../import-notes";
import type { CrossingRules, RuledProgram } from "../network/crossing-rules";
import type { SumoProgram } from "./signal-reading";
import type { WaysAcross } from "./ways-across";

type SignalRules = Pick<CrossingRules, "programs" | "programOf" | "letterOf" | "controllerIds">;

/**
 * Programs of the controllers that rule a connection here. A controller may rule several junctions, and has the program that
 * the files name last, as in SUMO; its other programs are kept.
 */
export function controlSignals(
  { connections, sources }: WaysAcross,
  programs: readonly SumoProgram[],
  junctionCount: number,
  notes: ImportNotes,
): SignalRules {
  const used = new Set(sources.flatMap((source) => (source?.controllerId ? [source.controllerId] : [])));
  const controllerIds = [...new Set(programs.map(({ controllerId }) => controllerId))].filter((id) => used.has(id));
  const controllerRow = new Map(controllerIds.map((id, row) => [id, row]));
  const kept = programs.filter(({ controllerId }) => used.has(controllerId));
  noteDropped(notes, "signal programs", "their signals rule no road for motor vehicles", programs.length - kept.length);
  const current = new Map(kept.map(({ controllerId }, row) => [controllerId, row]));
  const programOf = new Int32Array(junctionCount).fill(-1);
  const letterOf = new Int32Array(connections.length).fill(-1);
  const controllerOf = chooseControllers({ connections, sources }, junctionCount);
  let otherwise = 0;
  connections.forEach(({ junction }, row) => {
    const source = sources[row];
    const program = current.get(source?.controllerId ?? "");
    if (source === null || program === undefined) return;
    if (controllerOf[junction] !== source.controllerId) {
      otherwise++;
      return;
    }
    programOf[junction] = program;
    letterOf[row] = source.linkIndex;
  });
  noteDropped(notes, "connections' signals", "of a second controller at one junction", otherwise);
  return { programs: kept.map((program) => ruledProgram(program, controllerRow)), programOf, letterOf, controllerIds };
}

function ruledProgram(program: SumoProgram, controllerRow: ReadonlyMap<string, number>): RuledProgram {
  const { id, controllerId, kind, sensing, offsetS, phases } = program;
  const linkCount = phases[0]?.letters.length ?? 0;
  return { id, controller: controllerRow.get(controllerId) ?? 0, kind, sensing, offsetS, linkCount, phases };
}

/** The controller of most connections at each junction; "" where there is none. */
function chooseControllers(
  { connections, sources }: Pick<WaysAcross, "connections" | "sources">,
  junctionCount: number,
): string[] {
  const counts: Map<string, number>[] = Array.from({ length: junctionCount }, () => new Map<string, number>());
  connections.forEach(({ junction }, row) => {
    const id = sources[row]?.controllerId ?? "";
    if (id !== "") counts[junction].set(id, (counts[junction].get(id) ?? 0) + 1);
  });
  return counts.map(
    (ofJunction) => [...ofJunction].reduce((best, next) => (next[1] > best[1] ? next : best), ["", 0])[0],
  );
}
