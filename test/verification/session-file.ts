import { packCity, type City } from "../../common/city";
import { sessionColumns, sessionPieces, unpackSession, type SavedRun } from "../../main/host/saved-session-file";
import type { SavedDocument } from "../../main/host/saved-session-schema";
import { openAlarmBook } from "../../main/operations/alarms/book";
import type { Branch, LoggedCommand } from "../../main/host/twins";
import { saveArena, type Arena } from "../../workers/arena";
import type { ParameterValues } from "../../workers/people";
import { settleTick, type TwinEngine } from "../../workers/twin-engine";

/** Two cities at one tick, and how they came to be: what of a session decides its bits. */
export interface SessionState {
  readonly city: City;
  readonly people: number;
  readonly values: ParameterValues;
  readonly live: TwinEngine;
  readonly doNothing: TwinEngine | null;
  readonly commands: readonly LoggedCommand[];
  readonly branches: readonly Branch[];
}

/** The bytes of a session's file, as a session saves itself; its books are empty. */
export function sessionFileOf(state: SessionState): Uint8Array {
  const { city, people, values, live, doNothing, commands, branches } = state;
  for (const engine of [live, doNothing]) if (engine !== null) settleTick(engine);
  const { header, counts }: Arena = live.arena;
  const document: SavedDocument = {
    ...{ cityName: city.meta.name, timeS: header.startS + header.tick * header.dtS, savedAt: "", date: "2026-03-02" },
    ...{ seed: header.seed, tickS: header.dtS, values, people, counts, commands, branches },
    ...{ incidents: [], instructions: [], samples: [], log: [] },
    alarms: openAlarmBook(city, header.startS).save(),
    ledger: {
      ...{ chainId: "none", date: "2026-03-02", startS: 0, memberSeed: "00".repeat(32), terminalNames: [] },
      ...{ clause: "none", rewardPoolMicro: 0, bonusPoolMicro: 0 },
    },
  };
  const saved = {
    live: saveArena(live.arena),
    doNothing: doNothing === null ? null : saveArena(doNothing.arena),
  };
  return Buffer.concat(sessionPieces(sessionColumns(document, packCity(city), saved)));
}

export function readSessionFile(bytes: Uint8Array): SavedRun {
  const read = unpackSession(bytes);
  if (!read.ok) throw new Error(`${read.error.where ?? "session"}: ${read.error.message}`);
  return read.value.run;
}
