import { readFileSync } from "node:fs";
import * as v from "valibot";
import type { City } from "../../common/city";
import { fail, succeed, type Result } from "../../common/result";
import { parseTimeOfDay } from "../../common/time";
import type { Arena } from "../../workers/arena";
import type { TwinCommand } from "../../workers/messages";
import { roadEffects } from "../host/command-schema";
import { reasonOf } from "../host/file-reading";
import { describeIssue } from "../host/request-schemas";

const place = { at: v.string(), edge: v.string() };

/** What a file of commands says: a list, times of day, edges by the input's identifiers. */
const commandFileSchema = v.array(
  v.variant("kind", [
    v.strictObject({
      kind: v.literal("closeLanes"),
      ...place,
      positionM: v.optional(roadEffects.positionM, 0),
      lanes: roadEffects.laneCount,
    }),
    v.strictObject({ kind: v.literal("openLanes"), ...place }),
    v.strictObject({
      kind: v.literal("limitSpeed"),
      ...place,
      speedMaxMps: roadEffects.speedMaxMps,
    }),
    v.strictObject({
      kind: v.literal("reduceCapacity"),
      ...place,
      part: roadEffects.capacityPart,
    }),
    v.strictObject({ kind: v.literal("switchSignal"), ...place, dark: v.boolean() }),
  ]),
);
type FileCommand = v.InferOutput<typeof commandFileSchema>[number];

/** The same for people, in one line. */
export const commandFileHelp =
  '--commands: a JSON list; each has kind, at (HH:MM or HH:MM:SS) and edge, with closeLanes: lanes, positionM; openLanes; limitSpeed: speedMaxMps; reduceCapacity: part (of what is usual); switchSignal: dark. Example: [{ "kind": "closeLanes", "at": "07:05", "edge": "25007987", "lanes": 1 }, { "kind": "openLanes", "at": "07:40", "edge": "25007987" }]';

/** What another course of a saved run is: until when, with which commands, and whether those recorded later stay. */
const branchFileSchema = v.strictObject({
  until: v.string(),
  recorded: v.optional(v.picklist(["keep", "drop"]), "drop"),
  commands: commandFileSchema,
});

export interface BranchFile {
  readonly untilS: number;
  /** Whether the commands that were recorded after the instant happen again. */
  readonly keepsRecorded: boolean;
  readonly commands: readonly TwinCommand[];
}

/** Reads commands for a simulation. Times before the arena's are refused, and so are edges that are not there. */
export function readCommandFile(file: string, city: City, arena: Arena): Result<readonly TwinCommand[]> {
  const checked = readDocument(file, commandFileSchema);
  return checked.ok ? commandsOf(checked.value, `${file}: `, city, arena) : checked;
}

/** Reads `{ "until": "HH:MM", "recorded": "drop" | "keep", "commands": [ … ] }` for a branch from where the arena stands. */
export function readBranchFile(file: string, city: City, arena: Arena): Result<BranchFile> {
  const checked = readDocument(file, branchFileSchema);
  if (!checked.ok) return checked;
  const { until, recorded, commands } = checked.value;
  const untilS = parseTimeOfDay(until);
  const nowS = arena.header.startS + arena.header.tick * arena.header.dtS;
  if (untilS === undefined || untilS < nowS)
    return fail("a time of day HH:MM or HH:MM:SS, not before the branch", `${file}: until`);
  const read = commandsOf(commands, `${file}: commands`, city, arena);
  return read.ok ? succeed({ untilS, keepsRecorded: recorded === "keep", commands: read.value }) : read;
}

function readDocument<Output>(file: string, schema: v.GenericSchema<unknown, Output>): Result<Output> {
  let document: unknown;
  try {
    document = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    return fail(error instanceof SyntaxError ? `not JSON: ${error.message}` : reasonOf(error), file);
  }
  const checked = v.safeParse(schema, document);
  if (checked.success) return succeed(checked.output);
  const { message, where } = describeIssue(checked.issues);
  return fail(message, `${file}: ${where}`);
}

function commandsOf(
  given: readonly FileCommand[],
  place: string,
  city: City,
  arena: Arena,
): Result<readonly TwinCommand[]> {
  const commands: TwinCommand[] = [];
  for (const [row, command] of given.entries()) {
    const where = `${place}[${row}]`;
    const atS = parseTimeOfDay(command.at);
    if (atS === undefined) return fail("a time of day HH:MM or HH:MM:SS", `${where}.at`);
    const tick = Math.ceil((atS - arena.header.startS) / arena.header.dtS - 1e-9);
    if (tick < arena.header.tick) return fail("before the simulation begins", `${where}.at`);
    const edge = city.meta.edgeIds.indexOf(command.edge);
    if (edge < 0) return fail(`no edge '${command.edge}' in this city`, `${where}.edge`);
    if (command.kind === "switchSignal" && !endsAtSignal(city, edge))
      return fail(`edge '${command.edge}' does not end at a signal`, `${where}.edge`);
    commands.push(commandOf(command, row, tick, edge));
  }
  return succeed(commands);
}

function endsAtSignal({ columns }: City, edge: number): boolean {
  const [first, end] = [columns.edgeLaneStart[edge], columns.edgeLaneStart[edge + 1]];
  return columns.connectionFromLane.some(
    (lane, row) => lane >= first && lane < end && columns.connectionSignal[row] >= 0,
  );
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
