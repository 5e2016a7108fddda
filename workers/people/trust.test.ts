import { describe, expect, test } from "vitest";
import { fc } from "../../test/support/properties";
import { complianceProbability, parameterValues, respond, trustAfter, type Experience } from ".";

const values = parameterValues();
const anyExperience = fc.record<Experience>({
  bonus: fc.constantFrom("paid", "unpaid", "none"),
  message: fc.constantFrom("right", "wrong", "unknown"),
});

describe("trust", () => {
  test("stays between none and full, whatever happens", () => {
    fc.assert(
      fc.property(fc.array(anyExperience, { maxLength: 60 }), (experiences) => {
        let trust = values.trustInitial;
        for (const experience of experiences) trust = trustAfter(trust, experience, values);
        expect(trust).toBeGreaterThanOrEqual(0);
        expect(trust).toBeLessThanOrEqual(1);
      }),
    );
  });

  test("grows when the bonus was paid and the message was right, falls when not, and by more", () => {
    const after = (experience: Experience) => trustAfter(0.5, experience, values) - 0.5;
    expect(after({ bonus: "paid", message: "unknown" })).toBeCloseTo(values.trustGain / 2, 12);
    expect(after({ bonus: "none", message: "wrong" })).toBeCloseTo(-values.trustLoss / 2, 12);
    expect(after({ bonus: "none", message: "unknown" })).toBe(0);
    expect(after({ bonus: "paid", message: "right" })).toBeGreaterThan(after({ bonus: "paid", message: "unknown" }));
    expect(after({ bonus: "paid", message: "wrong" })).toBeLessThan(0);
  });

  test("raises compliance, and leaves it as it was for who has no experience", () => {
    expect(complianceProbability(2, 300, values, values.trustInitial)).toBe(complianceProbability(2, 300, values));
    expect(complianceProbability(2, 300, values, 0.9)).toBeGreaterThan(complianceProbability(2, 300, values));
    expect(complianceProbability(2, 300, values, 0.1)).toBeLessThan(complianceProbability(2, 300, values));
    const without = { ...values, trustWeight: 0 };
    expect(complianceProbability(2, 300, without, 0.9)).toBe(complianceProbability(2, 300, without, 0.1));
  });

  test("makes nobody refuse who complies with less of it", () => {
    const request = {
      bonusEur: 2,
      complying: { travelS: 120, arrivalShiftS: 0 },
      staying: { travelS: 0, arrivalShiftS: 0 },
    };
    let more = 0;
    for (let person = 0; person < 2000; person++) {
      const low = respond({ ...request, person, trust: 0.2 }, 1, 3, values).complies;
      const high = respond({ ...request, person, trust: 0.8 }, 1, 3, values).complies;
      if (low) expect(high).toBe(true);
      more += Number(high) - Number(low);
    }
    expect(more).toBeGreaterThan(0);
  });
});
