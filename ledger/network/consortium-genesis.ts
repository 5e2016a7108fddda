import type { Genesis } from "../machine/genesis";
import { validatorsMax } from "../machine/limits";
import { consortiumGenesis, type ConsortiumOptions } from "../solo/consortium";

/** The simulated consortium's genesis, with the members' own validators in place of the embedded engine's one. */
export function networkGenesis(options: ConsortiumOptions, validatorKeys: readonly Uint8Array[]): Genesis {
  const genesis = consortiumGenesis(options);
  return {
    ...genesis,
    validatorsMax,
    members: [
      ...validatorKeys.map((publicKey) => ({ publicKey, grant: { role: "validator" as const } })),
      ...genesis.members.filter(({ grant }) => grant.role !== "validator"),
    ],
  };
}
