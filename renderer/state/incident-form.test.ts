import { describe, expect, it } from "vitest";
import type { Incident } from "../../common/console-api";
import {
  amendmentOfForm,
  clearanceOf,
  draftOfForm,
  emptyIncidentForm,
  formOfIncident,
  formOnRoad,
  incidentFaults,
  nextStamps,
} from "./incident-form";

const incident: Incident = {
  ...{
    id: "I-0001",
    version: 1,
    changedS: 1000,
    edge: 3,
    positionM: 40,
    kind: "lanes",
    closedLaneCount: 1,
    laneCount: 3,
  },
  ...{ speedMaxMps: null, capacityPart: null, durationS: 2700, spreadS: 600, edgeName: "Ring", x: 0, y: 0, heading: 0 },
  ...{ startS: 1000, endS: 3700, active: true, stampsS: [1000, 1000, null, null, null, null, null, null] },
};

describe("the form of an incident", () => {
  it("becomes a draft of its kind, in the host's units", () => {
    const form = { ...emptyIncidentForm(3, 13.89), kmh: "18", percent: "40", duration: "30", spread: "10" };
    expect(draftOfForm(form, 7, 12)).toEqual({
      ...{ edge: 7, positionM: 12, kind: "lanes", closedLaneCount: 2, durationS: 1800, spreadS: 600 },
    });
    expect(draftOfForm({ ...form, kind: "speed" }, 7, 12)).toMatchObject({ closedLaneCount: 0, speedMaxMps: 5 });
    expect(draftOfForm({ ...form, kind: "capacity" }, 7, 12)).toMatchObject({ capacityPart: 0.6 });
  });

  it("keeps what was typed when its place is corrected, as far as that road has it", () => {
    const typed = { ...emptyIncidentForm(3, 13.89), kind: "signal", lanes: 3, duration: "12" } as const;
    const [both, neither] = [
      { hasSignal: true, hasJunction: true },
      { hasSignal: false, hasJunction: false },
    ];
    expect(formOnRoad(typed, 3, both)).toEqual(typed);
    expect(formOnRoad(typed, 2, neither)).toEqual({ ...typed, kind: "lanes", lanes: 2 });
    const blocked = { ...typed, kind: "junction" } as const;
    expect(formOnRoad(blocked, 3, { hasSignal: false, hasJunction: true })).toEqual(blocked);
    expect(formOnRoad(blocked, 3, { hasSignal: true, hasJunction: false }).kind).toBe("lanes");
  });

  it("names what cannot be read, of the fields that its kind uses only", () => {
    const form = { ...emptyIncidentForm(1, 13.89), kmh: "x", percent: "99", duration: "30", spread: "10" };
    expect(incidentFaults(form)).toEqual([]);
    expect(incidentFaults({ ...form, kind: "speed" })).toEqual(["kmh"]);
    expect(incidentFaults({ ...form, kind: "capacity" })).toEqual(["percent"]);
    expect(incidentFaults({ ...form, spread: "31" })).toEqual(["spread"]);
    expect(draftOfForm({ ...form, duration: "" }, 0, 0)).toBeUndefined();
  });

  it("changes of an incident under way what was changed, and nothing else", () => {
    const form = formOfIncident(incident, 1900);
    expect(form).toMatchObject({ lanes: 1, duration: "30", spread: "10" });
    expect(amendmentOfForm(form, incident, 1900)).toEqual({ incidentId: "I-0001" });
    expect(amendmentOfForm({ ...form, lanes: 2, duration: "60" }, incident, 1900)).toEqual({
      ...{ incidentId: "I-0001", closedLaneCount: 2, endS: 5500 },
    });
  });
});

describe("stamps of an incident", () => {
  it("are offered from the last one on, and normal traffic after the end only", () => {
    expect(nextStamps(incident)).toEqual([2, 3, 4, 5]);
    const there = { ...incident, stampsS: [1000, 1000, null, null, 1300, null, null, null] };
    expect(nextStamps(there)).toEqual([5, 6]);
    const open = { ...there, active: false, stampsS: [1000, 1000, null, null, 1300, 1900, null, null] };
    expect(nextStamps(open)).toEqual([6, 7]);
  });

  it("give the clearances of FHWA once both ends are there", () => {
    expect(clearanceOf(incident)).toEqual({ roadwayS: null, incidentS: null });
    const gone = { stampsS: [900, 1000, null, null, 1300, 1900, 2500, null] };
    expect(clearanceOf(gone)).toEqual({ roadwayS: 900, incidentS: 1500 });
  });
});
