import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import path from "node:path";
import { expect } from "vitest";

/** The command line as it is shipped: the bundle, in a process of its own. */
const program = path.resolve("dist/main/pendulaire.cjs");

export interface CliRun {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `pendulaire` by another Node when one is named. A command that does not end is killed, and fails the test. */
export function runCli(args: readonly string[], node = process.execPath, environment = {}): CliRun {
  if (!existsSync(program)) throw new Error(`there is no ${program}: run 'node build/bundle.mjs --no-pages' first`);
  const { status, signal, stdout, stderr } = spawnSync(node, [program, ...args], {
    encoding: "utf8",
    timeout: 200_000,
    // Whoever is caught in a system call does not answer the polite signals.
    killSignal: "SIGKILL",
    env: { ...process.env, ...environment },
  });
  if (signal !== null) throw new Error(`pendulaire ${args.join(" ")} was ended by ${signal}`);
  return { code: status, stdout, stderr };
}

/** The document that a run with --json printed. */
export function documentOf(run: CliRun): Readonly<Record<string, unknown>> {
  if (run.stdout === "") throw new Error(`nothing on stdout; stderr: ${run.stderr}`);
  return JSON.parse(run.stdout) as Record<string, unknown>;
}

/** Unusable input: code 2, nothing on stdout, one line on stderr that names the cause. */
export function expectUnusable(args: readonly string[], cause: RegExp): void {
  const run = runCli(args);
  expect(run, args.join(" ")).toMatchObject({ code: 2, stdout: "" });
  const lines = run.stderr.trimEnd().split("\n");
  // Progress may come before it, when the machine is slow.
  expect(lines.filter((line) => line.startsWith("pendulaire: "))).toHaveLength(1);
  expect(lines[lines.length - 1]).toMatch(cause);
}

/** Every file below a folder, with size and time of its last change. */
export function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => {
      const { size, mtimeMs } = statSync(path.join(folder, name));
      return `${name} ${size} ${mtimeMs}`;
    })
    .sort();
}
