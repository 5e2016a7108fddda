#!/usr/bin/env node
import { describeFailure } from "../../common/result";
import { bench } from "./bench";
import { cityHelp, type Command, type CommandIo } from "./command";
import { commandFileHelp } from "./command-file";
import { importCommand } from "./import";
import { datex } from "./datex";
import { ledger } from "./ledger";
import { createProgress } from "./progress";
import { replay } from "./replay";
import { route } from "./route";
import { serve } from "./serve";
import { simulate } from "./simulate";
import { verify } from "./verify";
import { whatif } from "./whatif";

const commands: Readonly<Record<string, Command>> = {
  import: importCommand,
  route,
  simulate,
  whatif,
  replay,
  ledger,
  verify,
  datex,
  bench,
  serve,
};

function help(): string {
  const lines = Object.values(commands).map(({ usage, summary }) => `  pendulaire ${usage}\n      ${summary}`);
  return [
    "Pendulaire: operations console and digital twin of a city's commuters.",
    "",
    ...lines,
    "",
    cityHelp,
    commandFileHelp,
    "All commands: --json prints one JSON document; -h, --help; -V, --version. 'pendulaire help NAME' says more of one.",
    "",
  ].join("\n");
}

const helpOptions: readonly (string | undefined)[] = ["-h", "--help"];
const versionOptions: readonly (string | undefined)[] = ["-V", "--version"];

/** Signals that come within this time ask for one end, which may take its time; a later one ends at once. */
const sameAskingMs = 2_000;

/** One document on stdout with --json, else text; progress and errors on stderr. @returns the exit code */
async function main(argv: readonly string[]): Promise<number> {
  if (argv.some((argument) => versionOptions.includes(argument))) {
    process.stdout.write(`pendulaire ${process.env["PENDULAIRE_VERSION"] ?? "of no build"}\n`);
    return 0;
  }
  // `help NAME` and `NAME --help` are one.
  const helped = argv[0] === "help" ? argv[1] : undefined;
  const [name, ...rest] = helped === undefined || helped.startsWith("-") ? argv : [helped, "--help"];
  if (name === undefined || name === "help" || helpOptions.includes(name)) {
    process.stdout.write(help());
    return name === undefined ? 2 : 0;
  }
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command === undefined) {
    process.stderr.write(`pendulaire: no command '${name}'; there are ${Object.keys(commands).join(", ")}\n`);
    return 2;
  }
  if (rest.some((argument) => helpOptions.includes(argument))) {
    process.stdout.write([`pendulaire ${command.usage}`, command.summary, ...(command.details ?? []), ""].join("\n"));
    return 0;
  }
  const json = rest.includes("--json");
  let interrupted: Promise<void> | undefined;
  const io: CommandIo = {
    progress: createProgress(process.stderr),
    note: (line) => process.stderr.write(`${line}\n`),
    onEnter: (listener) => {
      if (!process.stdin.isTTY) return () => undefined;
      process.stdin.on("data", listener);
      return () => {
        process.stdin.off("data", listener);
        process.stdin.pause();
      };
    },
    // Whoever does not ask for it is ended by the signal itself.
    get interrupted() {
      return (interrupted ??= new Promise((resolve) => {
        let askedMs: number | undefined;
        const ask = () => {
          // A terminal sends its signal to each program of a group, and one that started this one may hand it on.
          if (askedMs !== undefined && performance.now() - askedMs > sameAskingMs) process.exit(130);
          askedMs ??= performance.now();
          resolve();
        };
        process.on("SIGINT", ask);
        process.on("SIGTERM", ask);
      }));
    },
  };
  const outcome = await command.run(
    rest.filter((argument) => argument !== "--json"),
    io,
  );
  if (outcome.kind === "unusable") {
    process.stderr.write(`pendulaire: ${describeFailure(outcome.failure).replace(/\s*\n\s*/g, " ")}\n`);
    return 2;
  }
  process.stdout.write(json ? `${JSON.stringify(outcome.document)}\n` : `${outcome.text}\n`);
  return outcome.kind === "checkFailed" ? 1 : 0;
}

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(
      `pendulaire: defect: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
    );
    process.exit(70);
  },
);
