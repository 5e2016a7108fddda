import { describe, expect, it } from "vitest";
import type { City } from "../../common/city";
import type { DatexDraft } from "../../common/console-api";
import { describeFailure } from "../../common/result";
import { placeRecords } from "../../main/datex/place-records";
import { readSituations } from "../../main/datex/read-situations";
import { writeSituations } from "../../main/datex/write-situations";
import { generateTown } from "../../sim-data";
import { gridCity } from "../support/plain-city";
import { fc } from "../support/properties";
import { drawSituations, type DrawnSituations } from "../support/situations";
import { documentOf, expectUnusable, runCli } from "./cli-runs";
import { hasReference, messages, schemaFaults } from "./datex-schema";

const town = generateTown(1);

function importOf(document: string, setting: Pick<DrawnSituations, "city" | "date" | "nowS">) {
  const read = readSituations(new TextEncoder().encode(document));
  if (!read.ok) throw new Error(describeFailure(read.error));
  return placeRecords(read.value, setting);
}

/** What an incident is, as far as the standard can tell it; the place to a decimetre. */
function essence({ draft }: Pick<DatexDraft, "draft">) {
  const { edge, kind, closedLaneCount, durationS, spreadS, positionM, speedMaxMps, capacityPart } = draft;
  return {
    ...{ edge, kind, closedLaneCount, durationS, spreadS },
    positionM: expect.closeTo(positionM, 1) as number,
    speedMaxMps: speedMaxMps === null ? null : (expect.closeTo(speedMaxMps, 5) as number),
    capacityPart: capacityPart === null ? null : (expect.closeTo(capacityPart, 5) as number),
  };
}

describe.skipIf(!hasReference)("against the schema of DATEX II 3.5, by libxml2", () => {
  it("the check can fail: a record without its times is refused", async () => {
    const [drawn] = fc.sample(
      drawSituations(town).filter(({ incidents }) => incidents.length > 0),
      1,
    );
    const document = writeSituations(drawn);
    expect(await schemaFaults([document.replace(/<sit:situationRecordCreationTime>.*\n/, "")])).not.toEqual([]);
  });

  it("every document is valid, whatever streets, terminals and the city are called", { timeout: 300_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(drawSituations(town), { minLength: 8, maxLength: 8 }), async (all) => {
        expect(await schemaFaults(all.map(writeSituations))).toEqual([]);
      }),
      { numRuns: 3, endOnFailure: true },
    );
  });
});

describe("what was exported", () => {
  const cities: readonly (readonly [string, City])[] = [
    ["the town", town],
    ["a grid whose directions share their centre lines", withTerminals(gridCity(4, 150, 3))],
  ];

  it.each(cities)("is imported as the same incidents in %s", (_, city) => {
    fc.assert(
      fc.property(drawSituations(city), (drawn) => {
        const { placed } = importOf(writeSituations(drawn), drawn);
        const expected = drawn.incidents.filter(({ active }) => active);
        expect(placed.map(({ draft }) => draft)).toEqual(expected.map((incident) => essence({ draft: incident })));
      }),
      { numRuns: 25, endOnFailure: true },
    );
  });

  it("says of those that are over, and of instructions, that they are", () => {
    fc.assert(
      fc.property(drawSituations(town), (drawn) => {
        const { dropped } = importOf(writeSituations(drawn), drawn);
        const over = drawn.incidents.filter(({ active }) => !active).length;
        const instructions = drawn.instructions.filter(({ stage }) => stage !== "refused").length;
        const count = (code: string) => dropped.filter(({ reason }) => reason.code === code).length;
        expect([count("record-over"), count("record-is-instruction")]).toEqual([over, instructions]);
        expect(dropped).toHaveLength(over + instructions);
      }),
      { numRuns: 25, endOnFailure: true },
    );
  });

  it("finds its roads by coordinates alone in a city of another name", () => {
    fc.assert(
      fc.property(drawSituations(town), (drawn) => {
        const elsewhere = { ...town, meta: { ...town.meta, name: "elsewhere" } };
        const { placed } = importOf(writeSituations(drawn), { ...drawn, city: elsewhere });
        expect(placed).toHaveLength(drawn.incidents.filter(({ active }) => active).length);
        for (const { offM } of placed) expect(offM).toBeLessThan(0.1);
      }),
      { numRuns: 25, endOnFailure: true },
    );
  });
});

/** The grid has no terminals of its own. */
function withTerminals({ meta, columns }: City): City {
  return {
    meta: { ...meta, terminalNames: ["T-1", "T-2"] },
    columns: { ...columns, terminalEdge: Uint32Array.of(0, 5), terminalPositionM: Float32Array.of(20, 40) },
  };
}

describe.skipIf(!hasReference)("messages from the field", () => {
  it.each(messages().map(({ name, bytes }) => [name, bytes] as const))(
    "%s is read, and each record accounted for",
    (_, bytes) => {
      const text = new TextDecoder().decode(bytes);
      const ids = [...text.matchAll(/<(?:\w+:)?situationRecord\b[^>]*?\bid="([^"]+)"/g)].map((match) => match[1]);
      const read = readSituations(bytes);
      if (!read.ok) throw new Error(describeFailure(read.error));
      const { placed, dropped } = placeRecords(read.value, { city: town, date: "2025-11-27", nowS: 7.5 * 3600 });
      expect(ids.length).toBeGreaterThan(0);
      expect([...placed, ...dropped].map(({ recordId }) => recordId).sort()).toEqual([...ids].sort());
    },
  );
});

describe("pendulaire datex check", () => {
  it.runIf(hasReference)("tells of each record what it would be, and ends with 1 when one has no counterpart", () => {
    const [message] = messages();
    const run = runCli(["datex", "check", message.file, "--json"]);
    expect(run.code).toBe(1);
    expect(documentOf(run)).toMatchObject({ records: [], dropped: [{ record: expect.any(String) as string }] });
  });

  it("names the file and the line of what it cannot read", () => {
    expectUnusable(["datex", "check", import.meta.filename], /datex\.test\.ts, line \d+: not well-formed XML/);
    expectUnusable(["datex", "export", import.meta.dirname], /session\.pendulaire: no such file/);
    expectUnusable(["datex", "translate", "x"], /export or check/);
  });
});
