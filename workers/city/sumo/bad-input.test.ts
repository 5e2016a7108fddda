import { describe, expect, test } from "vitest";
import type { City } from "../../../common/city";
import { describeFailure } from "../../../common/result";
import { importCity, importSumoNet, readSumoConfiguration, readSumoDemand } from "../index";
import { findBrokenInvariants } from "../invariants";
import { exampleNet } from "./example-net";

const bytes = (text: string) => new TextEncoder().encode(text);
const net = (text = exampleNet) => importCity("a.net.xml", bytes(text));

function cityOf(text = exampleNet): City {
  const city = net(text);
  if (!city.ok) throw new Error(describeFailure(city.error));
  return city.value;
}

const lineOf = (text: string, part: string) => text.slice(0, text.indexOf(part)).split("\n").length;

test("a program of an additional file that is too short is named with its file", () => {
  const program = '<tlLogic id="m" type="static" programID="1"><phase duration="9" state="GGr"/></tlLogic>';
  const more = { name: "b.add.xml", bytes: bytes(`<additional>${program}</additional>`) };
  const city = importSumoNet({ name: "a.net.xml", bytes: bytes(exampleNet) }, {}, [more]);
  expect(city.ok ? "none" : describeFailure(city.error)).toMatch(
    /^a\.net\.xml: line \d+: connection ".*": link 4 of tlLogic "m" of b\.add\.xml, whose program "1" has 3 letters/,
  );
});

test("a junction that more ways cross than can be compared is refused", () => {
  const numbers = Array.from({ length: 33 }, (_, at) => at);
  const lane = (id: string, shape: string) => `<lane id="${id}_0" index="0" speed="9" length="90" shape="${shape}"/>`;
  const arms = numbers.map(
    (at) =>
      `<edge id="i${at}" from="n${at}" to="m">${lane(`i${at}`, `${at},9 ${at},100`)}</edge>` +
      `<edge id="o${at}" from="m" to="n${at}">${lane(`o${at}`, `${at},100 ${at},9`)}</edge>` +
      `<junction id="n${at}" type="dead_end" x="${at}" y="0"/>`,
  );
  const ways = numbers.flatMap((from) =>
    numbers.map((to) => `<connection from="i${from}" to="o${to}" fromLane="0" toLane="0"/>`),
  );
  const junction = '<junction id="m" type="priority" x="9" y="150"/>';
  const city = net(`<net>${arms.join("")}\n${junction}${ways.join("")}</net>`);
  expect(city.ok ? "none" : describeFailure(city.error)).toBe(
    'a.net.xml: line 2: junction "m": 1089 connections cross it; at most 1024 do',
  );
});

test("shapes may have more points than a call takes arguments", () => {
  const shape = Array.from({ length: 200_000 }, (_, at) => `${190 + at / 10_000},${at % 2 === 0 ? 96 : 100}`).join(" ");
  const text = exampleNet.replace("190,98 210,98", shape).replace(/<request [^>]*>/g, "");
  const far = text.replace('shape="0,98 190,98"', `shape="${shape}"`);
  expect(findBrokenInvariants(cityOf(far))).toEqual([]);
});

test("what is lost within elements is told", () => {
  const text = `<routes>
    <vType id="idm"><carFollowing-IDM accel="3"/></vType>
    <vType id="other" carFollowModel="Wiedemann"/>
    <interval begin="0" end="9"><flow id="f" number="3" from="we" to="me"/></interval>
    <routeDistribution id="d"><route id="r" edges="we me"><stop lane="me_0" duration="5"/></route></routeDistribution>
    <vehicle id="v" depart="0" route="d" from="sm" to="ew"><stop lane="me_0" triggered="true"/></vehicle>
  </routes>`;
  const demand = readSumoDemand(cityOf(), [{ name: "a.rou.xml", bytes: bytes(text) }]);
  if (!demand.ok) throw new Error(describeFailure(demand.error));
  expect(demand.value.dropped.map(({ what, why }) => `${what}: ${why}`).sort()).toEqual([
    "<carFollowing-IDM> of a vType: not known here",
    "<flow> within another element: not known here",
    "<interval>: not known here",
    "<stop> within a routeDistribution: not known here",
    "<stop>: states neither duration nor until: nobody is waited for",
    "attribute triggered of stops: not used here",
    'carFollowModel "Wiedemann" of vehicle types: driven by the one model here, as Krauss drivers, with their parameters',
  ]);
  // As in SUMO, the route that is named rules over from and to.
  expect([...demand.value.departures.route]).toEqual([-1]);
});

test.each(["IDM", "EIDM", "ACC", "W99", "KraussPS"])("a model of driving that is not ours is told: %s", (model) => {
  const text = `<routes><vType id="a" carFollowModel="${model}"/><vType id="b" carFollowModel="Krauss"/></routes>`;
  const demand = readSumoDemand(cityOf(), [{ name: "a.rou.xml", bytes: bytes(text) }]);
  expect(demand).toMatchObject({
    ok: true,
    value: { dropped: [{ what: `carFollowModel "${model}" of vehicle types`, count: 1 }] },
  });
});

describe("what is longer than anything on a road", () => {
  const failureOf = (type: string) => {
    const files = [{ name: "a.rou.xml", bytes: bytes(`<routes><vType id="a" ${type}/></routes>`) }];
    const demand = readSumoDemand(cityOf(), files);
    return demand.ok ? "none" : describeFailure(demand.error);
  };

  test("is refused of types of vehicles, by element and value; trains may be long", () => {
    const place = 'a.rou.xml: line 1: vType "a": ';
    expect(failureOf('length="101"')).toBe(`${place}length is at most 100 m, and is 101`);
    expect(failureOf('length="1e9"')).toBe(`${place}length is at most 100 m, and is 1000000000`);
    expect(failureOf('minGap="100.5"')).toBe(`${place}minGap is at most 100 m, and is 100.5`);
    expect([failureOf('length="100" minGap="100"'), failureOf('length="400" vClass="rail"')]).toEqual(["none", "none"]);
  });

  test("is refused of lanes, by element and value", () => {
    const city = net(exampleNet.replace('length="190.00" shape="210', 'length="1000001" shape="210'));
    expect(city.ok ? "none" : describeFailure(city.error)).toMatch(
      /^a\.net\.xml: line \d+: lane "me_0": length is at most 1000000 m, and is 1000001$/,
    );
  });
});

test("detectors are told to write nothing; one beyond its lane is refused, one that is friendly is moved", () => {
  const read = (detector: string) => {
    const files = [{ name: "a.add.xml", bytes: bytes(`<additional>${detector}</additional>`) }];
    const demand = readSumoDemand(cityOf(), files);
    if (!demand.ok) return describeFailure(demand.error);
    return demand.value.dropped.map(({ what, count, why }) => `${count} ${what}: ${why}`);
  };
  const why = "no output is written for it: --edges has figures of edges";
  const area = '<e2Detector id="b" lane="me_0" pos="5" length="20" freq="10" file="a"/>';
  expect(read(`<e1Detector id="a" lane="me_0" pos="-5" freq="10" file="a"/>${area}`)).toEqual([
    `1 <e1Detector>: ${why}`,
    `1 <e2Detector>: ${why}`,
  ]);
  const far = '<inductionLoop id="a" lane="me_0" pos="5000" freq="10" file="a"';
  expect(read(`${far}/>`)).toBe('a.add.xml: line 1: inductionLoop "a": pos lies beyond its lane of 190 m');
  expect(read(`${far} friendlyPos="true"/>`)).toEqual([`1 <inductionLoop>: ${why}`]);
});

test("a stop just beyond its lane is moved onto it and told, one that is friendly from anywhere", () => {
  const stop = (position: string, city = cityOf()) => {
    const place = `<busStop id="b" lane="we_0" startPos="100" ${position}/>`;
    const demand = readSumoDemand(city, [{ name: "a.add.xml", bytes: bytes(`<additional>${place}</additional>`) }]);
    if (!demand.ok) return describeFailure(demand.error);
    return [...demand.value.places.endM, ...demand.value.dropped.map(({ what, count }) => `${count} ${what}`)];
  };
  expect(stop('endPos="190.5"')).toEqual([190.5]);
  expect(stop('endPos="190.9"')).toEqual([190.5, "1 endPos of <busStop>"]);
  expect(stop('endPos="900" friendlyPos="true"')).toEqual([190.5]);
  expect(stop('endPos="900"')).toContain("ends at 900 m of a lane of 190.5 m");
  const rough = cityOf(exampleNet.replaceAll('length="190.50"', 'length="183.20"'));
  expect(stop('endPos="900"', rough)).toContain("ends at 900 m of a lane of 183.2 m");
  // The column's 32 bits are no place beyond the lane.
  expect(stop('endPos="183.2"', rough)).toEqual([Math.fround(183.2)]);
});

describe("stops of a vehicle", () => {
  const read = (text: string, ignoresRouteErrors = false) =>
    readSumoDemand(
      cityOf(),
      [{ name: "a.rou.xml", bytes: bytes(`<routes><route id="r" edges="we me"/>${text}</routes>`) }],
      ignoresRouteErrors,
    );
  const stopping = (first: string, second: string) =>
    read(`<vehicle id="v" depart="0" route="r"><stop duration="5" ${first}/><stop duration="5" ${second}/></vehicle>`);
  const later = 'lane="me_0" endPos="50"';

  test.each([`index="0"`, `index="fit"`])("may state their place in its list: %s", (index) => {
    expect(stopping(later, `lane="we_1" endPos="150" ${index}`).ok).toBe(true);
  });

  test.each(["", `index="end"`, `index="9"`])("are refused where they do not lie ahead: %s", (index) => {
    const demand = stopping(later, `lane="we_1" endPos="150" ${index}`);
    expect(demand.ok ? "none" : describeFailure(demand.error)).toContain('its stop on edge "we" does not lie ahead');
  });

  test("are refused where another's place ahead of them is past them", () => {
    expect(stopping('lane="we_1" endPos="150"', `${later} index="0"`).ok).toBe(false);
  });

  test("and its route need not fit members of distributions that are never drawn", () => {
    const routes = (share: number) => `<route id="s" edges="sm me"/><route id="gap" edges="we ew"/>
      <routeDistribution id="d" routes="r s gap" probabilities="1 ${share} ${share}"/>
      <vehicle id="v" depart="0" route="d"><stop lane="we_1" endPos="150" duration="5"/></vehicle>`;
    expect(read(routes(0)).ok).toBe(true);
    expect(read(routes(0.1)).ok).toBe(false);
  });

  test("and its route are no reason to refuse where such errors are ignored", () => {
    const stop = '<vehicle id="v" depart="0" route="r"><stop lane="ms_0" endPos="50" duration="5"/></vehicle>';
    const gap = '<vehicle id="g" depart="0"><route edges="we ew"/></vehicle>';
    const demand = read(stop + gap, true);
    if (!demand.ok) throw new Error(describeFailure(demand.error));
    expect(demand.value.departures.ids).toEqual(["v"]);
    expect(demand.value.dropped).toEqual([
      { what: "vehicles, trips and flows", count: 1, why: "their routes have edges that are not connected" },
    ]);
    expect([read(stop).ok, read(gap).ok]).toEqual([false, false]);
  });
});

test("a configuration may ask to ignore errors of routes", () => {
  const read = (option: string) => {
    const text = `<configuration><net-file value="a"/>${option}</configuration>`;
    const found = readSumoConfiguration({ name: "a.sumocfg", bytes: bytes(text) });
    return found.ok ? [found.value.ignoresRouteErrors, ...found.value.dropped] : describeFailure(found.error);
  };
  expect(read("")).toEqual([false]);
  expect(read('<ignore-route-errors value="true"/>')).toEqual([true]);
  expect(read('<ignore-route-errors value="maybe"/>')).toContain("value is neither true nor false");
});

test("distributions of speeds are read as SUMO drives them, and it is told", () => {
  const types = `<vType id="a" speedFactor="normc(1,0.1,-1,2)"/><vType id="b" speedFactor="norm(1,-0.2)"/>`;
  const demand = readSumoDemand(cityOf(), [{ name: "a.rou.xml", bytes: bytes(`<routes>${types}</routes>`) }]);
  if (!demand.ok) throw new Error(describeFailure(demand.error));
  const [, low, size] = demand.value.types;
  expect(low).toMatchObject({ speedFactor: 1, speedDeviation: 0.1, speedFactorLow: 0, speedFactorHigh: 2 });
  expect(size).toMatchObject({ speedFactor: 1, speedDeviation: 0.2 });
  expect(demand.value.dropped.map(({ what, count, why }) => `${count} ${what}: ${why}`)).toEqual([
    "1 speedFactor of vehicle types: its lower bound is negative: nobody drives backwards, it is 0",
    "1 speedFactor of vehicle types: its deviation is negative: its size counts",
  ]);
});

test.each([
  ['dir="r" state="O"', 'dir="q" state="O"', 'connections\' direction "q"'],
  ['linkIndex="1"', 'linkIndex="-1"', 'connections\' linkIndex "-1"'],
  ['dir="r" state="O"', 'dir="r" state="?"', 'connections\' state "?"'],
  ['type="traffic_light"', 'type="roundabout"', 'junctions\' type "roundabout"'],
  ["</net>", '<roundabout nodes="m" edges="we nowhere"/></net>', "members of roundabouts"],
])("what a network says in words of its own is told: %s as %s", (before, after, what) => {
  const city = cityOf(exampleNet.replace(before, after));
  expect(city.meta.dropped.find((row) => row.what === what)).toMatchObject({ count: 1 });
  expect(cityOf().meta.dropped.map((row) => row.what)).toEqual(["edges"]);
});

test("text that is no UTF-8 is refused by the line where it begins, other encodings by their names", () => {
  const failureOf = (content: Uint8Array) => {
    const city = importCity("a.net.xml", content);
    return city.ok ? "none" : describeFailure(city.error);
  };
  const byteEach = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));
  const twoBytesEach = (text: string, highFirst: boolean) =>
    Uint8Array.from([...byteEach(text)].flatMap((byte) => (highFirst ? [0, byte] : [byte, 0])));
  const latin = exampleNet.replace("Main Street", "Hauptstra\u00dfe");
  const line = lineOf(exampleNet, "Main Street");
  expect(failureOf(byteEach(latin))).toBe(`a.net.xml: line ${line}: the text is not valid UTF-8`);
  expect(failureOf(byteEach(latin.replace("UTF-8", "ISO-8859-1")))).toBe(
    "a.net.xml: line 1: encoding ISO-8859-1 is not supported",
  );
  const utf16 = "a.net.xml: the text is UTF-16; only UTF-8 is read";
  expect(failureOf(twoBytesEach(exampleNet, true))).toBe(utf16);
  expect(failureOf(twoBytesEach(exampleNet, false))).toBe(utf16);
  expect(failureOf(Uint8Array.of(0xff, 0xfe, ...twoBytesEach(exampleNet, false)))).toBe(utf16);
  expect(failureOf(Uint8Array.of(0xfe, 0xff, ...twoBytesEach(exampleNet, true)))).toBe(utf16);
  expect(failureOf(Uint8Array.of(0xef, 0xbb, 0xbf, ...bytes(exampleNet)))).toBe("none");
});

test("names of files stand between commas, and those with blanks are one", () => {
  const read = readSumoConfiguration({
    name: "a.sumocfg",
    bytes: bytes('<configuration><net-file value="a"/><route-files value="b c.xml, d.xml ,"/></configuration>'),
  });
  expect(read).toMatchObject({ ok: true, value: { routeFiles: ["b c.xml", "d.xml"] } });
});

test("options that change traffic are told, those on what to write are not", () => {
  const options =
    '<max-depart-delay value="3"/><no-internal-links value="true"/><no-warnings value="true"/><delay value="9"/>';
  const read = readSumoConfiguration({
    name: "a.sumocfg",
    bytes: bytes(`<configuration><net-file value="a"/>${options}</configuration>`),
  });
  if (!read.ok) throw new Error(describeFailure(read.error));
  expect(read.value.dropped.map(({ what }) => what)).toEqual(["option max-depart-delay", "option no-internal-links"]);
});
