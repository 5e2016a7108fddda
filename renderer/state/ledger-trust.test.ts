import { describe, expect, it } from "vitest";
import type { Alarm } from "../../common/alarm-api";
import type { ClockState, LedgerState } from "../../common/console-api";
import { ledgerTrust } from "./ledger-trust";

const headerS = 27_000;
const ledger: LedgerState = {
  ...{ chainId: "pendulaire-1", height: 2310, verifiedHeight: 2310, headerHash: "AA", appHash: "BB" },
  ...{ validators: 4, timeS: headerS, supplyMicro: 0, poolMicro: 0, contracts: 0, settled: 0, verdict: "ok" },
};
const clockAt = (timeS: number): ClockState => ({ timeS, running: true, speed: 1, behindS: 0 });
const alarmsOf = (kind: Alarm["kind"], active = true) => ({
  alarms: [
    {
      ...{ id: kind, kind, priority: "high", state: "acknowledged", active, raisedS: headerS, returnedS: null },
      ...{ text: { code: "alarm-ledger-unverified", args: { height: 2310 } } },
      ...{ action: { code: "action-stop-sending", args: {} } },
      ...{ place: null, incidentId: null, instructionId: null, shelvedUntilS: null, reason: null, grouped: false },
    } satisfies Alarm,
  ],
  ...{ rate: { recent: 0, mean: 0 }, floodSinceS: null, watchedM: 0 },
});

describe("what the ledger's badge says", () => {
  it("is verified only while no alarm says that new headers stay away", () => {
    const clock = clockAt(headerS + 240);
    const alarms = alarmsOf("ledger-stale");
    expect(ledgerTrust({ ledger, clock, alarms })).toEqual({ kind: "old", ageS: 240 });
    expect(ledgerTrust({ ledger, clock, alarms: alarmsOf("ledger-stale", false) })).toEqual({ kind: "verified" });
    // The chain of the day is being made: its headers are of the night.
    expect(ledgerTrust({ ledger, clock: clockAt(headerS + 5000), alarms: null })).toEqual({ kind: "verified" });
  });

  it("is stopped as soon as the host says so, and with the age of what it last verified", () => {
    const clock = clockAt(headerS + 20);
    const alarms = alarmsOf("ledger-unverified");
    expect(ledgerTrust({ ledger, clock, alarms })).toEqual({ kind: "stopped", ageS: 20 });
    expect(ledgerTrust({ ledger, clock, alarms: alarmsOf("ledger-unverified", false) })?.kind).toBe("verified");
    expect(ledgerTrust({ ledger, clock, alarms: alarmsOf("engine-behind") })?.kind).toBe("verified");
  });

  it("is distrusted before all else, and nothing without a ledger", () => {
    const alarms = alarmsOf("ledger-unverified");
    const verdict = "forged header";
    expect(ledgerTrust({ ledger: { ...ledger, verdict }, clock: clockAt(headerS + 9000), alarms })).toEqual({
      kind: "distrusted",
      verdict,
    });
    expect(ledgerTrust({ ledger: null, clock: null, alarms: null })).toBeNull();
  });
});
