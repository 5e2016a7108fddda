import { assert } from "../../common/result";
import type { Instruction } from "./instruction";
import { waysMax, type ContractTerms, type InstructedWay } from "./terms";

/**
 * The contract as an instruction rewrites it. The old itinerary stays an acceptable way, without bonus; doing as
 * instructed becomes another one, with the bonus on top of the reward. Given again, amended, it replaces its own way.
 */
export function rewrite(terms: ContractTerms, instruction: Instruction): ContractTerms {
  const way = wayOf(terms, instruction);
  const isKnown = terms.ways.some(({ instructionId }) => instructionId === way.instructionId);
  assert(isKnown || terms.ways.length < waysMax, "a contract with all its ways taken is not rewritten");
  const ways = isKnown
    ? terms.ways.map((known) => (known.instructionId === way.instructionId ? way : known))
    : [...terms.ways, way];
  return { ...terms, ways };
}

/** The contract as it would be had the instruction not been given. */
export function withoutWay(terms: ContractTerms, instructionId: string): ContractTerms {
  return { ...terms, ways: terms.ways.filter((way) => way.instructionId !== instructionId) };
}

const nothing = { terminals: [], fromS: 0, untilS: 0 };

/** What the instruction asks of this contract, as conditions over its passages. Who leaves later may arrive later. */
function wayOf(terms: ContractTerms, instruction: Instruction): InstructedWay {
  const { instructionId, scope, action, expiresAtS, bonusMicro } = instruction;
  const { departure, itinerary, deadlineS } = terms;
  const free = { instructionId, avoid: nothing, via: [], notBeforeS: null, beginsBeforeS: null, deadlineS };
  const way = { ...free, expiresAtS, bonusMicro };
  switch (action.kind) {
    case "avoid":
      return { ...way, avoid: scope };
    case "itinerary":
      return { ...way, avoid: scope, via: action.via };
    case "shift":
      return action.shiftS < 0
        ? { ...way, beginsBeforeS: Math.max(0, itinerary[0].untilS + action.shiftS) }
        : { ...way, notBeforeS: departure.fromS + action.shiftS, deadlineS: deadlineS + action.shiftS };
    case "hold":
      return {
        ...way,
        notBeforeS: action.untilS,
        deadlineS: deadlineS + Math.max(0, action.untilS - departure.fromS),
      };
  }
}
