import type { City, DroppedElements } from "../../common/city";
import { type Result } from "../../common/result";
import { type Arena } from "../arena/arena";
import type { SumoDemand } from "../city";
export interface ScenarioSettings {
    readonly seed: number;
    readonly beginS: number;
    /** Infinity: until everybody has arrived. */
    readonly endS: number;
    /** Simulated seconds a tick, 0.1 … 1. */
    readonly tickS: number;
}
/** A twin of a scenario: trip 2 k is that of vehicle k. */
export interface ScenarioTwin {
    readonly arena: Arena;
    readonly vehicleIds: readonly string[];
    /** What of the demand is not driven as stated. */
    readonly dropped: readonly DroppedElements[];
}
/** Builds the arena of a city in which the demand's vehicles drive their fixed routes; roads are empty at `beginS`. */
export declare function buildScenarioTwin(city: City, demand: SumoDemand, settings: ScenarioSettings): Result<ScenarioTwin>;
