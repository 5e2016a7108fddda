import { amountMax } from "../../common/canonical";
import type { MicroTokens } from "../../common/money";
import { describeFailure, fail, succeed, type Result } from "../../common/result";
import type { Execution } from "./execution";
import { writeTotals } from "./execution";
import { instructionMatchesMax, validatorsMax as validatorsAllowedMax } from "./limits";
import { encodeValidators } from "./records/consortium-records";
import { createOverlay, keepStaged, settleTree, writeValue } from "./overlay";
import type { Grant } from "./records/credential-record";
import { encodeParameters, isChainId, type ParametersRecord, type TemplateRecord } from "./records/governance-records";
import { encodePool } from "./records/money-records";
import { describeRefusal, type Ruling } from "./refusals";
import { admit } from "./rules/credential-rules";
import { sortValidators } from "./rules/governance-rules";
import { license } from "./rules/template-rules";
import type { State } from "./state";
import { parametersPath, poolPath, validatorsPath } from "./state-paths";
import type { StatePath } from "./tree/path";
import { createTree } from "./tree/tree";

/** What the members agreed on before the first block. */
export interface Genesis {
  readonly parameters: ParametersRecord;
  /** Block time before the first block, whole seconds. */
  readonly timeS: number;
  /** The supply may never exceed it. */
  readonly capMicro: MicroTokens;
  readonly members: readonly GenesisMember[];
  readonly templates: readonly TemplateRecord[];
  /** How many validators there may be; 1: the one of the genesis, for good. */
  readonly validatorsMax: number;
  /** Road authorities' bonus pools that exist before their officers are enrolled. */
  readonly bonusPoolIds: readonly number[];
}

interface GenesisMember {
  readonly publicKey: Uint8Array;
  readonly grant: Grant;
}

export interface Initialised {
  readonly state: State;
  readonly changes: ReadonlyMap<StatePath, Uint8Array | null>;
}

/** The state before the first block: no tokens, no contracts, the members and templates agreed on. */
export function initialise(genesis: Genesis): Result<Initialised> {
  const flaw = flawOfGenesis(genesis);
  if (flaw !== null) return fail(flaw, "genesis");
  const overlay = createOverlay(createTree());
  const execution: Execution = {
    overlay,
    parameters: genesis.parameters,
    height: 0,
    nowS: genesis.timeS,
    verifySignature: () => false,
    walks: { count: 0 },
  };
  writeValue(overlay, parametersPath, encodeParameters(genesis.parameters));
  writeTotals(execution, {
    supplyMicro: 0n,
    capMicro: genesis.capMicro,
    ...{ contracts: 0, fulfilled: 0, defaulted: 0, excused: 0, left: 0, passages: 0, instructions: 0 },
  });
  const validators = genesis.members
    .filter(({ grant }) => grant.role === "validator")
    .map(({ publicKey }) => ({ publicKey, power: genesisValidatorPower }));
  const set = { countMax: genesis.validatorsMax, validators: sortValidators(validators) };
  writeValue(overlay, validatorsPath, encodeValidators(set));
  for (const poolId of genesis.bonusPoolIds) {
    writeValue(overlay, poolPath(poolId), encodePool({ poolId, purpose: "bonuses", balanceMicro: 0n }));
  }
  const rulings: Ruling<unknown>[] = [
    ...genesis.members.map(({ publicKey, grant }) => admit(execution, publicKey, grant, 0)),
    ...genesis.templates.map((template) => license(execution, template)),
  ];
  for (const ruling of rulings) {
    if (!ruling.ok) return fail(describeFailure({ message: describeRefusal(ruling.error), where: "genesis" }));
  }
  keepStaged(overlay);
  const tree = settleTree(overlay);
  return succeed({ state: { tree, height: 0, timeS: genesis.timeS }, changes: overlay.changes });
}

/** Of every validator that the genesis names. */
export const genesisValidatorPower = 10n;

function flawOfGenesis({ parameters, timeS, capMicro, members, validatorsMax }: Genesis): string | null {
  const validators = members.filter(({ grant }) => grant.role === "validator").length;
  if (validators < 1 || validators > validatorsMax) return `${validators} validators of at most ${validatorsMax}`;
  if (validatorsMax > validatorsAllowedMax) return `more than ${validatorsAllowedMax} validators`;
  if (!isChainId(parameters.chainId)) return "a chain id has 1 … 50 printable ASCII characters";
  if (!Number.isSafeInteger(timeS) || timeS < 0) return "the time is not in whole seconds since 1970";
  if (capMicro < 0n || capMicro > amountMax) return "the cap is out of range";
  if (parameters.passageAgeMaxS > parameters.challengeS) return "a passage could come after its contract's settlement";
  if (parameters.instructionMatchesMax > instructionMatchesMax)
    return "an instruction could rewrite too many contracts";
  return null;
}
