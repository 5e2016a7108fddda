import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { build } from "esbuild";
import { afterAll, expect, test } from "vitest";
import { packCity, type City } from "../../common/city";
import { generateTown } from "../../sim-data";
import { cityOf, dataRoot, hasCities } from "./city-files";

/**
 * The same bytes in every Node. Other versions: `PENDULAIRE_OTHER_NODES` lists their binaries, separated by ":". One is
 * fetched by `npx -y -p node@22 -c "which node"`.
 */
const others = (process.env["PENDULAIRE_OTHER_NODES"] ?? "").split(":").filter((binary) => binary !== "");
if (others.length === 0) console.warn("skipped: other versions of Node (set PENDULAIRE_OTHER_NODES)");

const folder = mkdtempSync(path.join(tmpdir(), "pendulaire-city-"));
afterAll(() => rmSync(folder, { recursive: true }));

const hashOf = (city: City): string => createHash("sha256").update(packCity(city)).digest("hex");

/** A program that prints the hashes of a generated town and of an imported city, in CommonJS as the product is built. */
async function bundleHashes(): Promise<string> {
  const source = path.join(folder, "hashes.ts");
  const root = path.resolve(".");
  writeFileSync(
    source,
    `import { createHash } from "node:crypto";
     import { readFileSync } from "node:fs";
     import { packCity } from "${root}/common/city";
     import { generateTown } from "${root}/sim-data";
     import { importCity } from "${root}/workers/city";
     const show = (city) => console.log(createHash("sha256").update(packCity(city)).digest("hex"));
     show(generateTown(1));
     for (const file of process.argv.slice(2)) {
       const city = importCity(file.replace(/^.*\\//, ""), new Uint8Array(readFileSync(file)));
       if (city.ok) show(city.value);
     }`,
  );
  const outfile = path.join(folder, "hashes.cjs");
  await build({
    entryPoints: [source],
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node18.15",
    loader: { ".wasm": "binary" },
    outfile,
  });
  return outfile;
}

test("the town is the same when it is generated twice", () => {
  expect(hashOf(generateTown(1))).toBe(hashOf(generateTown(1)));
});

test.skipIf(others.length === 0).each(others)("%s makes the same cities to the byte", async (binary) => {
  const program = await bundleHashes();
  const files = hasCities ? ["krems.osm.gz", "andorra.osm.pbf"] : [];
  const expected = [generateTown(1), ...files.map(cityOf)].map(hashOf);
  const printed = execFileSync(binary, [program, ...files.map((file) => path.join(dataRoot, "osm-cities", file))], {
    encoding: "utf8",
  });
  expect(printed.trim().split("\n")).toEqual(expected);
});
