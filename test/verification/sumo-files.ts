import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import { dataRoot } from "./city-files";

/** Folders with networks of SUMO below the reference data, each as a path. */
export const sumoFolders: readonly string[] = existsSync(dataRoot)
  ? readdirSync(dataRoot)
      .filter((name) => name.startsWith("sumo-"))
      .map((name) => path.join(dataRoot, name))
  : [];

export const hasSumo = sumoFolders.length > 0;
if (!hasSumo && process.env["CI"] === "true") throw new Error(`no sumo-* in ${dataRoot}, and CI=true allows no skip`);
if (!hasSumo) console.warn(`skipped: no sumo-* in ${dataRoot} (set PENDULAIRE_TEST_DATA)`);

/** Files below the folders whose names end in a suffix. */
export const sumoFiles = (suffix: RegExp): readonly string[] =>
  sumoFolders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((name) => suffix.test(name))
      .map((name) => path.join(folder, name)),
  );

export const bytesOf = (file: string): Uint8Array => new Uint8Array(readFileSync(file));

/** An element as patterns find it, without any parser of ours. */
export interface FoundElement {
  readonly tag: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** How many elements are open around it. */
  readonly depth: number;
}

/** All elements of a file, by regular expressions: an account that shares nothing with the importer. */
export function elementsOf(file: string): FoundElement[] {
  const raw = readFileSync(file);
  return elementsIn((file.endsWith(".gz") ? gunzipSync(raw) : raw).toString("utf8"));
}

export function elementsIn(document: string): FoundElement[] {
  const text = document.replace(/<!--[\s\S]*?-->/g, "");
  const found: FoundElement[] = [];
  let depth = 0;
  for (const [, end, tag, body, closed] of text.matchAll(
    /<(\/?)([A-Za-z_][\w.-]*)((?:\s+[^\s"'=<>/]+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*(\/?)>/g,
  )) {
    if (end === "/") {
      depth--;
      continue;
    }
    const pairs = [...body.matchAll(/([^\s"'=<>/]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g)].map(
      ([, name, double, single]) => [name, unescaped(double ?? single ?? "")] as const,
    );
    found.push({ tag, attributes: Object.fromEntries(pairs), depth });
    if (closed !== "/") depth++;
  }
  return found;
}

const unescaped = (text: string): string =>
  text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&quot;", '"').replaceAll("&amp;", "&");
