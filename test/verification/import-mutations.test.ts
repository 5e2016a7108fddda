import { readFileSync } from "node:fs";
import path from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { describe, expect, test, vi } from "vitest";
import { edgeCountOf, packCity, type City, type DroppedElements } from "../../common/city";
import { describeFailure, type Result } from "../../common/result";
import { importCity, readSumoConfiguration, readSumoDemand, type NamedFile, type SumoDemand } from "../../workers/city";
import { findBrokenInvariants } from "../../workers/city/invariants";
import { exampleNet } from "../../workers/city/sumo/example-net";
import { droppedDepartures } from "../../workers/city/sumo/demand/sumo-demand";
import { parameterValues } from "../../workers/people";
import { buildScenarioTwin } from "../../workers/scenario";
import { advanceTwin, createTwinEngine } from "../../workers/twin-engine";
import { tellFigure } from "../support/figures";
import { touchingPairs } from "../support/traffic-bodies";
import { recordsOf, violationsOfRouted } from "../support/traffic-checks";
import { dataRoot, hasCities, readCityFile } from "./city-files";
import { drawsOf, mutateBytes, mutatePbf, mutateXml, type Draws } from "./mutations";
import { elementsIn, hasSumo } from "./sumo-files";

/**
 * Files of every kind that is imported, each changed at random but by a seed: an error that names the file, or what keeps
 * all invariants and has lost nothing that it does not say. `npm run verify` takes 10,000 of them, this a sample.
 */
const seed = Number(process.env["PENDULAIRE_TEST_SEED"] ?? 1);
const count = Number(process.env["PENDULAIRE_MUTATED_FILES"] ?? 300);
vi.setConfig({ testTimeout: count > 1000 ? 7_200_000 : 600_000 });
/** Longest that one file may take, s of the processor. */
const longestS = 10;
/** Every so many-th demand is driven too. */
const drivenEach = 5;
const drivenS = 60;

interface Kind {
  readonly file: string;
  readonly mutate: (draws: Draws) => Uint8Array;
  /** Says what is wrong with what was read; undefined when it is right. The failure, when it was refused. */
  readonly read: (file: string, bytes: Uint8Array, number: number) => Result<readonly string[]>;
}

const inXml = (text: string) => (draws: Draws) => new Uint8Array(Buffer.from(mutateXml(text, draws)));
const inGzip = (text: string) => (draws: Draws) =>
  new Uint8Array(draws(8) === 0 ? mutateBytes(gzipSync(text), draws) : gzipSync(mutateXml(text, draws)));
const data = (...names: string[]) => readFileSync(path.join(dataRoot, ...names), "utf8");
const cologne = (name: string) => data("sumo-resco", "cologne1", name);

/** Of a packed city the columns, and now and then its index, which is JSON. */
function mutatePacked(packed: Uint8Array, draws: Draws): Uint8Array {
  const at = draws(6) === 0 ? 0 : draws(packed.length);
  return new Uint8Array(Buffer.concat([packed.subarray(0, at), mutateBytes(packed.subarray(at), draws)]));
}

function readCity(file: string, bytes: Uint8Array): Result<readonly string[]> {
  const city = importCity(file, bytes);
  return city.ok ? { ok: true, value: findBrokenInvariants(city.value) } : city;
}

const droppedOf = (dropped: readonly DroppedElements[], what: RegExp) =>
  dropped.filter((row) => what.test(row.what)).reduce((sum, row) => sum + row.count, 0);

/** As `readCity`, and every road of the text is in the city or among what it dropped. */
function readNet(file: string, bytes: Uint8Array): Result<readonly string[]> {
  const city = importCity(file, bytes);
  if (!city.ok) return city;
  const text = Buffer.from(file.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8");
  const roads = elementsIn(text).filter(
    ({ tag, depth, attributes: { function: use } }) => tag === "edge" && depth === 1 && (use ?? "normal") === "normal",
  ).length;
  const said = edgeCountOf(city.value) + droppedOf(city.value.meta.dropped, /edge|road/);
  return {
    ok: true,
    value: [...findBrokenInvariants(city.value), ...(said < roads ? [`${roads} roads, ${said} told`] : [])],
  };
}

const readDemandOf =
  (city: City, before: readonly NamedFile[]) => (file: string, bytes: Uint8Array, number: number) => {
    const demand = readSumoDemand(city, [...before, { name: file, bytes }]);
    if (!demand.ok) return demand;
    const stated = elementsIn(Buffer.from(bytes).toString("utf8")).filter(
      ({ tag, depth }) => depth === 1 && /^(vehicle|trip|flow)$/.test(tag),
    ).length;
    const { departures, dropped } = demand.value;
    const told = departures.ids.length + droppedOf(dropped, new RegExp(`^${droppedDepartures}$`));
    const wrong = told === stated ? [] : [`${stated} vehicles, trips and flows, ${told} told`];
    return { ok: true as const, value: number % drivenEach === 0 ? [...wrong, ...driven(city, demand.value)] : wrong };
  };

/** What goes wrong on the road in a minute of a demand; a refusal to drive it is none. */
function driven(city: City, demand: SumoDemand): readonly string[] {
  const beginS = demand.departures.departS.reduce((least, at) => Math.min(least, at), Infinity);
  if (!Number.isFinite(beginS)) return [];
  const twin = buildScenarioTwin(city, demand, { seed, beginS, endS: beginS + drivenS, tickS: 1 });
  if (!twin.ok) return [];
  const engine = createTwinEngine(twin.value.arena, parameterValues());
  const found: string[] = [];
  for (let tick = 1; tick <= drivenS && found.length === 0; tick++) {
    const before = recordsOf(engine.arena);
    advanceTwin(engine, tick);
    found.push(...violationsOfRouted(engine.arena, before), ...touchingPairs(city, engine.arena));
  }
  return found;
}

function readConfiguration(file: string, bytes: Uint8Array): Result<readonly string[]> {
  const read = readSumoConfiguration({ name: file, bytes });
  if (!read.ok) return read;
  const { beginS, endS, stepS } = read.value;
  return { ok: true, value: beginS < endS && stepS > 0 ? [] : ["times that cannot be"] };
}

function kinds(): readonly Kind[] {
  const osm = (name: string) => Buffer.from(readCityFile(name)).toString("utf8");
  const pbf = (name: string) => ({
    file: name,
    mutate: (draws: Draws) => mutatePbf(readCityFile(name), draws),
    read: readCity,
  });
  const example = importCity("example.net.xml", new Uint8Array(Buffer.from(exampleNet)));
  const net = cologne("cologne1.net.xml");
  const city = importCity("cologne1.net.xml", new Uint8Array(Buffer.from(net)));
  const berlin = importCity(
    "net.net.xml.gz",
    new Uint8Array(readFileSync(path.join(dataRoot, "sumo-berlin-doerpfeldstr", "net.net.xml.gz"))),
  );
  if (!example.ok || !city.ok || !berlin.ok) throw new Error("an unchanged network is refused");
  // A part of the day: what is changed is found again in any length of it.
  const trips = cologne("cologne1.rou.xml").replace(
    /(\n[^\n]*<vehicle[\s\S]*?<\/vehicle>|\n[^\n]*<trip [^\n]*){40}$/,
    "",
  );
  const berlinText = (name: string) => data("sumo-berlin-doerpfeldstr", name);
  const inBerlin = (file: string, before: readonly string[]): Kind => ({
    file,
    mutate: inXml(berlinText(file)),
    read: readDemandOf(
      berlin.value,
      before.map((name) => ({ name, bytes: new Uint8Array(Buffer.from(berlinText(name))) })),
    ),
  });
  const packed = packCity(example.value);
  return [
    { file: "example.net.xml", mutate: inXml(exampleNet), read: readNet },
    { file: "cologne1.net.xml", mutate: inXml(net), read: readNet },
    { file: "cologne1.net.xml.gz", mutate: inGzip(net), read: readNet },
    { file: "cologne1.rou.xml", mutate: inXml(trips), read: readDemandOf(city.value, []) },
    inBerlin("vtypes.add.xml", []),
    inBerlin("stops.add.xml", []),
    inBerlin("pt_lines.rou.xml", ["vtypes.add.xml", "stops.add.xml"]),
    inBerlin("parking_vehicle.rou.xml", ["vtypes.add.xml", "stops.add.xml"]),
    { file: "cologne1.sumocfg", mutate: inXml(cologne("cologne1.sumocfg")), read: readConfiguration },
    { file: "example.city", mutate: (draws) => mutatePacked(packed, draws), read: readCity },
    ...["test_simple_pturn.osm.xml", "test_simple_turncosts.osm.xml"].map((name) => ({
      file: name,
      mutate: inXml(osm(name)),
      read: readCity,
    })),
    { file: "bautzen.osm.gz", mutate: inGzip(osm("bautzen.osm")), read: readCity },
    ...["amsterdam.osm.pbf", "one_way_dead_end.osm.pbf", "whitelion_bristol_uk.osm.pbf"].map(pbf),
  ];
}

describe.skipIf(!hasCities || !hasSumo)("changed files", () => {
  test(`${count} of them (seed ${seed}) are refused by name, or make what holds`, () => {
    const all = kinds();
    const outcomes = { refused: 0, read: 0, longestS: 0 };
    const wrong: string[] = [];
    for (let number = 0; number < count; number++) {
      const kind = all[number % all.length];
      const draws = drawsOf(seed * 1_000_003 + number);
      const bytes = kind.mutate(draws);
      const begun = process.cpuUsage();
      const told = tell(kind, bytes, number);
      const { user, system } = process.cpuUsage(begun);
      const tookS = (user + system) / 1e6;
      outcomes.longestS = Math.max(outcomes.longestS, tookS);
      if (told.refused) outcomes.refused++;
      else outcomes.read++;
      for (const what of told.wrong) wrong.push(`${kind.file}, number ${number}: ${what}`);
      if (tookS > longestS) wrong.push(`${kind.file}, number ${number}: ${tookS.toFixed(1)} s`);
    }
    tellFigure("changed files that were refused", outcomes.refused, "files");
    tellFigure("changed files that were read", outcomes.read, "files");
    tellFigure("longest processor time of one", Number(outcomes.longestS.toFixed(1)), "s");
    expect(wrong.slice(0, 20)).toEqual([]);
    // Neither all is refused, nor all taken.
    expect(outcomes.refused).toBeGreaterThan(count / 10);
    expect(outcomes.read).toBeGreaterThan(count / 10);
  });
});

function tell({ file, read }: Kind, bytes: Uint8Array, number: number): { refused: boolean; wrong: readonly string[] } {
  let result: Result<readonly string[]>;
  try {
    result = read(file, bytes, number);
  } catch (error) {
    return { refused: false, wrong: [error instanceof Error ? (error.stack ?? error.message) : String(error)] };
  }
  if (result.ok) return { refused: false, wrong: result.value };
  const text = describeFailure(result.error);
  return { refused: true, wrong: text.startsWith(file) && text.length > file.length + 2 ? [] : [`says only: ${text}`] };
}
