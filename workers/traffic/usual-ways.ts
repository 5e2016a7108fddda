import { packColumns, unpackColumns, type Columns } from "../../common/columns";
import { fail, succeed, type Result } from "../../common/result";
import type { LoadPeriods } from "./day-loading";

/** The usual ways of a population: a function of city, people and seed, to be kept. */
export interface UsualWays {
  /** Of each of the `usualSets`, what its edges cost on the way to work and home, tenths of a second. */
  readonly weightDs: readonly (readonly [toWork: Uint16Array, home: Uint16Array])[];
  /** Row of `usualSets`, by person. */
  readonly setOfPerson: Uint8Array;
  /** Starts of the hours that were looked at. */
  readonly periods: LoadPeriods;
  /** Travel times of all edges in each of them, tenths of a second: first those to work. */
  readonly periodDs: readonly Uint16Array[];
  /** Relative gap after each round: (total cost − least cost) / total cost. The least is that of these ways. */
  readonly gaps: readonly number[];
}

/** Changes whenever other ways come out for the same city, people and seed: what was kept before is of no use then. */
export const usualWaysVersion = 1;

export function packUsualWays(ways: UsualWays): Uint8Array<ArrayBuffer> {
  const columns: Record<string, Columns[string]> = { setOfPerson: ways.setOfPerson };
  ways.weightDs.forEach(([toWork, home], row) => {
    columns[`toWork${row}`] = toWork;
    columns[`home${row}`] = home;
  });
  ways.periodDs.forEach((times, row) => (columns[`period${row}`] = times));
  const meta = { version: usualWaysVersion, sets: ways.weightDs.length, periods: ways.periods, gaps: ways.gaps };
  return packColumns(meta, columns);
}

/** @param edges of the city, and people: ways of another one are refused */
export function unpackUsualWays(bytes: Uint8Array, edges: number, people: number): Result<UsualWays> {
  const unpacked = unpackColumns(bytes);
  if (!unpacked.ok) return unpacked;
  const { columns } = unpacked.value;
  const meta = unpacked.value.meta as Partial<{ version: number; sets: number } & Pick<UsualWays, "periods" | "gaps">>;
  const { setOfPerson } = columns;
  if (meta.version !== usualWaysVersion || meta.periods === undefined || meta.gaps === undefined)
    return fail("usual ways of another version");
  if (!(setOfPerson instanceof Uint8Array) || setOfPerson.length !== people) return fail("usual ways of other people");
  const timesOf = (name: string) => {
    const column = columns[name];
    return column instanceof Uint16Array && column.length === edges ? column : undefined;
  };
  const weightDs: (readonly [Uint16Array, Uint16Array])[] = [];
  for (let row = 0; row < (meta.sets ?? 0); row++) {
    const [toWork, home] = [timesOf(`toWork${row}`), timesOf(`home${row}`)];
    if (toWork === undefined || home === undefined) return fail("usual ways of another city");
    weightDs.push([toWork, home]);
  }
  if (setOfPerson.some((set) => set >= weightDs.length)) return fail("usual ways that are not there");
  const periodDs: Uint16Array[] = [];
  for (let row = 0; row < meta.periods[0].length + meta.periods[1].length; row++) {
    const times = timesOf(`period${row}`);
    if (times === undefined) return fail("usual ways without their times");
    periodDs.push(times);
  }
  return succeed({ weightDs, setOfPerson, periods: meta.periods, periodDs, gaps: meta.gaps });
}
