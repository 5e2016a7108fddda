import { describe, expect, it } from "vitest";
import { setLanguage } from "./text/language";
import { fc } from "../../test/support/properties";
import {
  count,
  dayAndMinuteOf,
  differenceAsShown,
  fixed,
  minuteOf,
  percent,
  percentsOfTwo,
  shortHash,
  signed,
  tokens,
  wholeTokens,
} from "./figures";

const space = "\u202f";
const minus = "\u2212";

describe("figures", () => {
  it("have their digits in groups of three and lose none", () => {
    expect(count(11_846)).toBe(`11${space}846`);
    expect(count(999)).toBe("999");
    fc.assert(
      fc.property(fc.integer({ min: -1e12, max: 1e12 }), (value) => {
        const plain = count(value).replaceAll(space, "").replace(minus, "-");
        expect(Number(plain)).toBe(value);
      }),
    );
  });

  it("have a real minus, and none on a zero", () => {
    expect(fixed(-0.04, 1)).toBe("0.0");
    expect(fixed(-1234.56, 1)).toBe(`${minus}1${space}234.6`);
    expect(signed(3, 0)).toBe("+3");
    expect(signed(0, 1)).toBe("0.0");
    expect(signed(-3, 0)).toBe(`${minus}3`);
  });

  it("give tokens exactly, and whole tokens rounded down", () => {
    expect(tokens(1_800_000)).toBe("1.8");
    expect(tokens(12_345_000_001)).toBe(`12${space}345.000001`);
    expect(wholeTokens(41_280_999_999)).toBe(`41${space}280`);
  });

  it("say 100 % of the whole only", () => {
    expect(percent(999, 1000)).toBe("99\u00a0%");
    expect(percent(1000, 1000)).toBe("100\u00a0%");
    expect(percent(0, 0)).toBe("–");
  });

  it("add two parts of a whole to 100 %, of which neither is 0 or 100 % while there is the other", () => {
    expect(percentsOfTwo(7, 1)).toEqual(["88\u00a0%", "12\u00a0%"]);
    expect(percentsOfTwo(1, 999)).toEqual(["1\u00a0%", "99\u00a0%"]);
    expect(percentsOfTwo(999, 1)).toEqual(["99\u00a0%", "1\u00a0%"]);
    expect(percentsOfTwo(0, 5)).toEqual(["0\u00a0%", "100\u00a0%"]);
    expect(percentsOfTwo(0, 0)).toEqual(["–", "–"]);
  });

  it("differ by what the two that are shown differ by", () => {
    // 270 and 269 are shown: they differ by one, although the values do by less than half.
    expect(differenceAsShown(269.6, 269.3, 0)).toBe(1);
    expect(differenceAsShown(267.4, 266.6, 0)).toBe(0);
    expect(signed(differenceAsShown(28.06, 26.14, 1), 1)).toBe("+2.0");
  });

  it("shorten hashes at both ends, and times to minutes", () => {
    expect(shortHash("0123456789ABCDEF0123456789ABCDEF")).toBe("01234567…ABCDEF");
    expect(shortHash("C-01")).toBe("C-01");
    expect(minuteOf(26_718)).toBe("07:25");
  });

  it("write a day and its minute as the language does", () => {
    // Without a zone: by this computer's clock, whichever that is.
    const at = "2026-11-27T11:58:00";
    expect(dayAndMinuteOf(at)).toBe("27 Nov 2026, 11:58");
    setLanguage("fr");
    try {
      expect(dayAndMinuteOf(at)).toBe("27 nov. 2026, 11\u202fh\u202f58");
    } finally {
      setLanguage("en");
    }
  });
});
