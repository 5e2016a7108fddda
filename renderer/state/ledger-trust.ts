import type { SessionState } from "./session";

/** A newest verified header older than this is said to be old, s of the city: as by the alarm "ledger-stale". */
export const headerOldS = 180;

/** What may be believed of the ledger at a glance. */
export type LedgerTrust =
  | { readonly kind: "verified" }
  /** Nothing speaks against it, but nothing new is verified. */
  | { readonly kind: "old"; readonly ageS: number }
  /** The host ended its work: nothing follows. */
  | { readonly kind: "stopped"; readonly ageS: number }
  | { readonly kind: "distrusted"; readonly verdict: string };

/** @returns null while there is no ledger; ages count from the newest verified header, s of the city */
export function ledgerTrust({
  ledger,
  clock,
  alarms,
}: Pick<SessionState, "ledger" | "clock" | "alarms">): LedgerTrust | null {
  if (ledger === null) return null;
  if (ledger.verdict !== "ok") return { kind: "distrusted", verdict: ledger.verdict };
  const ageS = Math.max(0, (clock?.timeS ?? 0) - ledger.timeS);
  const isStopped = alarms?.alarms.some(({ kind, active }) => kind === "ledger-unverified" && active) === true;
  if (isStopped) return { kind: "stopped", ageS };
  return ageS > headerOldS ? { kind: "old", ageS } : { kind: "verified" };
}
