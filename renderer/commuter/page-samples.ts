import type { CommuterMenu, CommuterView, MenuEntry } from "../../common/commuter-page-api";

/** Of tests: an offer, a menu and a contract as the host gives them. */

export function offerOf(departFromS: number): MenuEntry {
  return {
    ...{ entryId: String(departFromS), departFromS, departUntilS: departFromS + 600, deadlineS: departFromS + 5400 },
    itinerary: [{ terminal: 1, name: "Bridge", fromS: departFromS, untilS: departFromS + 3600 }],
    ...{ rewardMicro: 3_000_000, penaltyMicro: 1_000_000 },
  };
}

export function menuOf(entries: readonly MenuEntry[], timeS: number): CommuterMenu {
  return {
    ...{ chainId: "town-1", custodianKey: "00", midnightS: 1_772_409_600, entries, timeS, leaveNoticeS: 3600 },
    ...{ template: { templateId: 1, version: 1 }, clauseVersion: 1, clause: "clause", terminals: [] },
    hours: [...new Set(entries.map(({ departFromS }) => Math.floor(departFromS / 3600)))],
  };
}

type Change = Partial<CommuterView["consent"]> & {
  readonly state?: CommuterView["contract"]["state"];
  readonly timeS?: number;
};

/** Departure at seven; by default in force, and seen at five. */
export function viewOf({ state = "active", timeS = 5 * 3600, ...said }: Change): CommuterView {
  const { entryId: contractId, ...terms } = offerOf(7 * 3600);
  const proof = { height: 9, headerHash: "00", appHash: "00", siblings: 1, byteLength: 1, verdict: "ok", checks: [] };
  return {
    contract: {
      ...{ ...terms, contractId, version: 1, state, proof, clause: "clause" },
      itinerary: terms.itinerary.map((stop) => ({ ...stop, passedAtS: null })),
      ...{ bonusMicro: 0, paidMicro: 0, avoids: [], ways: [], instructionId: null },
    },
    wallet: { freeMicro: 0, depositMicro: 1_000_000, escrowMicro: 3_000_000, movements: [], verdict: "ok" },
    messages: [],
    consent: { contractId, sequence: 0, withdrawn: false, purposes: [], erasure: null, height: 9, ...said },
    timeS,
  };
}
