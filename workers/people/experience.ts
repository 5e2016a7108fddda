import type { Arena } from "../arena/arena";
import { none } from "../arena/sections";
import type { ParameterValues } from "./parameters";
import { trustAfter } from "./trust";

// What people remember of instructions: column personTrust, which forks, saves and replays carry like everything else.

/** Notes by when whoever complies would have been there by the usual way, as it stood then: what they compare with later. */
export function expectArrival({ columns }: Arena, trip: number, tick: number): void {
  columns.tripExpectedTick[trip] = Math.ceil(tick);
}

/**
 * Brings a person's trust up to date with the trips that have ended since: a message was right when they arrived no later
 * than they had to expect by the usual way. Done when trust is asked for next, so that who is never asked again changes no bit.
 */
export function learnFromTrips({ columns }: Arena, person: number, values: ParameterValues): void {
  for (const trip of [2 * person, 2 * person + 1]) {
    const expected = columns.tripExpectedTick[trip];
    const arrived = columns.tripArrivalTick[trip];
    if (expected === none || arrived === none) continue;
    const message = arrived <= expected ? "right" : "wrong";
    columns.personTrust[person] = trustAfter(columns.personTrust[person], { bonus: "none", message }, values);
    columns.tripExpectedTick[trip] = none;
  }
}

/** Who complied and was paid trusts more, who complied and was not trusts less. */
export function settleBonuses(
  { columns }: Arena,
  people: readonly number[],
  paid: readonly boolean[],
  values: ParameterValues,
): void {
  people.forEach((person, row) => {
    const bonus = paid[row] ? "paid" : "unpaid";
    columns.personTrust[person] = trustAfter(columns.personTrust[person], { bonus, message: "unknown" }, values);
  });
}
