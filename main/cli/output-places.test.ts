import { execFileSync } from "node:child_process";
import {
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { describeFailure, type Result } from "../../common/result";
import { reasonOfWriting } from "../host/file-reading";
import { filesOfCity } from "../host/city-files";
import { checkOutputs, type Output } from "./output-places";
import { checkFolder, makeFolder, writeWhole } from "./whole-files";

const folder = mkdtempSync(path.join(tmpdir(), "pendulaire-outputs-"));
const at = (name: string) => path.join(folder, name);
const write = (name: string, content = "content"): string => {
  writeFileSync(at(name), content);
  return at(name);
};
const said = (result: Result<unknown>) => (result.ok ? "none" : describeFailure(result.error));
const output = (file: string, option = "--trips"): Output => ({ option, file });
const refusal = (file: string, ...inputs: string[]) => said(checkOutputs([output(file)], inputs));

beforeEach(() => {
  for (const name of readdirSync(folder)) rmSync(at(name), { recursive: true });
});
afterAll(() => rmSync(folder, { recursive: true }));

describe("an output that is a file of the run's inputs is refused", () => {
  test("by the same path, another way to write it, and links of both kinds", () => {
    const input = write("city.osm");
    mkdirSync(at("below"));
    symlinkSync(input, at("symbolic"));
    symlinkSync(folder, at("same"));
    linkSync(input, at("hard"));
    for (const file of [input, `${folder}/below/../city.osm`, at("symbolic"), at("same/city.osm"), at("hard")])
      expect(refusal(file, input)).toBe(`--trips ${file}: would replace ${input}, which this run reads`);
    expect(refusal(at("other"), input)).toBe("none");
    expect(refusal(write("present"), input)).toBe("none");
    expect(readFileSync(input, "utf8")).toBe("content");
  });

  test("where a link names the input, too", () => {
    const file = write("city.osm");
    symlinkSync(file, at("input"));
    expect(refusal(file, at("input"))).toContain("would replace");
  });

  test("of a scenario of SUMO each file that its configuration names", async () => {
    const files = ["a.net.xml", "a.rou.xml", "b.rou.xml", "c d.rou.xml", "a.add.xml"].map((name) => write(name));
    const text = `<configuration><net-file value="a.net.xml"/><route-files value="a.rou.xml b.rou.xml,c d.rou.xml"/>
      <additional-files value="a.add.xml"/></configuration>`;
    const configuration = write("a.sumocfg", text);
    const inputs = await filesOfCity({ kind: "file", path: configuration });
    for (const file of [configuration, ...files]) expect(refusal(file, ...inputs)).toContain("would replace");
    // One that cannot be read is told by the run; itself it is an input all the same.
    write("a.sumocfg", "words");
    expect(await filesOfCity({ kind: "file", path: configuration })).toEqual([configuration]);
  });

  test("of an imported folder its file", async () => {
    const file = write("imported.city");
    expect(refusal(file, ...(await filesOfCity({ kind: "file", path: folder })))).toContain("would replace");
  });
});

test("two outputs of one file are refused by both options, present or not", () => {
  symlinkSync(at("t.csv"), at("link"));
  for (const second of [at("t.csv"), at("link")]) {
    const outputs = [output(at("t.csv")), output(second, "--edges")];
    expect(said(checkOutputs(outputs, []))).toBe(`--edges ${second}: is the file of --trips already`);
  }
  write("t.csv");
  expect(said(checkOutputs([output(at("t.csv")), output(at("link"), "--save")], []))).toContain("--trips already");
  expect(checkOutputs([output(at("a")), output(at("b"), "--edges")], []).ok).toBe(true);
});

describe("what lies at the place", () => {
  test.skipIf(process.platform === "win32")(
    "is not replaced when it is a pipe, a socket, or a link to one",
    async () => {
      execFileSync("mkfifo", [at("pipe")]);
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(at("socket"), resolve));
      symlinkSync(at("pipe"), at("link"));
      try {
        for (const name of ["pipe", "socket", "link"]) {
          expect(refusal(at(name)), name).toContain(`--trips ${at(name)}: is a device, pipe or socket`);
          expect(writeWhole(at(name), "new").ok, name).toBe(false);
        }
        expect(lstatSync(at("pipe")).isFIFO()).toBe(true);
        expect(readdirSync(folder).sort()).toEqual(["link", "pipe", "socket"]);
      } finally {
        await new Promise((resolve) => server.close(resolve));
      }
    },
  );

  test("as a symbolic link stays: its target gets the content, there already or not", () => {
    mkdirSync(at("below"));
    write("below/file");
    for (const target of ["below/file", "below/new"]) {
      rmSync(at("link"), { force: true });
      symlinkSync(target, at("link"));
      expect(refusal(at("link"))).toBe("none");
      expect(writeWhole(at("link"), "new").ok).toBe(true);
      expect(lstatSync(at("link")).isSymbolicLink()).toBe(true);
      expect(readFileSync(at(target), "utf8")).toBe("new");
    }
    expect(readdirSync(at("below")).sort()).toEqual(["file", "new"]);
  });

  test("as a link in a circle, to a folder, or to below nothing is refused", () => {
    symlinkSync("b", at("a"));
    symlinkSync("a", at("b"));
    symlinkSync(".", at("folder"));
    symlinkSync("no/such", at("nowhere"));
    expect(refusal(at("a"))).toContain("leads in a circle");
    expect(refusal(at("folder"))).toContain("is a folder");
    expect(refusal(at("nowhere"))).toContain("there is no folder");
  });
});

describe("without the right to write", () => {
  const nowhere = () => false;

  test("folders and files are refused before the run, in words of writing", () => {
    const file = write("file");
    expect(said(checkOutputs([output(at("new"))], [], nowhere))).toBe(
      `--trips ${at("new")}: this user may not write into the folder ${folder}`,
    );
    expect(said(checkOutputs([output(file)], [], (place) => place !== file))).toBe(
      `--trips ${file}: this user may not write it`,
    );
    expect(said(checkFolder(folder, nowhere))).toBe(`${folder}: this user may not write into the folder ${folder}`);
    expect(said(checkFolder(at("new/below"), nowhere))).toBe(
      `${at("new/below")}: the folder cannot be made: this user may not write into the folder ${folder}`,
    );
    expect(readdirSync(folder)).toEqual(["file"]);
  });

  test("below a file there is no folder, and none is made", () => {
    const file = write("file");
    expect(refusal(path.join(file, "x"))).toContain("there is no folder");
    for (const make of [checkFolder, makeFolder])
      expect(said(make(path.join(file, "x")))).toBe(`${file}: a file, not a folder`);
  });

  test("the system's reasons are of writing", () => {
    for (const code of ["EACCES", "EPERM"])
      expect(reasonOfWriting(Object.assign(new Error(), { code }))).toBe("this user may not write there");
    expect(reasonOfWriting(Object.assign(new Error(), { code: "EROFS" }))).toContain("only be read");
  });
});
