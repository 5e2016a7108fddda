import type { IndicatorSample, LogEntry, TwinIndicators } from "../../common/console-api";
import type { TwinName } from "../../common/frame";
import { isSaid, type Said } from "../../common/said";
import type { TwinCommand } from "../../workers/messages";

/** Telemetry of one session in DuckDB: what can be asked for later. Rows are written in the order they came. */
export interface Store {
  addSample(sample: IndicatorSample): void;
  addLog(entry: LogEntry): void;
  addCommand(command: TwinCommand): void;
  /** Everything of the shift log, oldest first. */
  log(): Promise<readonly LogEntry[]>;
  samples(): Promise<readonly IndicatorSample[]>;
  /** After all rows given so far are written. @throws when one of them could not be */
  flush(): Promise<void>;
  close(): Promise<void>;
}

const schemaVersion = 2;
const schema = `
  CREATE TABLE IF NOT EXISTS about (schema_version INTEGER NOT NULL);
  CREATE TABLE IF NOT EXISTS indicator (
    time_s DOUBLE NOT NULL, twin VARCHAR NOT NULL, running INTEGER NOT NULL, waiting INTEGER NOT NULL,
    departed INTEGER NOT NULL, arrived INTEGER NOT NULL, delay_veh_h DOUBLE NOT NULL,
    mean_speed_mps DOUBLE NOT NULL, longest_queue_m DOUBLE NOT NULL);
  CREATE TABLE IF NOT EXISTS shift_log (
    time_s DOUBLE NOT NULL, kind VARCHAR NOT NULL, code VARCHAR NOT NULL, args JSON NOT NULL);
  CREATE TABLE IF NOT EXISTS command (tick INTEGER NOT NULL, kind VARCHAR NOT NULL, document JSON NOT NULL);
`;

/** Statements that may wait to be written. */
const waitingMax = 100_000;

/** @param file path of the database, or ":memory:" */
export async function openStore(file: string): Promise<Store> {
  // Not before it is needed: its classes take a tenth of a second of a start.
  const { DuckDBInstance } = await import("@duckdb/node-api");
  const instance = await DuckDBInstance.create(file);
  const connection = await instance.connect();
  await connection.run(schema);
  const versions = await connection.runAndReadAll("SELECT schema_version FROM about");
  const version = versions.getRows()[0]?.[0];
  if (version === undefined) await connection.run("INSERT INTO about VALUES ($1)", [schemaVersion]);
  else if (version !== schemaVersion)
    throw new Error(`${file}: telemetry of schema ${String(version)}, not ${schemaVersion}`);

  let tail: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  let failure: unknown;
  const write = (sql: string, values: (number | string)[]) => {
    if (waiting >= waitingMax) {
      failure ??= new Error(`the telemetry is more than ${waitingMax} rows behind`);
      return;
    }
    waiting++;
    tail = tail
      .then(() => connection.run(sql, values))
      .catch((error: unknown) => (failure ??= error))
      .finally(() => waiting--);
  };
  const addIndicators = (timeS: number, twin: TwinName, of: TwinIndicators) =>
    write("INSERT INTO indicator VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)", [
      timeS,
      twin,
      of.running,
      of.waiting,
      of.departed,
      of.arrived,
      of.delayVehH,
      of.meanSpeedMps,
      of.longestQueueM,
    ]);
  const flush = async () => {
    await tail;
    if (failure !== undefined) throw failure instanceof Error ? failure : new Error(JSON.stringify(failure));
  };

  return {
    addSample: (sample) => {
      addIndicators(sample.timeS, "live", sample.live);
      if (sample.doNothing !== null) addIndicators(sample.timeS, "doNothing", sample.doNothing);
    },
    addLog: ({ timeS, kind, said }) =>
      write("INSERT INTO shift_log VALUES ($1, $2, $3, $4)", [timeS, kind, said.code, JSON.stringify(said.args)]),
    addCommand: (command) =>
      write("INSERT INTO command VALUES ($1, $2, $3)", [command.tick, command.kind, JSON.stringify(command)]),
    log: async () => {
      await flush();
      const rows = await connection.runAndReadAll("SELECT time_s, kind, code, args FROM shift_log ORDER BY rowid");
      return rows.getRows().map(([timeS, kind, code, args]) => ({
        timeS: Number(timeS),
        kind: String(kind) as LogEntry["kind"],
        said: saidOfRow(String(code), String(args)),
      }));
    },
    samples: async () => {
      await flush();
      return readSamples(await connection.runAndReadAll("SELECT * FROM indicator ORDER BY rowid"));
    },
    flush,
    close: async () => {
      await tail;
      connection.closeSync();
      instance.closeSync();
    },
  };
}

/** @throws when the row is not a saying of this version */
function saidOfRow(code: string, args: string): Said {
  const said: unknown = { code, args: JSON.parse(args) as unknown };
  if (!isSaid(said)) throw new Error(`the shift log says ${code}, which is not known`);
  return said;
}

function readSamples(rows: { getRows(): readonly (readonly unknown[])[] }): IndicatorSample[] {
  const samples: IndicatorSample[] = [];
  for (const [timeS, twin, ...values] of rows.getRows()) {
    const [running, waiting, departed, arrived, delayVehH, meanSpeedMps, longestQueueM] = values.map(Number) as [
      number,
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    const of = { running, waiting, departed, arrived, delayVehH, meanSpeedMps, longestQueueM };
    const last = samples.at(-1);
    if (twin === "live") samples.push({ timeS: Number(timeS), live: of, doNothing: null });
    else if (last !== undefined) samples[samples.length - 1] = { ...last, doNothing: of };
  }
  return samples;
}
