import { assert } from "../../common/result";
import type { AvoidInstruction } from "./instruction";
import { avoidWaysMax, type ContractTerms } from "./terms";

/**
 * The contract as an instruction rewrites it. The old itinerary stays an acceptable way, without bonus; avoiding the
 * scope and reaching the destination before the deadline becomes another one, with the bonus on top of the reward.
 */
export function rewrite(terms: ContractTerms, instruction: AvoidInstruction): ContractTerms {
  const { instructionId, scope, expiresAtS, bonusMicro } = instruction;
  assert(terms.avoidWays.length < avoidWaysMax, "a contract with all its ways taken is not rewritten");
  assert(
    terms.avoidWays.every((way) => way.instructionId !== instructionId),
    "an instruction rewrites a contract once",
  );
  const way = { instructionId, ...scope, expiresAtS, bonusMicro };
  return { ...terms, avoidWays: [...terms.avoidWays, way] };
}
