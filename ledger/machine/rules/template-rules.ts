import { noData, readPool, requireRole, type Execution, type Rule } from "../execution";
import { readRecord, writeValue } from "../overlay";
import { decodeLicence, encodeLicence, type LicenceRecord } from "../records/consortium-records";
import { decodeTemplate, encodeTemplate, type TemplateRecord } from "../records/governance-records";
import { encodePool } from "../records/money-records";
import { refuse, type Ruling } from "../refusals";
import { licencePath, poolPath, templatePath } from "../state-paths";
import type { PublishTemplatePayload, SetLicencePayload } from "../transactions/payload";

export const publishTemplate: Rule<PublishTemplatePayload> = (execution, { template }, { sender }) => {
  const authority = requireRole(execution, sender, "supervisoryAuthority");
  return authority.ok ? license(execution, template) : authority;
};

/**
 * Puts a template's next version in force. Contracts keep the version that they were accepted under. A clause that
 * changes has a new version of its own, so that nobody consented to other words than the number says.
 */
export function license(execution: Execution, template: TemplateRecord): Ruling<Uint8Array> {
  const path = templatePath(template.templateId);
  const present = readRecord(execution.overlay, path, decodeTemplate);
  if (template.version !== (present?.version ?? 0) + 1) return refuse("template-version-wrong");
  const sameClause = present?.clause.hash === template.clause.hash;
  const clauseVersion = (present?.clause.version ?? 0) + (sameClause ? 0 : 1);
  if (template.clause.version !== clauseVersion) return refuse("template-version-wrong", "clause");
  const pool = readPool(execution, template.rewardPoolId);
  if (pool !== undefined && pool.purpose !== "rewards") return refuse("pool-purpose-wrong");
  if (pool === undefined) {
    const empty = encodePool({ poolId: template.rewardPoolId, purpose: "rewards", balanceMicro: 0n });
    writeValue(execution.overlay, poolPath(template.rewardPoolId), empty);
  }
  writeValue(execution.overlay, path, encodeTemplate(template));
  if (present === undefined) {
    const open = { templateId: template.templateId, suspended: false, contractsMax: 0, contracts: 0 };
    writeValue(execution.overlay, licencePath(template.templateId), encodeLicence(open));
  }
  return { ok: true, value: noData };
}

/** Contracts in force go on whatever becomes of their licence: a commuter is not to suffer for it. */
export const setLicence: Rule<SetLicencePayload> = (execution, payload, { sender }) => {
  const authority = requireRole(execution, sender, "supervisoryAuthority");
  if (!authority.ok) return authority;
  const licence = readLicence(execution, payload.templateId);
  if (licence === undefined) return refuse("template-unknown");
  const { suspended, contractsMax } = payload;
  if (licence.suspended === suspended && licence.contractsMax === contractsMax) return refuse("governance-empty");
  writeLicence(execution, { ...licence, suspended, contractsMax });
  return { ok: true, value: noData };
};

function readLicence(execution: Execution, templateId: number): LicenceRecord | undefined {
  return readRecord(execution.overlay, licencePath(templateId), decodeLicence);
}

function writeLicence(execution: Execution, licence: LicenceRecord): void {
  writeValue(execution.overlay, licencePath(licence.templateId), encodeLicence(licence));
}

/** Counts contracts that are accepted under a template, so far as its licence allows them. */
export function useLicence(execution: Execution, templateId: number, contracts: number): Ruling<null> {
  const licence = readLicence(execution, templateId);
  if (licence === undefined) return refuse("template-unknown");
  if (licence.suspended) return refuse("licence-suspended", `template ${templateId}`);
  const after = licence.contracts + contracts;
  if (licence.contractsMax > 0 && after > licence.contractsMax)
    return refuse("licence-full", `${licence.contractsMax}`);
  writeLicence(execution, { ...licence, contracts: after });
  return { ok: true, value: null };
}
