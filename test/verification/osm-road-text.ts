import { gunzipSync } from "node:zlib";
import { readCityFile } from "./city-files";

/** Nodes and ways of a map as its text has them. */
export interface RoadText {
  /** Degrees east and north. */
  readonly nodes: ReadonlyMap<string, readonly [number, number]>;
  readonly ways: ReadonlyMap<string, readonly string[]>;
}

/** By regular expressions: an account that shares nothing with the importer. */
export function readRoadText(name: string): RoadText {
  const bytes = readCityFile(name);
  const text = Buffer.from(name.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8");
  const attribute = (element: string, key: string) => new RegExp(` ${key}=["']([^"']*)["']`).exec(element)?.[1] ?? "";
  const nodes = new Map<string, readonly [number, number]>();
  for (const [element] of text.matchAll(/<node [^>]*>/g))
    nodes.set(attribute(element, "id"), [Number(attribute(element, "lon")), Number(attribute(element, "lat"))]);
  const ways = new Map<string, readonly string[]>();
  for (const [, head = "", body = ""] of text.matchAll(/<way( [^>]*)>([\s\S]*?)<\/way>/g))
    ways.set(
      attribute(head, "id"),
      Array.from(body.matchAll(/<nd ref=["'](\d+)["']/g), ([, node = ""]) => node),
    );
  return { nodes, ways };
}
