import { fail, refuseSaying, succeed } from "../../common/result";
import { givesAgainOnTheWay } from "../../ledger/contracts/consent";
import { readConsent } from "../../ledger/machine/personal-readers";
import { isHoldersWord } from "../../ledger/machine/signers";
import { contractIdOf } from "../../ledger/machine/state-paths";
import { decodeTransaction } from "../../ledger/machine/transactions/transaction";
import { carryOut, type ContractSetup } from "./contract-setup";
import type { Solo } from "../../ledger/solo/solo";
import type { ChainWriter } from "./chain-writer";
import { guestsMax, type Guests } from "./guests";
import type { GuestContracts, SignedPassage } from "./session-interface";
import type { PersonalDesk } from "./personal-desk";
import type { SessionMembers } from "./session-members";

interface Desk {
  readonly solo: Pick<Solo, "state">;
  readonly setup: ContractSetup;
  readonly guests: Guests;
  readonly members: SessionMembers;
  readonly writer: ChainWriter;
  readonly personal: PersonalDesk;
  readonly midnightS: number;
}

/** What commuters with keys of their own can have done: the custodian brings what they signed, and adds nothing to it. */
export function openGuestDesk({ solo, setup, guests, members, writer, personal, midnightS }: Desk): GuestContracts {
  return {
    custodianKey: members.custodianKey,
    midnightS,
    has: (contractId) => guests.has(contractId),
    bring: async (offer, contractKey, signature, timeS) => {
      if (guests.count >= guestsMax) return refuseSaying({ code: "guests-full", args: { most: guestsMax } });
      const contractId = contractIdOf(contractKey);
      const accepted = await setup.bring(offer, contractKey, signature, timeS);
      if (!accepted.ok) return accepted;
      guests.add(contractId, accepted.value);
      return succeed(contractId);
    },
    state: async (contractId, transaction, timeS) => {
      const decoded = decodeTransaction(transaction);
      if (!decoded.ok) return fail("not a transaction", "statement");
      const { payload } = decoded.value;
      // Whose it is, the ledger's rules judge by the signature; that it is of this contract, we do.
      if (!isHoldersWord(payload) || contractIdOf(payload.contractKey) !== contractId) {
        return fail("not what the holder of this contract can say alone", "statement");
      }
      if (payload.kind === "setConsent" && givesAgainOnTheWay(readConsent(solo.state, contractId), payload.purposes)) {
        return refuseSaying({ code: "consent-withdrawn", args: {} });
      }
      const carried = await carryOut(writer, [transaction], timeS);
      if (!carried.ok) return carried;
      const erased = await personal.follow(timeS);
      return erased.ok ? succeed(undefined) : erased;
    },
    pass: async (passage: SignedPassage, timeS) => carryOut(writer, [await members.sealPassage(passage)], timeS),
  };
}
