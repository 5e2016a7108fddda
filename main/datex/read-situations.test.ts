import { describe, expect, it } from "vitest";
import { plainCity } from "../../test/support/plain-city";
import { namespaces } from "./namespaces";
import { placeRecords } from "./place-records";
import { readSituations } from "./read-situations";
import { datexBytesMax } from "./read-xml";

const declared = Object.entries(namespaces)
  .map(([prefix, uri]) => `xmlns:${prefix}="${uri}"`)
  .join(" ");

const publication = (records: string) =>
  `<d2:payload ${declared} xsi:type="sit:SituationPublication" lang="en" modelBaseVersion="3"><sit:situation id="S">
    <sit:headerInformation><com:informationStatus>real</com:informationStatus></sit:headerInformation>${records}</sit:situation></d2:payload>`;

/** A road of two directions, 1 km east of the origin at 45° north, three lanes each way. */
const city = plainCity({
  points: [
    [0, 0],
    [1000, 0],
  ],
  edges: [
    { from: 0, to: 1, lanes: 3 },
    { from: 1, to: 0, lanes: 3 },
  ],
});
const setting = { city, date: "2026-03-02", nowS: 8 * 3600 };
/** Half way along it: 500 m of a degree's 78.8 km. */
const onRoad = { latitude: 45, longitude: 0.00634 };

interface RecordParts {
  readonly type?: string;
  readonly own?: string;
  readonly impact?: string;
  readonly end?: string;
  readonly bearing?: number;
  readonly latitude?: number;
  readonly version?: number;
}

function record(parts: RecordParts): string {
  const { type = "Accident", own = "", impact = "", end = "2026-03-02T10:30:00+01:00", bearing, version = 1 } = parts;
  const { latitude, longitude } = { ...onRoad, latitude: parts.latitude ?? onRoad.latitude };
  return `<sit:situationRecord id="R" version="${version}" xsi:type="sit:${type}">
    <sit:probabilityOfOccurrence>certain</sit:probabilityOfOccurrence>
    <sit:validity><com:validityStatus>active</com:validityStatus><com:validityTimeSpecification>
      <com:overallStartTime>2026-03-02T07:00:00Z</com:overallStartTime>
      ${end === "" ? "" : `<com:overallEndTime>${end}</com:overallEndTime>`}
    </com:validityTimeSpecification></sit:validity>
    <sit:impact>${impact}</sit:impact>
    <sit:locationReference xsi:type="loc:PointLocation"><loc:pointByCoordinates>
      ${bearing === undefined ? "" : `<loc:bearing>${bearing}</loc:bearing>`}
      <loc:pointCoordinates><loc:latitude>${latitude}</loc:latitude><loc:longitude>${longitude}</loc:longitude></loc:pointCoordinates>
    </loc:pointByCoordinates></sit:locationReference>${own}</sit:situationRecord>`;
}

const read = (text: string) => readSituations(new TextEncoder().encode(text));

function place(...records: readonly RecordParts[]) {
  const publicationRead = read(publication(records.map(record).join("")));
  if (!publicationRead.ok) throw new Error(publicationRead.error.message);
  return placeRecords(publicationRead.value, setting);
}

const lanes = (count: number) => `<sit:numberOfLanesRestricted>${count}</sit:numberOfLanesRestricted>`;

describe("a record of others", () => {
  it.each([
    ["Accident", "", lanes(2), { kind: "lanes", closedLaneCount: 2 }],
    [
      "VehicleObstruction",
      "",
      "<sit:numberOfOperationalLanes>2</sit:numberOfOperationalLanes>",
      { closedLaneCount: 1 },
    ],
    ["Accident", "<sit:trafficConstrictionType>roadBlocked</sit:trafficConstrictionType>", "", { closedLaneCount: 3 }],
    [
      "MaintenanceWorks",
      "",
      "<sit:capacityRemaining>40</sit:capacityRemaining>",
      { kind: "capacity", capacityPart: 0.4 },
    ],
    [
      "SpeedManagement",
      "<sit:temporarySpeedLimit>36</sit:temporarySpeedLimit>",
      "",
      { kind: "speed", speedMaxMps: 10 },
    ],
    [
      "EquipmentOrSystemFault",
      "<sit:equipmentOrSystemFaultType>outOfService</sit:equipmentOrSystemFaultType><sit:faultyEquipmentOrSystemType>trafficLightSets</sit:faultyEquipmentOrSystemType>",
      "",
      { kind: "signal" },
    ],
    [
      "RoadOrCarriagewayOrLaneManagement",
      "<sit:roadOrCarriagewayOrLaneManagementType>carriagewayClosures</sit:roadOrCarriagewayOrLaneManagementType>",
      "",
      { kind: "lanes", closedLaneCount: 3 },
    ],
  ] as const)("of the type %s has its counterpart", (type, own, impact, draft) => {
    const { placed, dropped } = place({ type, own, impact, bearing: 90 });
    expect(dropped).toEqual([]);
    // 09:30 in UTC, an hour and a half from now.
    expect(placed[0]?.draft).toMatchObject({ ...draft, edge: 0, durationS: 5400 });
    expect(placed[0]?.notes).toEqual([]);
  });

  it("lies on the road that leads in its direction", () => {
    const edgeOf = (bearing: number) => place({ impact: lanes(1), bearing }).placed[0]?.draft.edge;
    expect([edgeOf(90), edgeOf(270), edgeOf(60)]).toEqual([0, 1, 0]);
    expect(place({ impact: lanes(1), bearing: 0 }).dropped[0]?.reason.code).toBe("location-against");
  });

  it("whose numbers do not fit the road, or are not stated, says so", () => {
    const codes = (parts: RecordParts) => place({ bearing: 90, ...parts }).placed[0]?.notes.map(({ code }) => code);
    expect(codes({ impact: lanes(9) })).toEqual(["lanes-fitted"]);
    expect(codes({ own: "<sit:trafficConstrictionType>lanesBlocked</sit:trafficConstrictionType>" })).toEqual([
      "lanes-assumed",
    ]);
    expect(codes({ impact: lanes(1), end: "" })).toEqual(["end-assumed"]);
    expect(codes({ impact: lanes(1), end: "2026-03-09T00:00:00Z" })).toEqual(["end-cut"]);
  });

  it.each([
    ["record-over", { end: "2026-03-02T07:30:00Z" }],
    ["record-time-unreadable", { end: "2026-02-30T07:30:00Z" }],
    ["location-far", { latitude: 45.001 }],
    ["record-without-effect", { impact: "" }],
    ["record-is-instruction", { type: "ReroutingManagement" }],
    ["record-for-some-vehicles", { own: "<sit:forVehiclesWithCharacteristicsOf/>" }],
  ] as const)("without a counterpart is told by id and reason: %s", (code, parts) => {
    const { placed, dropped } = place({ impact: lanes(1), bearing: 90, ...parts });
    expect(placed).toEqual([]);
    expect(dropped).toMatchObject([{ recordId: "R", reason: { code } }]);
  });

  it("counts in its newest version only", () => {
    const { placed, dropped } = place({ version: 9, impact: lanes(1) }, { version: 10, impact: lanes(2) });
    expect(placed.map(({ version }) => version)).toEqual(["10"]);
    expect(dropped).toMatchObject([{ reason: { code: "record-superseded", args: { version: "10" } } }]);
  });
});

describe("a document", () => {
  it("may be a message container with several payloads", () => {
    const payload = publication(record({ impact: lanes(1) }));
    const container = `<con:messageContainer xmlns:con="http://datex2.eu/schema/3/messageContainer">${payload.replaceAll("d2:payload", "con:payload")}</con:messageContainer>`;
    const answer = read(container);
    expect(answer).toMatchObject({ ok: true });
    expect(answer.ok && answer.value.records).toHaveLength(1);
  });

  it.each([
    ["xml-malformed", "<a><b></a>"],
    ["xml-malformed", ""],
    ["xml-malformed", publication("&undeclared;")],
    ["xml-doctype", `<!DOCTYPE a [<!ENTITY x "xx"><!ENTITY y "&x;&x;">]><a>&y;</a>`],
    ["xml-doctype", `<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>`],
    ["xml-encoding", `<?xml version="1.0" encoding="ISO-8859-1"?><a/>`],
    ["xml-too-much", "<a>".repeat(200)],
    ["datex-unknown", "<Envelope xmlns='http://schemas.xmlsoap.org/soap/envelope/'/>"],
    ["datex-version", "<d2LogicalModel xmlns='http://datex2.eu/schema/2/2_0'/>"],
    ["datex-other-publication", `<d2:payload ${declared} xsi:type="vms:VmsPublication"/>`],
  ])("that cannot be read is refused: %s", (code, text) => {
    expect(read(text)).toMatchObject({ ok: false, error: { said: { code } } });
  });

  it("is refused for its size, or for its bytes, before anything of it is parsed", () => {
    const code = (bytes: Uint8Array) => {
      const answer = readSituations(bytes);
      return answer.ok ? undefined : answer.error.said?.code;
    };
    expect(code(new Uint8Array(datexBytesMax + 1))).toBe("file-too-large");
    expect(code(Uint8Array.of(0x3c, 0xff, 0xfe))).toBe("xml-encoding");
  });
});
