import { type Result } from "../../common/result";
import { type SumoDemand } from "../city";
import type { ScenarioDriver } from "./drivers";
/** One vehicle that is to depart, with all that was left to chance decided. */
export interface ScenarioDeparture {
    /** As SUMO names it: of a flow, its name, a dot and a number. */
    readonly id: string;
    readonly departS: number;
    /** Row of the demand's departures, by whose rules it enters. */
    readonly row: number;
    readonly type: number;
    readonly route: number;
    /** Wanted speed over the limit. */
    readonly speedFactor: number;
}
/**
 * Everybody who departs in [beginS, endS), by time, those of one time in the order of the files. As in SUMO, who would have
 * departed earlier does not travel.
 */
export declare function departuresOf(demand: SumoDemand, drivers: readonly ScenarioDriver[], { beginS, endS, seed }: {
    readonly beginS: number;
    readonly endS: number;
    readonly seed: number;
}): Result<ScenarioDeparture[]>;
