import { useEffect, useState } from "react";
import type { ConsentPurpose, ConsentReport } from "../../common/commuter-api";
import type { Failure } from "../../common/result";
import { useParts, useSession } from "./parts";
import { useRequest } from "./use-request";

/** What a simulated commuter agrees to, and their ways to change it. */
export function useConsent(person: number) {
  const { bridge } = useParts();
  const version = useSession(({ ledger }) => ledger?.verifiedHeight ?? 0);
  const [answer, setAnswer] = useState<{ person: number; consent: ConsentReport | null; failure: Failure | null }>();
  const state = useRequest("commuter.state");
  const erase = useRequest("commuter.demandErasure");
  useEffect(() => {
    let isCurrent = true;
    void bridge.request("commuter.consent", { person }).then((outcome) => {
      if (!isCurrent) return;
      setAnswer({
        person,
        consent: outcome.ok ? outcome.value : null,
        failure: outcome.ok ? null : outcome.error,
      });
    });
    return () => {
      isCurrent = false;
    };
  }, [bridge, person, version]);
  const take = (outcome: Awaited<ReturnType<typeof state.run>>) => {
    if (outcome.ok) setAnswer({ person, consent: outcome.value, failure: null });
  };
  const isShown = answer?.person === person;
  return {
    consent: isShown ? answer.consent : null,
    failure: state.failure ?? erase.failure ?? (isShown ? answer.failure : null),
    isPending: state.isPending || erase.isPending,
    // What failed before is no answer to what is done now.
    onState: (purposes: readonly ConsentPurpose[] | null) => {
      erase.forget();
      void state.run({ person, purposes }).then(take);
    },
    onErase: () => {
      state.forget();
      void erase.run({ person }).then(take);
    },
  };
}
