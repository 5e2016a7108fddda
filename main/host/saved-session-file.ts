import { unpackCity, edgeCountOf, type City } from "../../common/city";
import { columnPieces, unpackColumns } from "../../common/columns";
import { fail, refuseSaying, succeed, type Result } from "../../common/result";
import { loadArena, type Arena } from "../../workers/arena";
import type { ParameterValues } from "../../workers/people";
import { digestOfColumns } from "./column-digest";
import { checkSavedDocument, type SavedDocument } from "./saved-session-schema";
import type { Branch, LoggedCommand, SavedTwins } from "./twins";

/** How the twins of a saved session came to be, and what they were when it was saved. */
export interface SavedRun {
  readonly city: City;
  readonly people: number;
  readonly seed: number;
  readonly startS: number;
  readonly tickS: number;
  readonly values: ParameterValues;
  readonly commands: readonly LoggedCommand[];
  readonly branches: readonly Branch[];
  readonly live: Arena;
  readonly doNothing: Arena | null;
}

export interface ReadSession {
  readonly document: SavedDocument;
  readonly run: SavedRun;
}

const savedForm = "pendulaire-session-3";

/** What a session's file holds. */
export interface SessionColumns {
  /** `SavedDocument` as JSON, UTF-8. */
  readonly document: Uint8Array<ArrayBuffer>;
  readonly live: Uint8Array<ArrayBuffer>;
  /** Empty: there is none. */
  readonly doNothing: Uint8Array<ArrayBuffer>;
  /** In the form of `packCity`. */
  readonly city: Uint8Array<ArrayBuffer>;
}

/** Nothing of the columns is shared with the session, which goes on. */
export function sessionColumns(
  document: SavedDocument,
  city: Uint8Array<ArrayBuffer>,
  { live, doNothing }: Pick<SavedTwins, "live" | "doNothing">,
): SessionColumns {
  return {
    document: new TextEncoder().encode(JSON.stringify(document)),
    live,
    doNothing: doNothing ?? new Uint8Array(),
    city,
  };
}

/** The bytes of a session's file one after the other, before they are compressed: without a copy of the cities. */
export function sessionPieces(columns: SessionColumns): readonly Uint8Array[] {
  return columnPieces({ form: savedForm, sha256: digestOf(columns) }, { ...columns });
}

function digestOf({ document, live, doNothing, city }: Readonly<Record<keyof SessionColumns, Uint8Array>>): string {
  const about = { form: savedForm, lengths: [document.length, live.length, doNothing.length, city.length] };
  return digestOfColumns(about, [document, live, doNothing, city]);
}

/** Reads what `sessionPieces` are the bytes of. Anything else, and anything that no session can have written, is refused. */
export function unpackSession(bytes: Uint8Array): Result<ReadSession> {
  const unpacked = unpackColumns(bytes);
  if (!unpacked.ok) return unpacked;
  const meta = unpacked.value.meta as { readonly form?: unknown; readonly sha256?: unknown } | null;
  if (meta?.form !== savedForm) return refuseSaying({ code: "save-form-unknown", args: { form: savedForm } });
  const { document, live, doNothing, city } = unpacked.value.columns;
  if (!isBytes(document) || !isBytes(live) || !isBytes(doNothing) || !isBytes(city)) {
    return fail("the saved session lacks a column");
  }
  if (digestOf({ document, live, doNothing, city }) !== meta.sha256) {
    return refuseSaying({ code: "save-damaged", args: {} });
  }
  const checked = checkSavedDocument(parse(document));
  if (!checked.ok) return checked;
  const run = runOf(checked.value, city, live, doNothing);
  return run.ok ? succeed({ document: checked.value, run: run.value }) : run;
}

const isBytes = (column: unknown): column is Uint8Array => column instanceof Uint8Array;

function parse(document: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(document));
  } catch {
    return undefined;
  }
}

function runOf(
  document: SavedDocument,
  cityBytes: Uint8Array,
  liveBytes: Uint8Array,
  otherBytes: Uint8Array,
): Result<SavedRun> {
  const { people, seed, tickS, values, commands, branches, counts } = document;
  const city = unpackCity(cityBytes);
  if (!city.ok) return city;
  if (edgeCountOf(city.value) !== counts.edges) return fail("a state of another city", "counts.edges");
  const live = loadArena(counts, liveBytes);
  if (!live.ok) return live;
  const other = otherBytes.length === 0 ? succeed(null) : loadArena(counts, otherBytes);
  if (!other.ok) return other;
  const { header, columns } = live.value;
  for (const [row, { command }] of commands.entries()) {
    if (command.tick > header.tick) return fail("after the instant of the save", `commands.${row}.tick`);
    const vias = "action" in command && command.action.kind === "itinerary" ? command.action.viaEdges : [];
    // Ways over an edge go by its tree, which only destinations have.
    if (vias.some((via) => !columns.destinationEdge.includes(via))) {
      return fail("no terminal's road", `commands.${row}.action.viaEdges`);
    }
  }
  return succeed({
    ...{ city: city.value, people, seed, tickS, values, commands, branches },
    ...{ startS: header.startS, live: live.value, doNothing: other.value },
  });
}
