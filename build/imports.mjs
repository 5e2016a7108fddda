// Checks who imports whom, and checks the checker: a violation is planted for each rule and must be caught.
import { rmSync, writeFileSync } from "node:fs";
import { spawnSync } from "node:child_process";
import path from "node:path";
import { root } from "./setup.mjs";

const folders = ["common", "ledger", "main", "renderer", "sim-data", "workers"];

/** Folder of a file that must not be, what it imports, and the rule that must say so. */
const planted = [
  ["common", "../ledger/contracts/terms", "common-imports-nothing"],
  ["ledger/contracts", "../machine/apply", "contracts-import-common"],
  ["ledger/machine", "../solo/solo", "machine-imports-contracts"],
  ["ledger/wire", "../machine/apply", "wire-imports-common"],
  ["ledger/solo", "../../main/host/folders", "solo-imports-machine-and-wire"],
  ["workers", "../main/host/folders", "workers-import-contracts"],
  ["workers/kernel", "../arena/arena", "kernel-stands-alone"],
  ["sim-data", "../workers/people", "sim-data-builds-cities"],
  ["renderer", "../main/host/folders", "renderer-imports-common"],
  ["main", "../renderer/state/frames", "main-not-renderer-nor-abci"],
  ["main/datex", "../host/folders", "datex-reads-and-writes-only"],
  ["main", "../workers/traffic/demand", "main-enters-workers-by-their-public-entries"],
  ["main/host", "electron", "electron-only-in-the-shell"],
  ["ledger/machine", "node:fs", "pure-rooms-use-no-platform"],
  ["common", "./nowhere", "no-unresolved"],
  ["ledger/vault", "../solo/solo", "vault-imports-machine"],
  // Each of the last two imports the other; the tool tells a cycle once.
  ["common", "./planted-18", "no-cycles"],
  ["common", "./planted-17", undefined],
].map(([folder, target, rule], row) => ({ file: `${folder}/planted-${row + 1}.ts`, target, rule }));

function cruise(targets) {
  const { stdout, status } = spawnSync(
    process.execPath,
    [
      "node_modules/dependency-cruiser/bin/dependency-cruise.mjs",
      "--config",
      ".dependency-cruiser.cjs",
      "--output-type",
      "json",
      ...targets,
    ],
    { cwd: root, encoding: "utf8", maxBuffer: 256 * 2 ** 20 },
  );
  if (!stdout) throw new Error(`dependency-cruiser ended with ${status} and said nothing`);
  const { summary } = JSON.parse(stdout);
  return summary;
}

/** The violations of a tree with the planted files in it; the tree is as before afterwards. */
function withPlanted() {
  try {
    for (const { file, target } of planted) writeFileSync(path.join(root, file), `import "${target}";\n`);
    return cruise(folders).violations;
  } finally {
    for (const { file } of planted) rmSync(path.join(root, file), { force: true });
  }
}

let failures = 0;
const { violations, totalCruised } = cruise(folders);
for (const { rule, from, to } of violations) {
  failures++;
  console.error(`${rule.name}: ${from} → ${to}`);
}
if (totalCruised < 100) {
  failures++;
  console.error(`only ${totalCruised} modules were looked at`);
}
const caught = withPlanted();
for (const { file, rule } of planted) {
  if (rule === undefined || caught.some((violation) => violation.rule.name === rule && violation.from === file))
    continue;
  failures++;
  console.error(`the planted violation of ${rule} in ${file} was not caught`);
}
console.error(
  failures === 0
    ? `${totalCruised} modules, ${planted.filter(({ rule }) => rule !== undefined).length} planted violations caught`
    : `${failures} failures`,
);
process.exit(failures === 0 ? 0 : 1);
