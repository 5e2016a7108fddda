import { describe, expect, test } from "vitest";
import { describeFailure } from "../../common/result";
import { readPairs } from "./pairs-file";

const head = "from_lon,from_lat,to_lon,to_lat";

function refusalOf(text: string): string {
  const read = readPairs(text, "pairs.csv");
  if (read.ok) throw new Error("was read");
  return describeFailure(read.error);
}

describe("a table of pairs", () => {
  test("is read in any order of columns, beside others, with quotation marks and either end of lines", () => {
    const text = '\uFEFFto_lat,name,from_lon,to_lon,from_lat\r\n1.5,"a ""b"", c\nd",-2,3e0,.5\r\n\r\n"4",,5,6,7';
    expect(readPairs(text, "pairs.csv")).toEqual({
      ok: true,
      value: [
        { line: 2, fromLongitude: -2, fromLatitude: 0.5, toLongitude: 3, toLatitude: 1.5 },
        { line: 5, fromLongitude: 5, fromLatitude: 7, toLongitude: 6, toLatitude: 4 },
      ],
    });
  });

  test("may have no pairs", () => {
    expect(readPairs(`${head}\n`, "pairs.csv")).toEqual({ ok: true, value: [] });
  });

  test.each([
    ["", "pairs.csv: is empty"],
    ["from_lon,from_lat,to_lon\n", "pairs.csv: line 1: no column 'to_lat'"],
    [`${head},to_lon\n`, "pairs.csv: line 1: two columns 'to_lon'"],
    [`${head}\n1,2,3,4\n1,2,3\n`, "pairs.csv: line 3: 3 values in 4 columns"],
    [`${head}\n1,2,3,x\n`, "pairs.csv: line 2: to_lat 'x' is not a number from -90 to 90"],
    [
      `${head}\n1,2,3,${"9".repeat(50)}\n`,
      `pairs.csv: line 2: to_lat '${"9".repeat(39)}…' is not a number from -90 to 90`,
    ],
    [`${head}\n1,2,3,\n`, "pairs.csv: line 2: to_lat '' is not a number from -90 to 90"],
    [`${head}\n1,91,3,4\n`, "pairs.csv: line 2: from_lat '91' is not a number from -90 to 90"],
    [`${head}\n\n\n181,2,3,4\n`, "pairs.csv: line 4: from_lon '181' is not a number from -180 to 180"],
    [`${head}\n1,2,3,4\n1,"2,3,4\n`, "pairs.csv: line 3: a quotation mark that does not fit"],
  ])("%j is refused by its line", (text, refusal) => {
    expect(refusalOf(text)).toBe(refusal);
  });
});
