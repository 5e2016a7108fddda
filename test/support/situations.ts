import type { City } from "../../common/city";
import { incidentKinds, type Incident, type IncidentDraft, type InstructionReport } from "../../common/console-api";
import { openIncidentBook } from "../../main/host/incidents";
import { fc } from "./properties";

/** Sessions as others may be told of them, drawn for a city of ours. */
export interface DrawnSituations {
  readonly city: City;
  readonly date: string;
  readonly nowS: number;
  readonly incidents: readonly Incident[];
  readonly instructions: readonly InstructionReport[];
}

const nowS = 8 * 3600;

/** Any text of JavaScript: half pairs of surrogates and control characters too. */
const anyText = fc.oneof(
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.string({ maxLength: 1100, minLength: 1000 }),
  fc.constantFrom('Rue de l\'Étang "<Nord>" & C\u0153ur', "]]>", "a\u0000b\uD800c\r\n\t", "", " ", "道路🚗"),
);

/** A draft that the city can carry, on some edge. */
function draftOn(city: City): fc.Arbitrary<IncidentDraft> {
  const { edgeLaneStart, edgeFrom } = city.columns;
  return fc
    .record({
      edge: fc.nat(edgeFrom.length - 1),
      place: fc.double({ min: 0, max: 1, noNaN: true }),
      kind: fc.constantFrom(...incidentKinds),
      lanes: fc.nat(),
      durationS: fc.integer({ min: 60, max: 86_400 }),
      spreadS: fc.integer({ min: 0, max: 60 }),
      kmh: fc.integer({ min: 5, max: 19 }),
      capacityPart: fc.double({ min: 0.05, max: 0.95, noNaN: true }),
    })
    .map(({ edge, place, kind, lanes, durationS, spreadS, kmh, capacityPart }) => ({
      ...{ edge, kind, durationS, spreadS, capacityPart },
      positionM: place * shapeLengthM(city, edge),
      closedLaneCount: 1 + (lanes % (edgeLaneStart[edge + 1] - edgeLaneStart[edge])),
      speedMaxMps: kmh / 3.6,
    }));
}

export function shapeLengthM({ columns }: City, edge: number): number {
  let lengthM = 0;
  for (let point = columns.edgeShapeStart[edge] + 1; point < columns.edgeShapeStart[edge + 1]; point++) {
    const dx = columns.edgeShapeX[point] - columns.edgeShapeX[point - 1];
    const dy = columns.edgeShapeY[point] - columns.edgeShapeY[point - 1];
    lengthM += Math.hypot(dx, dy);
  }
  return Math.min(lengthM, columns.edgeLengthM[edge]);
}

/** Incidents as the book of a session keeps them: declared, and some of them stamped, changed or over. */
export function drawSituations(plain: City): fc.Arbitrary<DrawnSituations> {
  const texts = fc.record({
    city: anyText,
    streets: fc.array(anyText, { minLength: 3, maxLength: 3 }),
    terminals: fc.array(anyText, {
      minLength: plain.meta.terminalNames.length,
      maxLength: plain.meta.terminalNames.length,
    }),
  });
  return fc
    .tuple(
      texts,
      fc.array(fc.tuple(draftOn(plain), fc.nat(3)), { maxLength: 12 }),
      fc.array(answer(plain), { maxLength: 6 }),
    )
    .map(([names, drafts, answers]) => {
      const city = renamed(plain, names);
      const book = openIncidentBook(city);
      for (const [draft, later] of drafts) {
        const declared = book.declare(draft, nowS);
        // Some drafts have no place: two on one road, a signal where there is none.
        if (!declared.ok) continue;
        if (later >= 1) book.stamp(declared.value.id, 2, nowS);
        if (later >= 3) book.close(declared.value.id, nowS);
      }
      const instructions =
        book.all.length === 0 ? [] : answers.map((one, row) => reportOf(one, row, book.all[row % book.all.length].id));
      return { city, date: "2026-03-02", nowS, incidents: book.all, instructions };
    });
}

function renamed(
  city: City,
  names: { readonly city: string; readonly streets: readonly string[]; readonly terminals: readonly string[] },
): City {
  const edgeName = city.columns.edgeFrom.map((_, edge) => edge % names.streets.length);
  return {
    meta: { ...city.meta, name: names.city, names: names.streets, terminalNames: names.terminals },
    columns: { ...city.columns, edgeName: Int32Array.from(edgeName) },
  };
}

type DrawnAnswer = Pick<InstructionReport, "action" | "terminals" | "stage" | "revision" | "bonusMicro">;

function answer(city: City): fc.Arbitrary<DrawnAnswer> {
  const terminal = fc.nat(city.meta.terminalNames.length - 1);
  return fc.record({
    action: fc.oneof(
      fc.constant({ kind: "avoid" } as const),
      terminal.map((via) => ({ kind: "itinerary", via: [via] }) as const),
      fc.integer({ min: -3600, max: 3600 }).map((shiftS) => ({ kind: "shift", shiftS }) as const),
      fc.constant({ kind: "hold", untilS: 9 * 3600 } as const),
    ),
    terminals: fc.uniqueArray(terminal, { minLength: 1, maxLength: 4 }),
    stage: fc.constantFrom("submitted", "rewritten", "verified", "active", "expired", "withdrawn", "refused"),
    revision: fc.integer({ min: 1, max: 5 }),
    bonusMicro: fc.integer({ min: 1, max: 99_000_000 }),
  });
}

function reportOf(drawn: DrawnAnswer, row: number, incidentId: string): InstructionReport {
  return {
    ...drawn,
    ...{ incidentId, id: `instruction-${row}`, number: row + 1, sentS: nowS, changedS: nowS + 60, height: 3 },
    ...{ fromS: nowS, untilS: nowS + 3600, expiresAtS: nowS + 7200, budgetMicro: 5_000_000_000 },
    ...{ transactionHash: "", matched: 1, rewritten: 1, verified: 1, reached: 1, complied: 1, refused: 0 },
    ...{ paidMicro: 0, escrowLeftMicro: 0, prediction: null, verifiedAfterMs: null, refusal: null },
  };
}
