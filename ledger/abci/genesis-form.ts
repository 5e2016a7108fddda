import * as v from "valibot";
import { fromHex, toHex } from "../../common/canonical";
import { fail, messageOf, succeed, type Result } from "../../common/result";
import type { Genesis } from "../machine/genesis";
import { cohorts, roles } from "../machine/records/credential-record";

/**
 * The genesis of the state machine as `app_state` of a CometBFT genesis file: what the members read before they agree.
 * Keys and hashes are hexadecimal, amounts are micro-tokens as text.
 */
const genesisForm = "pendulaire-genesis-1";

const whole = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const amount = v.pipe(
  v.string(),
  v.regex(/^(0|[1-9][0-9]{0,18})$/, "micro-tokens as text, without sign or leading zeros"),
  v.transform((text) => BigInt(text)),
);
const publicKey = v.pipe(
  v.string(),
  v.regex(/^[0-9a-f]{64}$/, "32 bytes as 64 hexadecimal digits"),
  v.transform((text) => fromHex(text) ?? new Uint8Array(32)),
);
const plainRoles = roles.filter((role) => role !== "roadAuthority" && role !== "terminal" && role !== "endorser");
const grant = v.variant("role", [
  v.strictObject({ role: v.picklist(plainRoles) }),
  v.strictObject({
    role: v.literal("terminal"),
    terminal: whole,
    place: v.nullable(v.strictObject({ eastM: whole, northM: whole })),
  }),
  v.strictObject({ role: v.literal("endorser"), cohort: v.picklist(cohorts) }),
  v.strictObject({
    role: v.literal("roadAuthority"),
    poolId: whole,
    budgetMaxMicro: amount,
    twoOfficersAboveMicro: v.nullable(amount),
    area: v.nullable(v.array(whole)),
  }),
]);
const schema = v.strictObject({
  form: v.literal(genesisForm),
  parameters: v.strictObject({
    chainId: v.string(),
    challengeS: whole,
    passageAgeMaxS: whole,
    passageAheadMaxS: whole,
    instructionMatchesMax: whole,
  }),
  timeS: whole,
  capMicro: amount,
  members: v.array(v.strictObject({ publicKey, grant })),
  templates: v.array(
    v.strictObject({
      templateId: whole,
      version: whole,
      clause: v.strictObject({
        version: whole,
        hash: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, "64 hexadecimal digits")),
      }),
      rewardMaxMicro: amount,
      penaltyMaxMicro: amount,
      rewardPoolId: whole,
    }),
  ),
  validatorsMax: whole,
  bonusPoolIds: v.array(whole),
});

/** As a value for JSON. */
export function genesisJson(genesis: Genesis): unknown {
  const plain: unknown = JSON.parse(
    JSON.stringify({ form: genesisForm, ...genesis }, (_, value: unknown) => {
      if (value instanceof Uint8Array) return toHex(value);
      return typeof value === "bigint" ? String(value) : value;
    }),
  );
  return plain;
}

export function readGenesis(bytes: Uint8Array): Result<Genesis> {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (error) {
    return fail(`app_state is not JSON: ${messageOf(error)}`, "genesis");
  }
  const read = v.safeParse(schema, json);
  if (!read.success) {
    const [issue] = read.issues;
    return fail(issue.message, `genesis: app_state.${v.getDotPath(issue) ?? ""}`);
  }
  const { form: _, ...genesis } = read.output;
  return succeed(genesis);
}
