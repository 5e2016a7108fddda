import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { cityNames, hasCities, readCityFile } from "./city-files";
import { exampleNet } from "../../workers/city/sumo/example-net";
import { documentOf, expectUnusable, filesBelow, runCli } from "./cli-runs";

const { version: packageVersion } = JSON.parse(readFileSync("package.json", "utf8")) as { readonly version: string };
const folder = mkdtempSync(path.join(tmpdir(), "pendulaire-bad-input-"));
const out = path.join(folder, "out");
const at = (name: string) => path.join(folder, name);
const write = (name: string, content: string | Uint8Array): string => {
  writeFileSync(at(name), content);
  return at(name);
};
beforeEach(() => {
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const pbfNames = cityNames.filter((name) => name.endsWith(".pbf"));
const gzipNames = cityNames.filter((name) => name.endsWith(".gz"));
const xmlNames = cityNames.filter((name) => name.endsWith(".osm") || name.endsWith(".xml"));

/** Refused, with nothing in the folder that was to be written into. */
function expectNoCity(city: string, cause: RegExp): void {
  expectUnusable(["import", city, "--out", out, "--json"], cause);
  expect(filesBelow(out)).toEqual([]);
}

const osm = (content: string) => `<?xml version="1.0"?>\n<osm version="0.6">\n${content}\n</osm>\n`;
const nodes = '<node id="1" lat="48.4" lon="15.6"/><node id="2" lat="48.401" lon="15.6"/>';

describe.skipIf(!hasCities)("a real city, damaged, is refused with the place of the damage:", () => {
  test.each(pbfNames)("%s cut off", (name) => {
    const bytes = readCityFile(name);
    expectNoCity(write("cut.osm.pbf", bytes.slice(0, bytes.length >> 1)), /cut\.osm\.pbf: byte \d+: file ends/);
    expectNoCity(write("cut.osm.pbf", bytes.slice(0, bytes.length - 1)), /cut\.osm\.pbf: byte \d+: file ends/);
  });
  test.each(gzipNames)("%s cut off", (name) => {
    const bytes = readCityFile(name);
    expectNoCity(write("cut.osm.gz", bytes.slice(0, bytes.length >> 1)), /cut\.osm\.gz: compressed data end early/);
  });
  test.each(xmlNames)("%s ends early", (name) => {
    const bytes = readCityFile(name);
    expectNoCity(write("cut.osm", bytes.slice(0, bytes.length >> 1)), /cut\.osm: line \d+: /);
  });
  test.each([...pbfNames, ...xmlNames])("%s under another's name", (name) => {
    const suffix = name.endsWith(".pbf") ? "osm" : "osm.pbf";
    expectNoCity(write(`other.${suffix}`, readCityFile(name)), /other\.osm.*: named .*, but/);
    expectNoCity(write("city.txt", readCityFile(name)), /city\.txt: not a city file/);
  });
});

describe("a city that is none is refused by name:", () => {
  test("by each command that reads one", () => {
    const city = write("none.osm", "");
    expectUnusable(["simulate", city, "--save", path.join(out, "save")], /none\.osm: file is empty/);
    expectUnusable(["bench", "--city", city], /none\.osm: file is empty/);
    expectUnusable(["serve", city], /none\.osm: file is empty/);
    expect(filesBelow(out)).toEqual([]);
  });
  test.each(["empty.osm", "empty.osm.pbf", "empty.osm.gz"])("%s without a byte", (name) => {
    expectNoCity(write(name, ""), /empty\.\S+: file is empty/);
  });
  test("no roads, no cars' roads, or no nodes", () => {
    expectNoCity(write("bare.osm", osm("")), /bare\.osm: no roads/);
    const footway = `${nodes}<way id="9"><nd ref="1"/><nd ref="2"/><tag k="highway" v="footway"/></way>`;
    expectNoCity(write("footway.osm", osm(footway)), /footway\.osm: no roads/);
    const lost = '<way id="9"><nd ref="1"/><nd ref="7"/><nd ref="8"/><tag k="highway" v="primary"/></way>';
    expectNoCity(write("lost.osm", osm(nodes + lost)), /lost\.osm: 2 of the 3 points .* not in the file/);
  });
  test("a node that is nowhere", () => {
    const far = '<node id="1" lat="948.4" lon="15.6"/><node id="2" lat="48.401" lon="15.6"/>';
    const road = '<way id="9"><nd ref="1"/><nd ref="2"/><tag k="highway" v="primary"/></way>';
    expectNoCity(write("far.osm", osm(far + road)), /far\.osm: line \d+: node 1: coordinates are out of range/);
  });
  test("other bytes", () => {
    expectNoCity(write("words.osm.pbf", "These are words."), /words\.osm\.pbf: .*first bytes/);
    expectNoCity(write("page.osm", "<html><body/></html>"), /page\.osm: /);
    expectNoCity(write("imported.city", "These are words."), /imported\.city: /);
  });
  test("a file that is not there, a link to nowhere, a folder that no import wrote", () => {
    symlinkSync(at("nowhere.osm"), at("dangling.osm"));
    expectNoCity(at("absent.osm"), /absent\.osm: no such file/);
    expectNoCity(at("dangling.osm"), /dangling\.osm: no such file/);
    expectNoCity(out, /no imported\.city in this folder/);
  });
});

const bundled = (...more: string[]) => ["simulate", "bundled-town", "--people", "100", "--to", "06:02", ...more];

test.each<[cause: RegExp, ...args: string[]]>([
  [/a city is missing/, "import"],
  [/a city is missing/, "simulate"],
  [/one argument too many/, "import", "bundled-town", "another"],
  [/--speed: there is no such option/, "import", "bundled-town", "--speed", "9"],
  [/--bridge: there is no such option/, "simulate", "bundled-town", "--bridge"],
  [/--people: a whole number/, "simulate", "bundled-town", "--people", "0"],
  [/--people/, "simulate", "bundled-town", "--people", "-5"],
  [/--people: a whole number/, "simulate", "bundled-town", "--people=-5"],
  [/--people: a whole number/, "simulate", "bundled-town", "--people", "1e3"],
  [/--people: a whole number/, "bench", "--people", "0"],
  [/--from: a time of day/, "simulate", "bundled-town", "--from", "25:00"],
  [/--from: a time of day/, "simulate", "bundled-town", "--from", "7"],
  [/--from/, "simulate", "bundled-town", "--from"],
  [/--to: a time of day HH:MM after --from/, "simulate", "bundled-town", "--to", "05:00"],
  [/--to: a time of day HH:MM after --from/, "simulate", "bundled-town", "--from", "07:00", "--to", "07:00"],
  [/--step: /, "simulate", "bundled-town", "--step", "0"],
  [/--step: /, "simulate", "bundled-town", "--step", "2"],
  [/--step: /, "simulate", "bundled-town", "--step", "NaN"],
  [/--seed: /, "simulate", "bundled-town", "--seed", "4294967296"],
  [/--seed: /, "import", "bundled-town", "--seed", "x"],
  [/--at: Tuesday: a weekday and a time such as "Tu 08:00"/, "import", "a.osm", "--at", "Tuesday"],
  [/--at: 2026-02-30T08:00: there is no such day/, "import", "a.osm", "--at", "2026-02-30T08:00"],
  [/--at: only a file of OpenStreetMap/, "import", "bundled-town", "--at", "Tu 08:00"],
  [/--at: only a file of OpenStreetMap/, "import", "a.net.xml", "--at", "Tu 08:00"],
  [/--at: only a file of OpenStreetMap/, "import", "a.sumocfg", "--at", "Tu 08:00"],
  [/--model: /, "simulate", "bundled-town", "--model", "macro"],
  [/--edge-period: needs --edges/, "simulate", "bundled-town", "--edge-period", "60"],
  [/there is: engine/, "bench", "nothing"],
  [/--only: 'nothing' is none of speed/, "bench", "traffic", "--only", "speed,nothing"],
  [/--network: is none of g20_d10k/, "bench", "traffic", "--network", "g21"],
  [/--vehicles: a whole number from 30000/, "bench", "traffic", "--vehicles", "1000"],
  [/--rate: needs --network/, "bench", "ledger", "--rate", "99"],
  [/--out: is given more than once/, "import", "bundled-town", "--out", at("a"), `--out=${at("b")}`],
  [/--people: is given more than once/, "simulate", "bundled-town", "--people", "5", "--people", "5"],
  [/--port: is given more than once/, "serve", "--port", "0", "--port", "0"],
  [/--port: /, "serve", "--port", "99999"],
  [/no command 'fly'/, "fly"],
  [/no command 'fly'/, "help", "fly"],
])("is refused: %s", (cause: RegExp, ...args: readonly (string | RegExp)[]) => {
  expectUnusable(args.map(String), cause);
});

test("no command at all is the help and code 2; asked for, it is code 0", () => {
  expect(runCli([])).toMatchObject({ code: 2, stderr: "" });
  const asked = runCli(["--help"]);
  expect(asked.code).toBe(0);
  expect(runCli(["help", "--json"])).toEqual(asked);
  for (const name of ["import", "simulate", "ledger", "verify", "bench", "serve"]) {
    expect(asked.stdout).toContain(`pendulaire ${name}`);
    const own = runCli([name, "--help"]);
    expect(own).toMatchObject({ code: 0, stderr: "" });
    expect(runCli(["help", name])).toEqual(own);
  }
});

test("-h and -V are known everywhere", () => {
  const version = { code: 0, stdout: `pendulaire ${packageVersion}\n`, stderr: "" };
  for (const args of [["--version"], ["-V"], ["simulate", "--version"], ["ledger", "-V"], ["-V", "--json"]])
    expect(runCli(args), args.join(" ")).toEqual(version);
  expect(runCli(["-h"])).toEqual(runCli(["--help"]));
  for (const name of ["simulate", "serve"]) expect(runCli([name, "-h"])).toEqual(runCli([name, "--help"]));
});

test("help says what a city may be, and how a file of commands is written", () => {
  for (const args of [["--help"], ["simulate", "--help"]]) {
    const { stdout } = runCli(args);
    for (const word of ["bundled-town", ".osm", ".net.xml", ".sumocfg", "import CITY --out DIR"])
      expect(stdout).toContain(word);
    const [, example = ""] = /^--commands: .*Example: (.*)$/m.exec(stdout) ?? [];
    // Its form is taken: what is refused is an edge that this city does not have.
    expectUnusable(
      bundled("--commands", write("example.json", example)),
      /example\.json: \[0\]\.edge: no edge '25007987'/,
    );
  }
});

test("serve prints no link to a city that is not there", () => {
  const run = runCli(["serve", at("nosuch.osm")]);
  expect(run).toEqual({ code: 2, stdout: "", stderr: `pendulaire: ${at("nosuch.osm")}: no such file\n` });
});

test("figures are rounded in text, and whole as JSON", () => {
  const [text, json] = [runCli(bundled()), documentOf(runCli(bundled("--json")))];
  expect(text.stdout).toMatch(/^wallS +\d+(\.\d{1,6})?$/m);
  expect(text.stdout).toContain(`stateHash          ${String(json["stateHash"])}`);
  expect(String(json["wallS"]).length).toBeGreaterThan(6);
});

describe("a scenario of SUMO", () => {
  const routesOf = (traffic: string) =>
    write("a.rou.xml", `<routes>\n<route id="r" edges="we me"/>\n${traffic}\n</routes>\n`);
  const simulate = (traffic: string, ...more: string[]) => {
    const [net, routes] = [write("a.net.xml", exampleNet), routesOf(traffic)];
    return ["simulate", net, "--routes", routes, "--edges", path.join(out, "edges.csv"), ...more];
  };
  const car = '<vehicle id="v" depart="0" route="r"/>';
  test.each<[cause: RegExp, traffic: string, ...more: string[]]>([
    [/a\.rou\.xml: line 3: flow "f": has more than 2000000/, '<flow id="f" route="r" end="9" number="3000000"/>'],
    [/a\.rou\.xml: line 3: flow "f": has no end, and neither/, '<flow id="f" route="r" number="3"/>'],
    [/a\.rou\.xml: line 3: trip "t": fromTaz: zones/, '<trip id="t" depart="0" fromTaz="a" toTaz="b"/>'],
    [/a\.rou\.xml: line 3: vehicle "v": departLane: edge "we" has no lane 99/, car.replace("/>", ' departLane="99"/>')],
    [/a\.rou\.xml: no vehicle departs between 01:00:00 and 02:00:00/, car, "--from", "01:00", "--to", "02:00"],
    [/a\.rou\.xml: there is no vehicle, trip or flow to drive/, ""],
    [/a\.rou\.xml: line 3: vehicle "v": depart is no time/, car.replace('"0"', '"NaN"')],
    [/a\.rou\.xml: line 4: /, "<vehicle"],
  ])("is refused by file, line and element: %s", (cause, ...args) => {
    expectUnusable(simulate(...args), cause);
    expect(filesBelow(out)).toEqual([]);
  });
  test("is refused where its network ends early, is another file, or no gzip", () => {
    const packed = gzipSync(exampleNet);
    const city = (name: string, content: string | Uint8Array) => write(name, content);
    expectNoCity(city("b.net.xml", exampleNet.slice(0, 3000)), /b\.net\.xml: line \d+: /);
    expectNoCity(city("b.net.xml", "<routes/>"), /b\.net\.xml: line 1: the outermost element is <routes>/);
    expectNoCity(city("b.net.xml.gz", packed.subarray(0, 300)), /b\.net\.xml\.gz: compressed data end early/);
    expectNoCity(city("b.net.xml.gz", "words"), /b\.net\.xml\.gz: neither XML nor gzip/);
    expectNoCity(city("b.net.xml", ""), /b\.net\.xml: file is empty/);
  });
  test("tells on a run what was left out of its network", () => {
    const run = runCli(simulate(car, "--json"));
    expect(documentOf(run)).toMatchObject({ arrived: 1, dropped: [{ what: "edges", count: 1 }] });
  });
});

describe("commuters on a scenario of SUMO", () => {
  test("take the place of its vehicles, and it is told", () => {
    write("a.net.xml", exampleNet);
    const city = write("a.sumocfg", '<configuration><net-file value="a.net.xml"/></configuration>');
    const run = ["simulate", city, "--people", "2", "--to", "06:01"];
    const what = "vehicles, begin, end and step of the configuration";
    const why = "--people: commuters drive on its network instead";
    expect(documentOf(runCli([...run, "--json"]))["dropped"]).toContainEqual({ what, count: 1, why });
    expect(runCli(run).stdout).toContain(`${what}: ${why}`);
  });
});

describe("a table of pairs", () => {
  const route = (text: string | Uint8Array) => ["route", "bundled-town", "--pairs", write("pairs.csv", text)];
  const head = "from_lon,from_lat,to_lon,to_lat";
  test.each<[cause: RegExp, text: string]>([
    [/pairs\.csv: line 2: from_lon, from_lat lie \d+ km from the nearest junction/, `${head}\n-120,-40,0,0\n`],
    [/pairs\.csv: line 2: to_lat 'x' is not a number/, `${head}\n1,2,3,x\n`],
    [/pairs\.csv: line 1: no column 'to_lat'/, "from_lon,from_lat,to_lon\n"],
    [/pairs\.csv: is empty/, ""],
  ])("is refused by its line: %s", (cause, text) => {
    expectUnusable(route(text), cause);
  });
  test("in UTF-16 is refused by its name", () => {
    const text = Buffer.from(`\uFEFF${head}\n`, "utf16le");
    expectUnusable(route(text), /pairs\.csv: the text is UTF-16; only UTF-8 is read/);
  });
});

describe("a place that cannot be written", () => {
  test("is refused before the work, whoever runs it, and nothing is left beside it", () => {
    const file = write("file", "content");
    for (const option of ["--edges", "--trips", "--save"]) {
      expectUnusable(bundled(option, path.join(file, "x")), /file\/x: there is no folder/);
      expectUnusable(bundled(option, path.join(folder, "no/such/x")), /no\/such\/x: there is no folder/);
      expectUnusable(bundled(option, out), /out: is a folder/);
    }
    expectUnusable(["import", "bundled-town", "--out", file], /file: a file, not a folder/);
    expectUnusable(["import", "bundled-town", "--out", path.join(file, "x")], /file: a file, not a folder/);
    expect(readFileSync(file, "utf8")).toBe("content");
    expect(filesBelow(out)).toEqual([]);
  });
  test.skipIf(process.platform !== "linux")(
    "because its file system takes no folders is refused, not tried for ever",
    () => {
      expectUnusable(
        ["import", "bundled-town", "--out", "/proc/nowhere"],
        /\/proc\/nowhere: the folder cannot be made/,
      );
    },
  );
  test("fails whole: of several outputs that are asked for, none is begun when one has no place", () => {
    const args = bundled("--trips", path.join(out, "trips.csv"), "--save", path.join(folder, "no/save"));
    expectUnusable(args, /no\/save: there is no folder/);
    expect(filesBelow(out)).toEqual([]);
  });
});

describe("a file that a run reads or writes already is not written over", () => {
  const first = (file: string) => readFileSync(file, "utf8").slice(0, 20);
  test("of simulate: city, files of SUMO, commands, save; and no file takes two outputs", () => {
    const net = write("over.net.xml", exampleNet);
    const routes = write(
      "over.rou.xml",
      '<routes><vehicle id="v" depart="0"><route edges="we me"/></vehicle></routes>',
    );
    const additional = write("over.add.xml", "<additional/>");
    const named = `<net-file value="over.net.xml"/><route-files value="over.rou.xml"/>`;
    const text = `<configuration>${named}<additional-files value="over.add.xml"/><end value="60"/></configuration>`;
    const scenario = write("over.sumocfg", text);
    const commands = write("over.json", "[]");
    const save = path.join(out, "save");
    expect(runCli(bundled("--save", save)).code).toBe(0);
    const before = [net, routes, additional, scenario, commands, save].map(first);
    for (const input of [scenario, net, routes, additional])
      expectUnusable(["simulate", scenario, "--trips", input], /--trips \S+: would replace .*, which this run reads/);
    const files = ["--routes", routes, "--additional", additional];
    for (const input of [net, routes, additional])
      expectUnusable(["simulate", net, ...files, "--edges", input], /--edges .*: would replace/);
    expectUnusable(bundled("--commands", commands, "--trips", commands), /--trips .*over\.json: would replace/);
    const resumed = ["simulate", "bundled-town", "--to", "06:03", "--resume", save, "--save", save];
    expectUnusable(resumed, /--save .*: would replace .*save, which this run reads/);
    expect([net, routes, additional, scenario, commands, save].map(first)).toEqual(before);
    const one = path.join(out, "one");
    expectUnusable(bundled("--trips", one, "--edges", one), /--trips .*one: is the file of --edges already/);
    expectUnusable(bundled("--save", one, "--trips", one), /--save .*one: is the file of --trips already/);
    expect(filesBelow(out).map((name) => name.split(" ")[0])).toEqual(["save"]);
  });
  test("of import, whatif and bench", () => {
    const city = write("over.net.xml", exampleNet);
    symlinkSync(city, path.join(out, "imported.city"));
    expectUnusable(["import", city, "--out", out], /--out .*imported\.city: would replace .*over\.net\.xml/);
    const scenario = write("over.json", "{}");
    const incidents = ["whatif", "bundled-town", "--incidents", "1", "--scenario", scenario];
    expectUnusable([...incidents, "--keep", scenario], /--keep .*over\.json: would replace/);
    expectUnusable([...incidents, "--page", scenario], /--page .*over\.json: would replace/);
    const twice = ["--page", path.join(out, "x"), "--keep", path.join(out, "x")];
    expectUnusable([...incidents, ...twice], /--keep .*x: is the file of --page already/);
    expectUnusable(["bench", "shift", "--city", city, "--samples", city], /--samples .*: would replace/);
    expect(first(city)).toBe(exampleNet.slice(0, 20));
  });
});

describe("a file of commands", () => {
  const commands = (content: unknown) =>
    bundled("--commands", write("commands.json", typeof content === "string" ? content : JSON.stringify(content)));
  const closing = { kind: "closeLanes", at: "06:01", edge: "no such edge", lanes: 1 };
  test.each<readonly [cause: RegExp, content: unknown]>([
    [/commands\.json: not JSON/, ""],
    [/commands\.json: not JSON/, '[{"kind": "closeLanes"'],
    [/commands\.json: /, {}],
    [/commands\.json: 0\.kind/, [{ ...closing, kind: "flood" }]],
    [/commands\.json: 0\.severity/, [{ ...closing, severity: 3 }]],
    [/commands\.json: 0\.lanes/, [{ ...closing, lanes: 0 }]],
    [/commands\.json: 0\.lanes/, [{ ...closing, lanes: -1 }]],
    [/commands\.json: 0\.positionM/, [{ ...closing, positionM: -4 }]],
    [/commands\.json: \[0\]\.at: a time of day/, [{ ...closing, at: "noon" }]],
    [/commands\.json: \[0\]\.at: before the simulation begins/, [{ ...closing, at: "05:59" }]],
    [/commands\.json: \[0\]\.edge: no edge 'no such edge'/, [closing]],
  ])("is refused with the place in it: %s", (cause, content) => {
    expectUnusable([...commands(content), "--save", path.join(out, "save")], cause);
    expect(filesBelow(out)).toEqual([]);
  });
  test("that is not there is named", () => {
    expectUnusable(bundled("--commands", at("absent.json")), /absent\.json: no such file/);
  });
});

describe("a saved simulation", () => {
  test("that was cut, changed in its form, or is another file is refused", () => {
    const save = path.join(out, "save");
    expect(runCli(bundled("--save", save)).code).toBe(0);
    const bytes = new Uint8Array(readFileSync(save));
    const resume = (file: string) => ["simulate", "bundled-town", "--to", "06:03", "--resume", file];
    expect(runCli(resume(save)).code).toBe(0);
    for (const part of [0, 3, 100, bytes.length >> 1, bytes.length - 1]) {
      expectUnusable(resume(write("cut", bytes.slice(0, part))), /cut: /);
    }
    expectUnusable(resume(write("longer", new Uint8Array([...bytes, 0]))), /longer: /);
    const damaged = bytes.slice();
    damaged[bytes.length >> 1] ^= 1;
    expectUnusable(resume(write("damaged", damaged)), /damaged: /);
    expectUnusable(resume(at("absent")), /absent: no such file/);
    expectUnusable(
      ["simulate", "bundled-town", "--to", "06:01", "--resume", save],
      /--to: the saved state stands at 06:02/,
    );
  });
});
