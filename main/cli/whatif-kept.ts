import { existsSync, readFileSync } from "node:fs";
import { fail, succeed, type Result } from "../../common/result";
import { failReading } from "../host/file-reading";
import type { WhatIfCase } from "./whatif-report";
import { writeWhole } from "./whole-files";

/** What was run of an incident, with the roads that it began on: `stateHash` at its instant tells other people, or another program. */
interface KeptCase {
  readonly stateHash: string;
  readonly case: WhatIfCase;
}

interface KeptDocument {
  readonly run: unknown;
  readonly cases: readonly KeptCase[];
}

/** Incidents of an unfinished run, in a file of their own: a run of hours that stops goes on where it was. */
export interface KeptCases {
  /** The case as it was run before; undefined: not yet. Fails when the roads at its instant are others now. */
  find(number: number, stateHash: string): Result<WhatIfCase | undefined>;
  keep(done: WhatIfCase, stateHash: string): Result<void>;
}

export const keepNothing: KeptCases = { find: () => succeed(undefined), keep: () => succeed(undefined) };

/** Opens or begins `file`. `run`: all that decides the outcome, as JSON; a file of another run is refused. */
export function openKeptCases(file: string, run: unknown): Result<KeptCases> {
  const cases: KeptCase[] = [];
  if (existsSync(file)) {
    const read = readKept(file, run);
    if (!read.ok) return read;
    cases.push(...read.value);
  }
  return succeed({
    find: (number, stateHash) => {
      const kept = cases.find((one) => one.case.number === number);
      if (kept === undefined) return succeed(undefined);
      if (kept.stateHash !== stateHash) return fail(`incident ${number} was run on other roads`, file);
      return succeed(kept.case);
    },
    keep: (done, stateHash) => {
      cases.push({ stateHash, case: done });
      return writeWhole(file, JSON.stringify({ run, cases } satisfies KeptDocument));
    },
  });
}

function readKept(file: string, run: unknown): Result<readonly KeptCase[]> {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    return failReading(error, file);
  }
  let document: Partial<KeptDocument> | null;
  try {
    document = JSON.parse(text) as Partial<KeptDocument> | null;
  } catch {
    return fail("is not a file of kept incidents", file);
  }
  if (!Array.isArray(document?.cases)) return fail("is not a file of kept incidents", file);
  if (JSON.stringify(document.run) !== JSON.stringify(run)) return fail("holds incidents of another run", file);
  return succeed(document.cases);
}
