import { succeed, type Result } from "../../../common/result";
import { noteDropped, type ImportNotes } from "../import-notes";
import { readSumoDocument, type NamedFile } from "./document";
import { addParameter, addPhase, endProgram, startProgram, type SumoProgram } from "./signal-reading";
import { refuse } from "./element-reading";

/** Names that files of routes and additional elements begin with; SUMO asks for none in particular. */
export const additionalRoots: readonly string[] = ["additional", "add", "routes", "additionals"];

/**
 * The signal programs of additional files, in their order. Of controllers that the network does not have they are dropped.
 * @param known the network's own programs
 */
export function readSignalPrograms(
  files: readonly NamedFile[],
  known: readonly SumoProgram[],
  notes: ImportNotes,
): Result<SumoProgram[]> {
  const controllers = new Set(known.map(({ controllerId }) => controllerId));
  const keys = new Set(known.map(keyOf));
  const found: SumoProgram[] = [];
  for (const file of files) {
    let open: SumoProgram | null = null;
    const read = readSumoDocument(file, additionalRoots, {
      open(element, depth) {
        if (depth === 1 && element.name === "tlLogic") {
          open = startProgram(element, notes);
          if (keys.has(keyOf(open))) refuse(element, `a program "${open.id}" of this controller came before`);
          keys.add(keyOf(open));
        } else if (depth === 2 && open !== null) {
          if (element.name === "phase") addPhase(open, element, notes);
          else if (element.name === "param") addParameter(open, element, notes);
          else noteDropped(notes, `<${element.name}> of a signal program`, "not used here");
        }
      },
      close(_, depth) {
        if (depth !== 1 || open === null) return;
        endProgram(open);
        // What contradicts the network is said of the network's connection.
        if (controllers.has(open.controllerId)) found.push({ ...open, label: `${open.label} of ${file.name}` });
        else noteDropped(notes, "signal programs", "of a controller that the network does not have");
        open = null;
      },
    });
    if (!read.ok) return read;
  }
  return succeed(found);
}

const keyOf = ({ controllerId, id }: SumoProgram): string => `${controllerId}\n${id}`;
