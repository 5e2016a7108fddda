import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { generateTown } from "../../sim-data";
import { documentOf, expectUnusable, runCli } from "./cli-runs";

const folder = mkdtempSync(path.join(tmpdir(), "pendulaire-whatif-"));
const city = generateTown(1);
const fields = [
  "name",
  "delaySavedVehH",
  "paidTokens",
  "eurPerVehH",
  "eligible",
  "reached",
  "complied",
  "windfallShare",
  "worstDistrict",
  "co2SavedKg",
  "peakImportKw",
];

function scenario(name: string, document: unknown): string {
  const file = path.join(folder, `${name}.json`);
  writeFileSync(file, typeof document === "string" ? document : JSON.stringify(document));
  return file;
}

/** A busy road of the bundled town, found by a drawn incident. */
const drawn = () =>
  documentOf(runCli(["whatif", "bundled-town", "--scenario", scenario("drawn", { people: 1500 }), ...quick])) as {
    readonly incident: { readonly edge: string };
    readonly candidates: readonly Record<string, unknown>[];
    readonly best: string;
    readonly wallS: number;
  };
const quick = ["--replications", "2", "--json"];

describe("pendulaire whatif", () => {
  test("prints candidates with all fields, doing nothing first, the same for any number of workers", () => {
    const first = drawn();
    expect(first.candidates[0]?.["name"]).toBe("do nothing");
    for (const candidate of first.candidates) for (const field of fields) expect(candidate).toHaveProperty(field);
    expect(first.candidates.map(({ name }) => name)).toContain(first.best);
    const alone = documentOf(
      runCli(["whatif", "bundled-town", "--scenario", scenario("drawn", { people: 1500 }), ...quick, "--workers", "1"]),
    );
    expect({ ...alone, wallS: 0 }).toEqual({ ...first, wallS: 0 });
  });

  test("takes named candidates of all four kinds, and says which the ledger would refuse", () => {
    const [terminal = "", other = ""] = city.meta.terminalNames;
    const scope = { terminals: [terminal], bonusTokens: 2 };
    const file = scenario("named", {
      people: 1500,
      tokensPerEur: 2,
      incident: { kind: "closure", edge: drawn().incident.edge, at: "07:20", minutes: 20 },
      horizonMinutes: 30,
      candidates: [
        { name: "a", action: { kind: "avoid" }, ...scope },
        { name: "b", action: { kind: "itinerary", via: [other] }, ...scope },
        { name: "c", action: { kind: "shift", minutes: 10 }, ...scope },
        { name: "d", action: { kind: "hold", until: "07:45" }, ...scope },
        { name: "e", action: { kind: "itinerary", via: [terminal] }, ...scope },
      ],
    });
    const { candidates, tokensPerEur } = documentOf(
      runCli(["whatif", "bundled-town", "--scenario", file, ...quick]),
    ) as unknown as { candidates: readonly { name: string; refusal: string | null }[]; tokensPerEur: number };
    expect(candidates.map(({ name }) => name)).toEqual(["do nothing", "a", "b", "c", "d", "e"]);
    expect(candidates[5]?.refusal).toBe("via-in-scope");
    expect(tokensPerEur).toBe(2);
  });

  test("draws incidents, writes a page of all of them, and goes on from those it kept", () => {
    const page = path.join(folder, "page.md");
    const keep = path.join(folder, "kept.json");
    const argv = ["whatif", "bundled-town", "--incidents", "2", "--people", "1500", "--keep", keep, ...quick];
    const whole = documentOf(runCli([...argv, "--page", page]));
    const { incidents } = whole as unknown as { incidents: readonly { number: number }[] };
    expect(incidents.map(({ number }) => number)).toEqual([1, 2]);
    expect(readFileSync(page, "utf8")).toMatch(/\| 1 \|.*\n\| 2 \|/);

    const kept = JSON.parse(readFileSync(keep, "utf8")) as { run: unknown; cases: { stateHash: string }[] };
    writeFileSync(keep, JSON.stringify({ ...kept, cases: kept.cases.slice(0, 1) }));
    expect({ ...documentOf(runCli(argv)), wallS: 0 }).toEqual({ ...whole, wallS: 0 });
    expect(JSON.parse(readFileSync(keep, "utf8"))).toEqual(kept);

    expectUnusable([...argv, "--seed", "2"], /kept\.json: holds incidents of another run/);
    writeFileSync(keep, JSON.stringify({ ...kept, cases: [{ ...kept.cases[0], stateHash: "0" }] }));
    expectUnusable(argv, /kept\.json: incident \d was run on other roads/);
    writeFileSync(keep, "{");
    expectUnusable(argv, /kept\.json: is not a file of kept incidents/);
  });

  test.each<[what: string, argv: string[], expected: RegExp]>([
    ["no scenario", [], /--scenario/],
    ["a file that is not there", ["--scenario", path.join(folder, "none.json")], /none\.json: no such file/],
    ["a file that is not JSON", ["--scenario", scenario("text", "{")], /text\.json: not JSON/],
    ["an unknown field", ["--scenario", scenario("field", { peple: 3 })], /field\.json: peple/],
    ["a time that is none", ["--scenario", scenario("time", { from: "25:99" })], /time\.json: from/],
    ["an unknown road", ["--scenario", scenario("road", { incident: closure("nowhere") })], /no edge 'nowhere'/],
    ["an unknown parameter", ["--scenario", scenario("value", { parameters: { hope: 1 } })], /no parameter 'hope'/],
    ["a list for a scenario", ["--scenario", scenario("list", [])], /list\.json: a scenario is one JSON object/],
    ["a list of parameters", ["--scenario", scenario("values", { parameters: [] })], /values\.json: parameters: /],
    ...(
      [
        ["hears", 1.8],
        ["hears", 1e308],
        ["hears", -1],
        ["menuStepS", 0],
      ] as const
    ).map(([name, value]): [string, string[], RegExp] => [
      `${name} ${value}`,
      ["--scenario", scenario(`${name}${value}`, { parameters: { [name]: value } })],
      new RegExp(`parameters\\.${name}: from .* to .*, and is`),
    ]),
    ["too many replications", ["--incidents", "1", "--replications", "0"], /--replications/],
    ["a model that is not there", ["--incidents", "1", "--model", "meso"], /--model/],
  ])("ends with code 2 and one line for %s", (_, argv, expected) => {
    expectUnusable(["whatif", "bundled-town", ...argv], expected);
  });
});

function closure(edge: string) {
  return { kind: "closure", edge, at: "07:20", minutes: 20 };
}
