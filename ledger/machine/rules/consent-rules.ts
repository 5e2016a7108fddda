import { consentOfSigning, isTerritory, type Consent } from "../../contracts/consent";
import { noData, readCredential, requireRole, type Execution, type Rule } from "../execution";
import { readRecord, readValue, writeValue } from "../overlay";
import { decodeConsent, encodeConsent, encodeSeat } from "../records/personal-records";
import { refuse, type Ruling } from "../refusals";
import { consentPath, contractIdOf, contractPath, seatPath } from "../state-paths";
import type {
  DemandErasurePayload,
  OrderErasurePayload,
  SetConsentPayload,
  SetSeatPayload,
  WithdrawConsentPayload,
} from "../transactions/personal-payloads";

/** What the holder of a contract agrees to now. Nothing is written about those who never said more than their signature. */
export function readConsent(execution: Execution, contractId: string): Consent {
  return readRecord(execution.overlay, consentPath(contractId), decodeConsent) ?? consentOfSigning;
}

function writeConsent(execution: Execution, contractId: string, consent: Consent): void {
  writeValue(execution.overlay, consentPath(contractId), encodeConsent(consent));
}

/** The consent that a statement is about, when it is the next one. The key's signature was checked before. */
function judgeStatement(
  execution: Execution,
  { contractKey, sequence }: { readonly contractKey: Uint8Array; readonly sequence: number },
): Ruling<{ readonly contractId: string; readonly consent: Consent }> {
  const contractId = contractIdOf(contractKey);
  if (readValue(execution.overlay, contractPath(contractId)) === undefined) return refuse("contract-unknown");
  const consent = readConsent(execution, contractId);
  if (sequence !== consent.sequence) return refuse("consent-sequence-wrong", `the next is ${consent.sequence}`);
  if (consent.erasure !== null) return refuse("erasure-demanded");
  return { ok: true, value: { contractId, consent } };
}

export const setConsent: Rule<SetConsentPayload> = (execution, payload) => {
  const judged = judgeStatement(execution, payload);
  if (!judged.ok) return judged;
  const { contractId, consent } = judged.value;
  const { purposes } = payload;
  const isSame = purposes.length === consent.purposes.length && purposes.every((one) => consent.purposes.includes(one));
  if (isSame && !consent.withdrawn) return refuse("consent-unchanged");
  writeConsent(execution, contractId, { ...consent, sequence: consent.sequence + 1, withdrawn: false, purposes });
  return { ok: true, value: noData };
};

export const withdrawConsent: Rule<WithdrawConsentPayload> = (execution, payload) => {
  const judged = judgeStatement(execution, payload);
  if (!judged.ok) return judged;
  const { contractId, consent } = judged.value;
  if (consent.withdrawn) return refuse("consent-unchanged");
  writeConsent(execution, contractId, { ...withdrawn(consent), sequence: consent.sequence + 1 });
  return { ok: true, value: noData };
};

export const demandErasure: Rule<DemandErasurePayload> = (execution, payload) => {
  const judged = judgeStatement(execution, payload);
  if (!judged.ok) return judged;
  const { contractId, consent } = judged.value;
  const erasure = { wantedBy: "holder", sinceS: execution.nowS } as const;
  writeConsent(execution, contractId, { ...withdrawn(consent), sequence: consent.sequence + 1, erasure });
  return { ok: true, value: noData };
};

/** Writes consent and nothing else: contract, escrow and deposit stay as they are, and are settled as they would be. */
export const orderErasure: Rule<OrderErasurePayload> = (execution, { contractIds }, { sender }) => {
  const delegate = requireRole(execution, sender, "certificateAuthority");
  if (!delegate.ok) return delegate;
  if (contractIds.length === 0) return refuse("records-empty");
  for (const contractId of contractIds) {
    if (readValue(execution.overlay, contractPath(contractId)) === undefined)
      return refuse("contract-unknown", contractId);
    const consent = readConsent(execution, contractId);
    if (consent.erasure !== null) return refuse("erasure-demanded", contractId);
    const erasure = { wantedBy: "delegate", sinceS: execution.nowS } as const;
    writeConsent(execution, contractId, { ...withdrawn(consent), erasure });
  }
  return { ok: true, value: noData };
};

function withdrawn(consent: Consent): Consent {
  return { ...consent, withdrawn: true, purposes: [] };
}

export const setSeat: Rule<SetSeatPayload> = (execution, { publicKey, territory }, { sender }) => {
  const authority = requireRole(execution, sender, "certificateAuthority");
  if (!authority.ok) return authority;
  if (!isTerritory(territory)) return refuse("territory-malformed");
  if (readCredential(execution, publicKey) === undefined) return refuse("credential-unknown");
  writeValue(execution.overlay, seatPath(publicKey), encodeSeat({ publicKey, territory }));
  return { ok: true, value: noData };
};
