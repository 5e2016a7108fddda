import { describe, expect, it } from "vitest";
import { createDetailJudge } from "./detail";
import { chooseDetail, createLayersStore, expectSlowPictures, judgePicture } from "./layers";

const takeMany = (took: (ms: number) => unknown, ms: number, count: number) => {
  for (let k = 0; k < count; k++) took(ms);
};

describe("the automatic detail", () => {
  it("draws less when pictures are slow, not for one slow picture among swift ones", () => {
    const judge = createDetailJudge();
    for (let k = 0; k < 50; k++) judge.took(k % 5 === 0 ? 3000 : 16);
    expect(judge.isReduced).toBe(false);
    takeMany(judge.took, 900, 5);
    expect(judge.isReduced).toBe(true);
  });

  it("stays with less while that is not swift, and draws all again when it is", () => {
    const judge = createDetailJudge();
    takeMany(judge.took, 900, 5);
    takeMany(judge.took, 200, 400);
    expect(judge.isReduced).toBe(true);
    takeMany(judge.took, 16, 40);
    expect(judge.isReduced).toBe(false);
  });

  it("does not go to and fro for ever", () => {
    const judge = createDetailJudge();
    let changes = 0;
    for (let k = 0; k < 5000; k++) if (judge.took(judge.isReduced ? 10 : 900)) changes++;
    expect(judge.isReduced).toBe(true);
    expect(changes).toBe(5);
  });

  it("draws less from the first picture on where slow ones are expected, unless the operator chose all", () => {
    const store = createLayersStore();
    expectSlowPictures(store);
    expect(store.getState().isReduced).toBe(true);
    takeMany((ms) => judgePicture(store, ms), 16, 40);
    expect(store.getState().isReduced).toBe(false);
    chooseDetail(store, "full");
    expectSlowPictures(store);
    expect(store.getState().isReduced).toBe(false);
  });

  it("is overruled by the operator, and taken up again", () => {
    const store = createLayersStore();
    expect(store.getState()).toMatchObject({ detail: "automatic", isReduced: false });
    takeMany((ms) => judgePicture(store, ms), 900, 5);
    expect(store.getState().isReduced).toBe(true);
    chooseDetail(store, "full");
    expect(store.getState().isReduced).toBe(false);
    takeMany((ms) => judgePicture(store, ms), 900, 50);
    expect(store.getState().isReduced).toBe(false);
    chooseDetail(store, "reduced");
    expect(store.getState().isReduced).toBe(true);
    chooseDetail(store, "automatic");
    expect(store.getState().isReduced).toBe(false);
    takeMany((ms) => judgePicture(store, ms), 900, 5);
    expect(store.getState().isReduced).toBe(true);
  });
});
