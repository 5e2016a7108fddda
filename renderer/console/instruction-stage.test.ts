import { describe, expect, it } from "vitest";
import { stageText } from "./instruction-stage";

const untilS = 27_780;

describe("an instruction's stage", () => {
  it("is no more active once its window is over", () => {
    expect(stageText({ stage: "active", untilS }, untilS - 60)).toBe("active");
    expect(stageText({ stage: "active", untilS }, untilS)).toBe("window over");
    expect(stageText({ stage: "verified", untilS }, untilS)).toBe("window over");
  });

  it("is how it ended, whether its window is over or not", () => {
    for (const stage of ["expired", "withdrawn", "refused"] as const)
      expect(stageText({ stage, untilS }, untilS + 60)).toBe(stage);
  });
});
