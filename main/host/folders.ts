import { mkdirSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";

/** Where everything that outlives a run is kept; PENDULAIRE_HOME moves it. */
export function dataDirectory(): string {
  const chosen = process.env["PENDULAIRE_HOME"];
  if (chosen !== undefined && chosen !== "") return path.resolve(chosen);
  const base = process.env["XDG_DATA_HOME"] ?? path.join(homedir(), ".local", "share");
  return path.join(base, "pendulaire");
}

/** A folder below the data directory, made if need be, for this user only. */
export function dataFolder(...names: readonly string[]): string {
  const folder = path.join(dataDirectory(), ...names);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return folder;
}
