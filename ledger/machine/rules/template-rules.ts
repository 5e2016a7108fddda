import { noData, readPool, requireRole, type Execution, type Rule } from "../execution";
import { readRecord, writeValue } from "../overlay";
import { decodeTemplate, encodeTemplate, type TemplateRecord } from "../records/governance-records";
import { encodePool } from "../records/money-records";
import { refuse, type Ruling } from "../refusals";
import { poolPath, templatePath } from "../state-paths";
import type { PublishTemplatePayload } from "../transactions/payload";

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
  return { ok: true, value: noData };
}
