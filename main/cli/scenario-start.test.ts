import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { describeFailure } from "../../common/result";
import { exampleNet } from "../../workers/city/sumo/example-net";
import type { CommandIo } from "./command";
import { beginScenario, endOf, givenUp, type ScenarioPlan } from "./scenario-start";

const folder = mkdtempSync(path.join(tmpdir(), "pendulaire-scenario-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const write = (name: string, text: string): string => {
  writeFileSync(path.join(folder, name), text);
  return path.join(folder, name);
};

const io: CommandIo = {
  progress: () => () => undefined,
  note: () => undefined,
  onEnter: () => () => undefined,
  interrupted: new Promise(() => undefined),
};
const unasked = { routes: [], additional: [], fromS: undefined, toS: undefined, stepS: undefined, seed: 1 };

write("a.net.xml", exampleNet.replace('type="static"', 'type="actuated"'));
const car = '<route id="r" edges="we me"/><vehicle id="v" depart="60" route="r"/>';
write("a.rou.xml", `<routes>${car}<person id="p"/></routes>`);

const configuration = (options: string, routes = "a.rou.xml") =>
  write(
    "a.sumocfg",
    `<configuration><net-file value="a.net.xml"/><route-files value="${routes}"/>${options}</configuration>`,
  );

async function begin(plan: Partial<ScenarioPlan> & Pick<ScenarioPlan, "cityName">) {
  return beginScenario({ ...unasked, ...plan }, io);
}

async function begun(plan: Parameters<typeof begin>[0]) {
  const start = await begin(plan);
  if (!start.ok) throw new Error(describeFailure(start.error));
  return start.value;
}

async function refusal(plan: Parameters<typeof begin>[0]): Promise<string> {
  const start = await begin(plan);
  return start.ok ? "none" : describeFailure(start.error);
}

describe("a scenario's start", () => {
  test("tells what was left out of network, configuration and traffic", async () => {
    const { dropped } = await begun({ cityName: configuration('<time-to-teleport value="9"/><end value="100"/>') });
    expect(dropped.map(({ what }) => what)).toEqual(["edges", "option time-to-teleport", "<person>"]);
  });

  test("steps as the configuration says, or as is asked for", async () => {
    const cityName = configuration('<step-length value="0.5"/><end value="100"/>');
    expect((await begun({ cityName })).arena.header.dtS).toBe(0.5);
    expect((await begun({ cityName, stepS: 0.2 })).arena.header.dtS).toBeCloseTo(0.2, 6);
    expect((await begun({ cityName: configuration('<end value="100"/>') })).arena.header.dtS).toBe(1);
  });

  test.each([
    ["0.01", 0.1],
    ["5", 1],
  ])("tells that steps of %s s are %f s", async (stated, tickS) => {
    const start = await begun({ cityName: configuration(`<step-length value="${stated}"/><end value="100"/>`) });
    expect(start.arena.header.dtS).toBeCloseTo(tickS, 6);
    const why = `${stated} s is outside 0.1 … 1 s: steps are ${tickS} s`;
    expect(start.dropped).toContainEqual({ what: "option step-length", count: 1, why });
  });

  test("without a vehicle names the configuration, or the files of routes", async () => {
    const late = { fromS: 3600, toS: 7200 };
    const none = "no vehicle departs between 01:00:00 and 02:00:00";
    expect(await refusal({ cityName: configuration(""), ...late })).toBe(`a.sumocfg: ${none}`);
    const routes = [path.join(folder, "a.rou.xml")];
    const cityName = path.join(folder, "a.net.xml");
    expect(await refusal({ cityName, routes, ...late })).toBe(`${routes[0]}: ${none}`);
  });

  test("reads names with blanks as one file where there is one, else as several", async () => {
    write("my routes.rou.xml", `<routes>${car}</routes>`);
    write("more.rou.xml", '<routes><vehicle id="w" depart="0" route="r"/></routes>');
    const vehicles = async (routes: string) =>
      (await begun({ cityName: configuration('<end value="100"/>', routes) })).vehicleIds;
    expect(await vehicles("my routes.rou.xml")).toEqual(["v"]);
    expect(await vehicles("a.rou.xml more.rou.xml")).toEqual(["w", "v"]);
    expect(await vehicles("a.rou.xml, more.rou.xml")).toEqual(["w", "v"]);
  });

  test("names the configuration and the file that is missing", async () => {
    const missing = (routes: string) => refusal({ cityName: configuration("", routes) });
    expect(await missing("a.rou.xml,b.rou.xml")).toBe("a.sumocfg: b.rou.xml: no such file");
    expect(await missing("a.rou.xml b.rou.xml")).toBe("a.sumocfg: b.rou.xml: no such file");
    expect(await missing("your routes.rou.xml")).toBe("a.sumocfg: your routes.rou.xml: no such file");
  });

  test("is refused where it would not end for years, or ends before it begins", async () => {
    expect(await refusal({ cityName: configuration('<end value="1e12"/>') })).toMatch(
      /^a\.sumocfg: runs for 1000000000000 s; at most/,
    );
    const cityName = configuration('<begin value="50"/><end value="100"/>');
    expect(await refusal({ cityName, fromS: 3600 })).toBe("--from: the run ends at 100 s");
    expect(await refusal({ cityName, toS: 20 })).toBe("--to: the run begins at 50 s, not before");
  });

  test("tells who had not arrived when a run without an end was given up", async () => {
    const start = await begun({ cityName: configuration("") });
    expect(endOf(start)()).toBe(false);
    expect(givenUp(start)).toMatchObject([{ what: "vehicles", count: 1 }]);
    start.arena.header.arrivedCount = 1;
    expect(endOf(start)()).toBe(true);
    expect(givenUp(start)).toEqual([]);
    expect(givenUp(await begun({ cityName: configuration('<end value="100"/>') }))).toEqual([]);
  });
});
