import { cityHelp, readArguments, unusable, type Command } from "./command";
import { benchAlarmsCommand } from "./bench-alarms";
import { benchEngineCommand } from "./bench-engine";
import { benchFramesCommand } from "./bench-frames";
import { benchInstructionCommand } from "./bench-instruction";
import { benchOptions } from "./bench-result";
import { benchContractsCommand } from "./bench-contracts";
import { benchLightCommand } from "./bench-light";
import { benchLedgerCommand } from "./bench-ledger";
import { benchShiftCommand } from "./bench-shift-command";
import { benchStartCommand } from "./bench-start-command";
import { benchTrafficCommand } from "./bench-traffic";

const benches = {
  engine: benchEngineCommand,
  start: benchStartCommand,
  instruction: benchInstructionCommand,
  frames: benchFramesCommand,
  shift: benchShiftCommand,
  alarms: benchAlarmsCommand,
  ledger: benchLedgerCommand,
  light: benchLightCommand,
  contracts: benchContractsCommand,
  traffic: benchTrafficCommand,
} as const;

export const bench: Command = {
  usage: `bench [${Object.values(benches)
    .map(({ usage }) => usage)
    .join(" | ")}] [--json]`,
  summary: `measures beside the bars; a figure that misses its bar ends with code 1. ${Object.values(benches)
    .map(({ summary }) => summary)
    .join("; ")}`,
  details: [cityHelp],
  run: async (argv, io) => {
    const read = readArguments(argv, benchOptions, 1);
    if (!read.ok) return unusable(read.error);
    const { positionals, values } = read.value;
    const [name = "engine"] = positionals;
    if (!Object.hasOwn(benches, name)) {
      return unusable({ message: `there is: ${Object.keys(benches).join(", ")}`, where: name });
    }
    const chosen = benches[name as keyof typeof benches];
    const foreign = Object.keys(values).find((option) => !(chosen.options as readonly string[]).includes(option));
    if (foreign !== undefined) return unusable({ message: `is not for 'bench ${name}'`, where: `--${foreign}` });
    return chosen.run(values, io);
  },
};
