import type { DroppedElements } from "../../../common/city";
import { fail, succeed, type Result } from "../../../common/result";
import { listDropped, noteDropped, startNotes } from "../import-notes";
import { readSumoDocument, type NamedFile } from "./document";
import { flagIn, quoted, refuse, secondsIn, type Element } from "./element-reading";

/** A `.sumocfg`: which files make a scenario, as it names them, and over what time it runs. */
export interface SumoConfiguration {
  readonly netFile: string;
  /** Names between commas; those with blanks may be several, see `namesWithin`. */
  readonly routeFiles: readonly string[];
  readonly additionalFiles: readonly string[];
  readonly beginS: number;
  /** Infinity where it runs until everybody has arrived. */
  readonly endS: number;
  readonly stepS: number;
  /** Whether departures and stops that cannot be made are left out, and not refused. */
  readonly ignoresRouteErrors: boolean;
  /** Options that are not used here. */
  readonly dropped: readonly DroppedElements[];
}

export const isSumoConfigurationName = (name: string): boolean => /\.sumocfg$/i.test(name);

/** Options that say nothing about network and traffic: what to write, and how to look. */
const ofNoConcern =
  /output|^gui-|log|report|^no-(warnings|duration-log)|verbose|summary|tripinfo|^xml-|version|statistic|^delay$|^start$|quit/;

/** @see https://sumo.dlr.de/docs/Basics/Using_the_Command_Line_Applications.html#configuration_files */
export function readSumoConfiguration(file: NamedFile): Result<SumoConfiguration> {
  const notes = startNotes();
  const values = new Map<string, string>();
  let ignoresRouteErrors = false;
  const read = readSumoDocument(file, ["configuration", "sumoConfiguration"], {
    open(element) {
      const { value, v } = element.attributes;
      const text = value ?? v;
      if (text === undefined) return;
      const name = longNames.get(element.name) ?? element.name;
      if (values.has(name)) refuse(element, "stands twice");
      if (name === "ignore-route-errors") ignoresRouteErrors = flagIn(element, text, "value");
      if (timeOptions.has(name)) checkTime(element, name, text);
      if (!known.has(name) && !ofNoConcern.test(name)) noteDropped(notes, `option ${name}`, "not used here");
      values.set(name, text.trim());
    },
  });
  if (!read.ok) return read;
  const netFile = values.get("net-file");
  if (netFile === undefined || netFile === "") return fail("names no net-file", file.name);
  const time = (name: string, otherwise: number) => {
    const seconds = secondsIn(values.get(name) ?? String(otherwise));
    return seconds < 0 ? otherwise : seconds;
  };
  const configuration: SumoConfiguration = {
    netFile,
    routeFiles: filesIn(values.get("route-files")),
    additionalFiles: filesIn(values.get("additional-files")),
    beginS: time("begin", 0),
    endS: values.has("end") && secondsIn(values.get("end") ?? "") >= 0 ? time("end", 0) : Infinity,
    stepS: secondsIn(values.get("step-length") ?? "1"),
    ignoresRouteErrors,
    dropped: listDropped(notes),
  };
  if (configuration.endS <= configuration.beginS)
    return fail(`ends at ${configuration.endS} s, not after it begins (${configuration.beginS} s)`, file.name);
  if (configuration.stepS <= 0) return fail("step-length must be more than 0", file.name);
  return succeed(configuration);
}

/** Names that SUMO takes for the same option. */
const longNames: ReadonlyMap<string, string> = new Map([
  ["net", "net-file"],
  ["n", "net-file"],
  ["route-file", "route-files"],
  ["r", "route-files"],
  ["additional", "additional-files"],
  ["a", "additional-files"],
  ["b", "begin"],
  ["e", "end"],
]);

const timeOptions: ReadonlySet<string> = new Set(["begin", "end", "step-length"]);
const known: ReadonlySet<string> = new Set([
  ...timeOptions,
  "net-file",
  "route-files",
  "additional-files",
  "ignore-route-errors",
]);

function checkTime(element: Element, name: string, text: string): void {
  if (!Number.isFinite(secondsIn(text))) refuse(element, `${name} is no time: ${quoted(text)}`);
}

/** Names between commas, as SUMO cuts them; where there is no file of a name with blanks, these part names too. */
const filesIn = (text: string | undefined): readonly string[] =>
  (text ?? "")
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");

/** Names that older releases of SUMO read in one: between blanks or semicolons. */
export const namesWithin = (name: string): readonly string[] => name.split(/[;\s]+/).filter((part) => part !== "");
