import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { assert, describeFailure, type Result } from "../../common/result";

/** Where the reference data lies; nothing of it is part of this project. */
const dataRoot = process.env["PENDULAIRE_TEST_DATA"] ?? join(import.meta.dirname, "../../../shared/data");

/** Every JSON file below a folder of the reference data; empty, and said so, when there is none. */
export function jsonFilesOf(folder: string): readonly { readonly name: string; readonly json: unknown }[] {
  const root = join(dataRoot, folder);
  if (!existsSync(root)) {
    if (process.env["CI"] === "true") throw new Error(`no reference data at ${root}, and CI=true allows no skip`);
    console.warn(`skipped: no reference data at ${root} (set PENDULAIRE_TEST_DATA)`);
    return [];
  }
  const walk = (directory: string): string[] =>
    readdirSync(directory)
      .sort()
      .flatMap((entry) => {
        const path = join(directory, entry);
        return statSync(path).isDirectory() ? walk(path) : [path];
      });
  return walk(root)
    .filter((path) => path.endsWith(".json"))
    .map((path) => ({ name: path.slice(root.length + 1), json: JSON.parse(readFileSync(path, "utf8")) as unknown }));
}

/** Every object anywhere in a JSON document that has all of these fields. */
export function objectsWith(json: unknown, ...fields: readonly string[]): readonly Record<string, unknown>[] {
  if (typeof json !== "object" || json === null) return [];
  const below = Object.values(json).flatMap((value) => objectsWith(value, ...fields));
  const record = json as Record<string, unknown>;
  return fields.every((field) => field in record) ? [record, ...below] : below;
}

export function valueOf<T>(result: Result<T>): T {
  assert(result.ok, result.ok ? "" : describeFailure(result.error));
  return result.value;
}
