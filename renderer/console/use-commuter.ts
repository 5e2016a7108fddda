import { useEffect, useState } from "react";
import type { CommuterReport } from "../../common/commuter-api";
import type { ContractReport } from "../../common/console-api";
import type { Failure } from "../../common/result";
import { growsByItself, phoneVersion, type PhoneInHand } from "../state/phone";
import { useParts, useSession } from "./parts";

interface Choice {
  readonly phone: PhoneInHand;
  /** null: nobody was found. */
  readonly person: number | null;
  readonly total: number;
  readonly failure: Failure | null;
}

interface Shown {
  readonly person: number;
  readonly report: CommuterReport | null;
  readonly contract: ContractReport | null;
  readonly failure: Failure | null;
}

export interface ChosenCommuter {
  readonly person: number | null;
  readonly total: number;
  readonly report: CommuterReport | null;
  readonly contract: ContractReport | null;
  readonly failure: Failure | null;
  readonly isPending: boolean;
}

/** Asks who is meant, once, and then what their phone shows, again whenever that may have changed. */
export function useCommuter(phone: PhoneInHand): ChosenCommuter {
  const version = useSession(phoneVersion);
  const choice = useChoice(phone, growsByItself(phone.query) ? version : "");
  const isChosen = choice?.phone === phone;
  const shown = useShown(choice?.person ?? null, version);
  const isShown = shown !== null && shown.person === choice?.person;
  return {
    person: choice?.person ?? null,
    total: choice?.total ?? 0,
    report: isShown ? shown.report : null,
    contract: isShown ? shown.contract : null,
    failure: (isChosen ? choice.failure : null) ?? (isShown ? shown.failure : null),
    isPending: phone.query !== null && (!isChosen || (choice.person !== null && !isShown)),
  };
}

function useChoice(phone: PhoneInHand, version: string): Choice | null {
  const { bridge } = useParts();
  const [choice, setChoice] = useState<Choice | null>(null);
  useEffect(() => {
    const { query, place } = phone;
    if (query === null) return undefined;
    let isCurrent = true;
    void bridge.request("commuter.find", { query, offset: place, limit: 1 }).then((found) => {
      if (!isCurrent) return;
      setChoice(
        found.ok
          ? { phone, person: found.value.people[0] ?? null, total: found.value.total, failure: null }
          : { phone, person: null, total: 0, failure: found.error },
      );
    });
    return () => {
      isCurrent = false;
    };
  }, [bridge, phone, version]);
  return phone.query === null ? null : choice;
}

function useShown(person: number | null, version: string): Shown | null {
  const { bridge } = useParts();
  const [shown, setShown] = useState<Shown | null>(null);
  useEffect(() => {
    if (person === null) return undefined;
    let isCurrent = true;
    async function load(of: number) {
      const report = await bridge.request("commuter.report", { person: of });
      if (!report.ok) return { person: of, report: null, contract: null, failure: report.error };
      const { contractId } = report.value;
      if (contractId === null) return { person: of, report: report.value, contract: null, failure: null };
      const contract = await bridge.request("ledger.contract", { contractId });
      return contract.ok
        ? { person: of, report: report.value, contract: contract.value, failure: null }
        : { person: of, report: report.value, contract: null, failure: contract.error };
    }
    void load(person).then((next) => {
      if (isCurrent) setShown(next);
    });
    return () => {
      isCurrent = false;
    };
  }, [bridge, person, version]);
  return shown;
}
