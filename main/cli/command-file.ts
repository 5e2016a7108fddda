import { readFileSync } from "node:fs";
import * as v from "valibot";
import type { City } from "../../common/city";
import { fail, succeed, type Result } from "../../common/result";
import { parseTimeOfDay } from "../../common/time";
import type { Arena } from "../../workers/arena";
import type { TwinCommand } from "../../workers/messages";
import { reasonOf } from "../host/city-files";
import { describeIssue } from "../host/request-schemas";

/** What a file of commands says: a list, times of day, edges by the input's identifiers. */
const commandFileSchema = v.array(
  v.variant("kind", [
    v.strictObject({
      kind: v.literal("closeLanes"),
      at: v.string(),
      edge: v.string(),
      positionM: v.optional(v.pipe(v.number(), v.minValue(0)), 0),
      lanes: v.pipe(v.number(), v.integer(), v.minValue(1)),
    }),
    v.strictObject({ kind: v.literal("openLanes"), at: v.string(), edge: v.string() }),
  ]),
);

/** Reads commands for a simulation. Times before the arena's are refused, and so are edges that are not there. */
export function readCommandFile(file: string, city: City, arena: Arena): Result<readonly TwinCommand[]> {
  let document: unknown;
  try {
    document = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    return fail(error instanceof SyntaxError ? `not JSON: ${error.message}` : reasonOf(error), file);
  }
  const checked = v.safeParse(commandFileSchema, document);
  if (!checked.success) {
    const { message, where } = describeIssue(checked.issues);
    return fail(message, `${file}: ${where}`);
  }
  const commands: TwinCommand[] = [];
  for (const [row, command] of checked.output.entries()) {
    const where = `${file}: [${row}]`;
    const atS = parseTimeOfDay(command.at);
    if (atS === undefined) return fail("a time of day HH:MM or HH:MM:SS", `${where}.at`);
    const tick = Math.ceil((atS - arena.header.startS) / arena.header.dtS - 1e-9);
    if (tick < arena.header.tick) return fail("before the simulation begins", `${where}.at`);
    const edge = city.meta.edgeIds.indexOf(command.edge);
    if (edge < 0) return fail(`no edge '${command.edge}' in this city`, `${where}.edge`);
    if (command.kind === "openLanes") commands.push({ kind: "openLanes", tick, edge });
    else {
      commands.push({
        kind: "closeLanes",
        tick,
        incident: row + 1,
        edge,
        positionM: command.positionM,
        laneCount: command.lanes,
      });
    }
  }
  return succeed(commands);
}
