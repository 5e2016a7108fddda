import { accessSync, constants, mkdirSync, readdirSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import { fail, succeed, type Result } from "../../common/result";
import { reasonOfWriting } from "./file-reading";

/** Where everything that outlives a run is kept; PENDULAIRE_HOME moves it. */
export function dataDirectory(): string {
  const chosen = process.env["PENDULAIRE_HOME"];
  if (chosen !== undefined && chosen !== "") return path.resolve(chosen);
  const base = process.env["XDG_DATA_HOME"] ?? path.join(homedir(), ".local", "share");
  return path.join(base, "pendulaire");
}

/** Whether there is a data directory to write to, or can be. */
export function checkDataDirectory(): Result<void> {
  try {
    accessSync(dataFolder(), constants.W_OK);
    return succeed(undefined);
  } catch (error) {
    return fail(`the data directory cannot be used (${reasonOfWriting(error)}): set PENDULAIRE_HOME`, dataDirectory());
  }
}

/** A folder below the data directory, made if need be, for this user only. */
export function dataFolder(...names: readonly string[]): string {
  const folder = path.join(dataDirectory(), ...names);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return folder;
}

/** Sessions whose folders are kept. */
const sessionsKept = 20;

/**
 * A folder for a session of this process, named by time and by the process that works in it. Of the older ones the last
 * `sessionsKept` stay, and all in which a process still works.
 * @param label what tells a person which one it is
 */
export function startSessionFolder(label: string): string {
  const root = dataFolder("sessions");
  const idle = readdirSync(root)
    .filter((name) => !isWorkedIn(name))
    .sort();
  for (const name of idle.slice(0, Math.max(0, idle.length - sessionsKept + 1))) {
    rmSync(path.join(root, name), { recursive: true, force: true });
  }
  // Of a session that ended without a close only what can be read again stays.
  for (const name of idle) rmSync(path.join(root, name, "keyframes"), { recursive: true, force: true });
  const stamp = new Date().toISOString().replace(/[-:.]/g, "").replace("Z", "");
  return dataFolder("sessions", `${stamp}-${label}-${process.pid}`);
}

/** Does the process whose number ends the name still run? */
export function isWorkedIn(name: string): boolean {
  const pid = Number(/-(\d+)$/.exec(name)?.[1]);
  if (!Number.isSafeInteger(pid)) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Somebody else's process is one, too.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
