// Makes docs/validation.md anew: computes the figures of the accuracy tests that are named (all without a name), draws their
// plots, and writes the tables of the page, each with the commit it was computed at. Needs the reference data
// (PENDULAIRE_TEST_DATA), and for `edges` and `incident` SUMO. Figures that are not computed anew stay as they were.
//
//   node build/validation.mjs [ring flow shocks signal edges incident platoons]
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { buildSync } from "esbuild";
import { root, setUp } from "./setup.mjs";

const parts = ["ring", "flow", "shocks", "signal", "edges", "incident", "platoons"];
const page = path.join(root, "docs/validation.md");
const folder = path.join(root, "docs/validation");
const kept = path.join(folder, "figures.json");
const program = path.join(root, "node_modules/.cache/pendulaire/traffic-figures.cjs");

const wanted = process.argv.length > 2 ? process.argv.slice(2) : parts;
const strange = wanted.find((part) => !parts.includes(part));
if (strange !== undefined) {
  console.error(`validation: '${strange}' is none of ${parts.join(", ")}`);
  process.exit(2);
}

setUp();
mkdirSync(folder, { recursive: true });

function output(command, args) {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd: root,
    encoding: "utf8",
    maxBuffer: 64 * 2 ** 20,
    env: { ...process.env, FORCE_COLOR: "0" },
  });
  if (status !== 0) throw new Error(`${command} ${args.join(" ")}: ${error?.message ?? stderr}`);
  return stdout;
}

buildSync({
  absWorkingDir: root,
  entryPoints: ["test/verification/traffic-figures.ts"],
  outfile: program,
  bundle: true,
  platform: "node",
  target: "node18.15",
  loader: { ".wasm": "binary" },
});

const changed = output("git", ["status", "--porcelain", "--untracked-files=no", "--", ":!docs"]).trim() !== "";
const commit = output("git", ["rev-parse", "--short", "HEAD"]).trim() + (changed ? " and changes" : "");
const date = new Date().toISOString().slice(0, 10);
const figures = existsSync(kept) ? JSON.parse(readFileSync(kept, "utf8")) : {};
for (const part of wanted) {
  console.error(`validation: ${part} …`);
  figures[part] = { commit, date, figures: JSON.parse(output(process.execPath, [program, part, folder])) };
}
const ordered = Object.fromEntries(parts.flatMap((part) => (part in figures ? [[part, figures[part]]] : [])));
writeFileSync(kept, `${JSON.stringify(ordered, null, 2)}\n`);

let text = readFileSync(page, "utf8");
for (const [part, evidence] of Object.entries(ordered)) {
  const [begin, end] = [`<!-- ${part} -->`, `<!-- end of ${part} -->`];
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`${page} has no place for ${part}`);
  text = `${text.slice(0, from + begin.length)}\n\n${tableOf(part, evidence)}\n\n${text.slice(to)}`;
}
writeFileSync(page, text);
output(process.execPath, ["node_modules/prettier/bin/prettier.cjs", "--write", page, kept]);
const missed = Object.values(ordered).flatMap((each) => each.figures.filter(({ ok }) => ok === false));
console.log(`${path.relative(root, page)} written, ${missed.length} bars missed`);

function tableOf(part, evidence) {
  const rows = evidence.figures.map(({ what, value, unit, bar, ok }) => {
    const verdict = ok === null ? "" : ok ? "met" : "**MISSED**";
    return `| ${what} | ${String(value).replace("-", "−")} ${unit} | ${bar ?? ""} | ${verdict} |`;
  });
  const head = ["| what | figure | bar | |", "| --- | ---: | --- | --- |"];
  const origin = `\`node build/validation.mjs ${part}\`, ${evidence.date}, commit ${evidence.commit}.`;
  return [...head, ...rows, "", origin].join("\n");
}
