import { expect, test } from "vitest";
import { documentOf, runCli } from "./cli-runs";

test("a steady morning of the bundled town and three closed lanes stay within the bars of alarms", () => {
  const document = documentOf(runCli(["bench", "alarms", "--city", "bundled-town", "--hours", "0.5", "--json"]));
  const results = document["results"] as readonly { readonly value: number | null; readonly bar: number | null }[];
  const measured = results.filter(({ bar }) => bar !== null);
  expect(measured.map(({ bar }) => bar)).toEqual([1, 10, 10]);
  for (const { value, bar } of measured) expect(value).toBeLessThanOrEqual(bar ?? 0);
});
