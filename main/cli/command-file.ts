import { readFileSync } from "node:fs";
import * as v from "valibot";
import type { City } from "../../common/city";
import { fail, succeed, type Result } from "../../common/result";
import { parseTimeOfDay } from "../../common/time";
import type { Arena } from "../../workers/arena";
import type { TwinCommand } from "../../workers/messages";
import { reasonOf } from "../host/city-files";
import { describeIssue } from "../host/request-schemas";

const place = { at: v.string(), edge: v.string() };

/** What a file of commands says: a list, times of day, edges by the input's identifiers. */
const commandFileSchema = v.array(
  v.variant("kind", [
    v.strictObject({
      kind: v.literal("closeLanes"),
      ...place,
      positionM: v.optional(v.pipe(v.number(), v.minValue(0)), 0),
      lanes: v.pipe(v.number(), v.integer(), v.minValue(1)),
    }),
    v.strictObject({ kind: v.literal("openLanes"), ...place }),
    v.strictObject({
      kind: v.literal("limitSpeed"),
      ...place,
      speedMaxMps: v.nullable(v.pipe(v.number(), v.minValue(1))),
    }),
    v.strictObject({
      kind: v.literal("reduceCapacity"),
      ...place,
      part: v.pipe(v.number(), v.minValue(0.05), v.maxValue(1)),
    }),
    v.strictObject({ kind: v.literal("switchSignal"), ...place, dark: v.boolean() }),
  ]),
);
type FileCommand = v.InferOutput<typeof commandFileSchema>[number];

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
    commands.push(commandOf(command, row, tick, edge));
  }
  return succeed(commands);
}

function commandOf(command: FileCommand, row: number, tick: number, edge: number): TwinCommand {
  switch (command.kind) {
    case "closeLanes":
      return {
        ...{ kind: "closeLanes", tick, edge, incident: row + 1 },
        ...{ positionM: command.positionM, laneCount: command.lanes },
      };
    case "openLanes":
      return { kind: "openLanes", tick, edge };
    case "limitSpeed":
      return { kind: "limitSpeed", tick, edge, speedMaxMps: command.speedMaxMps };
    case "reduceCapacity":
      return { kind: "reduceCapacity", tick, edge, part: command.part };
    case "switchSignal":
      return { kind: "switchSignal", tick, edge, dark: command.dark };
  }
}
