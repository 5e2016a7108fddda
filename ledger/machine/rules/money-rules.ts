import {
  addToPool,
  balanceOf,
  noData,
  readCredential,
  readPool,
  readTotals,
  requireRole,
  setBalance,
  writeTotals,
  type Rule,
} from "../execution";
import { refuse } from "../refusals";
import type { FundPayload, MintPayload } from "../transactions/payload";

/** The treasury mints to its own account; the cap was agreed in the genesis. */
export const mint: Rule<MintPayload> = (execution, { amountMicro }, { sender }) => {
  const treasury = requireRole(execution, sender, "treasury");
  if (!treasury.ok) return treasury;
  if (sender === null) return refuse("sender-unknown");
  if (amountMicro <= 0n) return refuse("amount-not-positive");
  const totals = readTotals(execution);
  const supplyMicro = totals.supplyMicro + amountMicro;
  if (supplyMicro > totals.capMicro) return refuse("cap-exceeded");
  writeTotals(execution, { ...totals, supplyMicro });
  setBalance(execution, sender, balanceOf(execution, sender) + amountMicro);
  return { ok: true, value: noData };
};

/** The treasury pays into a pool, or into the account of an enrolled key. */
export const fund: Rule<FundPayload> = (execution, { destination, amountMicro }, { sender }) => {
  const treasury = requireRole(execution, sender, "treasury");
  if (!treasury.ok) return treasury;
  if (sender === null) return refuse("sender-unknown");
  if (amountMicro <= 0n) return refuse("amount-not-positive");
  const balanceMicro = balanceOf(execution, sender);
  if (balanceMicro < amountMicro) return refuse("balance-too-low");
  setBalance(execution, sender, balanceMicro - amountMicro);
  if (destination.kind === "pool") {
    if (readPool(execution, destination.poolId) === undefined) return refuse("destination-unknown");
    addToPool(execution, destination.poolId, amountMicro);
  } else {
    if (readCredential(execution, destination.publicKey) === undefined) return refuse("destination-unknown");
    setBalance(execution, destination.publicKey, balanceOf(execution, destination.publicKey) + amountMicro);
  }
  return { ok: true, value: noData };
};
