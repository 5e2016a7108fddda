import { describe, expect, it } from "vitest";
import { fc } from "../../test/support/properties";
import type { InstructionDraft, InstructionReport } from "../../common/console-api";
import {
  addTerminals,
  formOfDraft,
  moveVia,
  parseAmendment,
  parseDraft,
  sentAlready,
  toggleTerminal,
  toggleVia,
  type AmendmentForm,
  type DraftForm,
} from "./draft";
import { createWorkbenchStore, dropDraft, pickDraftTerminal, resumeDraft, selectIncident, stepBack } from "./workbench";

const draft: InstructionDraft = {
  incidentId: "i1",
  action: { kind: "avoid" },
  terminals: [4, 2],
  fromS: 27_300,
  untilS: 30_600,
  expiresAtS: 31_500,
  bonusMicro: 1_800_000,
  budgetMicro: 21_323_000_000,
};

describe("the instruction's form", () => {
  it("gives back the draft it was made of, when that is in whole minutes", () => {
    const minutes = fc.integer({ min: 0, max: 479 });
    fc.assert(
      fc.property(minutes, minutes, minutes, fc.integer({ min: 1, max: 1e12 }), (from, length, grace, bonusMicro) => {
        const fromS = from * 60;
        const untilS = fromS + (length + 1) * 60;
        const whole = { ...draft, fromS, untilS, expiresAtS: untilS + grace * 60, bonusMicro };
        expect(parseDraft(formOfDraft(whole))).toEqual({ ok: true, draft: whole });
      }),
    );
  });

  it("widens the window to whole minutes, never narrows it", () => {
    expect(formOfDraft({ ...draft, fromS: 27_359, untilS: 30_601 })).toMatchObject({ from: "07:35", until: "08:31" });
  });

  it("names every fault at its field at once", () => {
    const form: DraftForm = {
      incidentId: "i1",
      asked: "itinerary",
      via: [],
      picksVia: true,
      minutes: "30",
      holdUntil: "08:00",
      terminals: [],
      from: "25:00",
      until: "08:00",
      expires: "7.30",
      bonus: "1,8,0",
      budget: "0",
    };
    expect(parseDraft(form)).toEqual({
      ok: false,
      faults: {
        terminals: "noTerminal",
        via: "noVia",
        from: "notATime",
        expires: "notATime",
        bonus: "notAnAmount",
        budget: "notPositive",
      },
    });
  });

  it("takes amounts with a comma, as French writes them", () => {
    expect(parseDraft({ ...formOfDraft(draft), bonus: "1,80" })).toMatchObject({
      ok: true,
      draft: { bonusMicro: 1_800_000 },
    });
  });

  it("wants the window to end after it begins, and the bonus not to end before the window", () => {
    const form = formOfDraft(draft);
    expect(parseDraft({ ...form, until: form.from })).toMatchObject({ faults: { until: "notBeforeFrom" } });
    expect(parseDraft({ ...form, expires: form.from })).toMatchObject({ faults: { expires: "notBeforeUntil" } });
  });

  it.each<InstructionDraft["action"]>([
    { kind: "avoid" },
    { kind: "itinerary", via: [7] },
    { kind: "itinerary", via: [9, 7, 8] },
    { kind: "shift", shiftS: 1800 },
    { kind: "shift", shiftS: -900 },
    { kind: "hold", untilS: 30_600 },
  ])("gives back what is asked: $kind", (action) => {
    expect(parseDraft(formOfDraft({ ...draft, action }))).toEqual({ ok: true, draft: { ...draft, action } });
  });

  it.each<[Partial<DraftForm>, object]>([
    [{ asked: "itinerary", via: [7, 4] }, { via: "viaAvoided" }],
    [{ asked: "itinerary", via: [10, 11, 12, 13, 14, 15, 16, 17, 18] }, { via: "viaTooMany" }],
    [{ asked: "later", minutes: "0" }, { minutes: "notMinutes" }],
    [{ asked: "earlier", minutes: "1.5" }, { minutes: "notMinutes" }],
    [{ asked: "earlier", minutes: "241" }, { minutes: "notMinutes" }],
    [{ asked: "hold", holdUntil: "soon" }, { holdUntil: "notATime" }],
  ])("refuses %o", (change, faults) => {
    expect(parseDraft({ ...formOfDraft(draft), ...change })).toEqual({ ok: false, faults });
  });

  it("does not mind what belongs to another action", () => {
    expect(parseDraft({ ...formOfDraft(draft), minutes: "x", holdUntil: "x", via: [4] }).ok).toBe(true);
  });

  it("reads an amendment, with the faults of its own fields", () => {
    const form: AmendmentForm = { instructionId: "a", until: "08:30", expires: "09:00", bonus: "2", budget: "10" };
    expect(parseAmendment(form)).toEqual({
      ok: true,
      amendment: {
        ...{ instructionId: "a", untilS: 30_600, expiresAtS: 32_400, bonusMicro: 2_000_000, budgetMicro: 10_000_000 },
      },
    });
    expect(parseAmendment({ ...form, expires: "08:00", bonus: "-2" })).toEqual({
      ok: false,
      faults: { expires: "notBeforeUntil", bonus: "notPositive" },
    });
  });

  it("takes a drawn scope in, each terminal once", () => {
    expect(addTerminals(formOfDraft(draft), [9, 4, 9]).terminals).toEqual([4, 2, 9]);
  });

  it("keeps the terminals to go by in order: adds at the end, moves by one place, takes out", () => {
    const form = [9, 7, 8].reduce(toggleVia, formOfDraft(draft));
    expect(form.via).toEqual([9, 7, 8]);
    expect(moveVia(form, 8, -1).via).toEqual([9, 8, 7]);
    expect(moveVia(form, 9, 1).via).toEqual([7, 9, 8]);
    expect(moveVia(form, 9, -1).via).toEqual([9, 7, 8]);
    expect(moveVia(form, 8, 1).via).toEqual([9, 7, 8]);
    expect(toggleVia(form, 7).via).toEqual([9, 8]);
  });

  it("takes terminals clicked on the map to go by while they are picked, else into the scope", () => {
    const store = createWorkbenchStore();
    store.setState({ draft: { ...formOfDraft(draft), asked: "itinerary", picksVia: true } });
    for (const terminal of [9, 7]) pickDraftTerminal(store, terminal);
    stepBack(store);
    pickDraftTerminal(store, 8);
    expect(store.getState().draft).toMatchObject({ via: [9, 7], terminals: [4, 2, 8] });
  });

  it("takes a terminal in, and out again", () => {
    const form = formOfDraft(draft);
    expect(toggleTerminal(form, 9).terminals).toEqual([4, 2, 9]);
    expect(toggleTerminal(form, 4).terminals).toEqual([2]);
  });
});

describe("a draft that was sent", () => {
  const report = { ...draft, id: "x", number: 1, stage: "verified", terminals: [...draft.terminals].reverse() };
  const standing = [report] as unknown as InstructionReport[];

  it("is found among what stands, whatever order its terminals have", () => {
    expect(sentAlready(draft, standing)?.id).toBe("x");
    expect(sentAlready({ ...draft, bonusMicro: draft.bonusMicro + 1 }, standing)).toBeUndefined();
    expect(sentAlready({ ...draft, terminals: [] }, standing)).toBeUndefined();
    expect(sentAlready(draft, [{ ...report, stage: "withdrawn" }] as unknown as InstructionReport[])).toBeUndefined();
  });
});

describe("a draft that is left", () => {
  it("is put aside for its incident, and taken up with it", () => {
    const store = createWorkbenchStore();
    const [first, second] = ["i1", "i2"].map((incidentId) => ({ ...formOfDraft(draft), incidentId }));
    store.setState({ draft: first, selectedIncidentId: "i1" });
    selectIncident(store, "i1");
    expect(store.getState().draft).toBe(first);
    selectIncident(store, "i2");
    expect(store.getState()).toMatchObject({ draft: null, selectedIncidentId: "i2" });
    store.setState({ draft: second });
    selectIncident(store, "i1");
    expect(store.getState().draft).toBe(first);
    stepBack(store);
    expect(store.getState().draft).toBeNull();
    expect(resumeDraft(store, "i1")).toBe(true);
    expect(store.getState().draft).toBe(first);
    dropDraft(store);
    expect(resumeDraft(store, "i1")).toBe(false);
    selectIncident(store, "i2");
    expect(store.getState().draft).toBe(second);
  });
});

describe("the way back", () => {
  it("leaves one thing at a time, the innermost first, and ends", () => {
    const store = createWorkbenchStore();
    store.setState({
      selectedIncidentId: "i1",
      draft: formOfDraft(draft),
      inspector: { instructionId: null },
      marking: { kind: "placed", edge: 1, positionM: 2 },
    });
    const left = () => {
      const { marking, inspector, draft: form, selectedIncidentId } = store.getState();
      return [marking.kind, inspector === null, form === null, selectedIncidentId];
    };
    expect(stepBack(store)).toBe(true);
    expect(left()).toEqual(["armed", false, false, "i1"]);
    stepBack(store);
    expect(left()).toEqual(["off", false, false, "i1"]);
    stepBack(store);
    expect(left()).toEqual(["off", true, false, "i1"]);
    stepBack(store);
    expect(left()).toEqual(["off", true, true, "i1"]);
    expect(stepBack(store)).toBe(true);
    expect(left()).toEqual(["off", true, true, null]);
    expect(stepBack(store)).toBe(false);
  });
});
