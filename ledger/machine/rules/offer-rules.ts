import type { MicroTokens } from "../../../common/money";
import { flawOfTerms } from "../../contracts/terms";
import {
  addToPool,
  balanceOf,
  noData,
  readPool,
  readTotals,
  requireRole,
  setBalance,
  writeTotals,
  type Execution,
  type Rule,
} from "../execution";
import { offerAheadMaxS } from "../limits";
import { readRecord, readValue, writeValue } from "../overlay";
import { encodeContract } from "../records/contract-record";
import { decodeTemplate, type TemplateRecord } from "../records/governance-records";
import { refuse, type Ruling } from "../refusals";
import { contractIdOf, contractPath, templatePath } from "../state-paths";
import { useLicence } from "./template-rules";
import type { AcceptOffersPayload, SignedOffer } from "../transactions/payload";
import { offerSignBytes } from "../transactions/payload-form";

/**
 * All offers of the transaction become contracts, or none does. The commuter's signature is over the terms with the
 * clause that they consent to: without consent to the clause in force there is no contract. The reward is escrowed from
 * the template's pool, the penalty taken from the custodian as the contract's deposit.
 */
export const acceptOffers: Rule<AcceptOffersPayload> = (execution, { offers }, { sender }) => {
  const custodian = requireRole(execution, sender, "custodian");
  if (!custodian.ok) return custodian;
  if (sender === null) return refuse("sender-unknown");
  if (offers.length === 0) return refuse("offers-empty");
  const rewards = new Map<number, MicroTokens>();
  const byTemplate = new Map<number, number>();
  let depositsMicro = 0n;
  for (const [index, offer] of offers.entries()) {
    const template = judgeOffer(execution, offer, sender);
    if (!template.ok) return refuse(template.error.name, `offer ${index}`);
    const { rewardPoolId } = template.value;
    rewards.set(rewardPoolId, (rewards.get(rewardPoolId) ?? 0n) + offer.terms.rewardMicro);
    depositsMicro += offer.terms.penaltyMicro;
    const { templateId } = template.value;
    byTemplate.set(templateId, (byTemplate.get(templateId) ?? 0) + 1);
    writeValue(
      execution.overlay,
      contractPath(contractIdOf(offer.contractKey)),
      encodeContract({
        state: "active",
        revision: 1,
        terms: offer.terms,
        rewardPoolId,
        passages: [],
        settlement: null,
      }),
    );
  }
  for (const [templateId, contracts] of byTemplate) {
    const licensed = useLicence(execution, templateId, contracts);
    if (!licensed.ok) return licensed;
  }
  for (const [poolId, amountMicro] of rewards) {
    if ((readPool(execution, poolId)?.balanceMicro ?? 0n) < amountMicro) return refuse("reward-pool-too-low");
    addToPool(execution, poolId, -amountMicro);
  }
  const balanceMicro = balanceOf(execution, sender);
  if (balanceMicro < depositsMicro) return refuse("deposit-too-low");
  setBalance(execution, sender, balanceMicro - depositsMicro);
  const totals = readTotals(execution);
  writeTotals(execution, { ...totals, contracts: totals.contracts + offers.length });
  return { ok: true, value: noData };
};

/** Everything about one offer but the money that there is for it. @returns its template */
function judgeOffer(execution: Execution, offer: SignedOffer, custodianKey: Uint8Array): Ruling<TemplateRecord> {
  const { terms, contractKey, signature } = offer;
  const flaw = flawOfTerms(terms);
  if (flaw !== null) return refuse(flaw);
  const template = readRecord(execution.overlay, templatePath(terms.template.templateId), decodeTemplate);
  if (template === undefined) return refuse("template-unknown");
  if (terms.clause.version !== template.clause.version || terms.clause.hash !== template.clause.hash) {
    return refuse("clause-not-current");
  }
  if (terms.template.version !== template.version) return refuse("template-not-current");
  if (terms.rewardMicro > template.rewardMaxMicro) return refuse("reward-above-template");
  if (terms.penaltyMicro > template.penaltyMaxMicro) return refuse("penalty-above-template");
  if (execution.nowS >= terms.departure.untilS) return refuse("offer-too-late");
  if (terms.deadlineS > execution.nowS + offerAheadMaxS) return refuse("offer-too-early");
  if (readValue(execution.overlay, contractPath(contractIdOf(contractKey))) !== undefined) {
    return refuse("contract-exists");
  }
  const signBytes = offerSignBytes(execution.parameters.chainId, custodianKey, offer);
  if (!execution.verifySignature(contractKey, signBytes, signature)) return refuse("offer-signature-invalid");
  return { ok: true, value: template };
}
