import type { AlarmKind } from "../../common/alarm-api";
import type { SessionState } from "./session";

/** What may be believed of the ledger at a glance. */
export type LedgerTrust =
  | { readonly kind: "verified" }
  /** Nothing speaks against it, but nothing new is verified. */
  | { readonly kind: "old"; readonly ageS: number }
  /** The host ended its work: nothing follows. */
  | { readonly kind: "stopped"; readonly ageS: number }
  | { readonly kind: "distrusted"; readonly verdict: string };

/**
 * By the standing alarms, so that badge and alarm never disagree: they wait until the day's contracts are on the chain,
 * whose headers are of hours before the session until then.
 * @returns null while there is no ledger; ages count from the newest verified header, s of the city
 */
export function ledgerTrust({ ledger, clock, alarms }: Heard): LedgerTrust | null {
  if (ledger === null) return null;
  if (ledger.verdict !== "ok") return { kind: "distrusted", verdict: ledger.verdict };
  const ageS = Math.max(0, (clock?.timeS ?? 0) - ledger.timeS);
  const stands = (kind: AlarmKind) => alarms?.alarms.some((alarm) => alarm.kind === kind && alarm.active) === true;
  if (stands("ledger-unverified")) return { kind: "stopped", ageS };
  return stands("ledger-stale") ? { kind: "old", ageS } : { kind: "verified" };
}

type Heard = Pick<SessionState, "ledger" | "clock" | "alarms">;
