import { useCallback, useRef, useState } from "react";
import type { ParamsOf, ReplyOf, RequestName } from "../../common/console-api";
import type { Failure, Result } from "../../common/result";
import { useParts } from "./parts";

/** A request that a control makes: whether it is under way, and why the last one failed, shown where the user acted. */
export interface RequestControl<Name extends RequestName> {
  readonly run: (params: ParamsOf<Name>) => Promise<Result<ReplyOf<Name>>>;
  readonly isPending: boolean;
  readonly failure: Failure | null;
  readonly forget: () => void;
}

export function useRequest<Name extends RequestName>(name: Name): RequestControl<Name> {
  const { bridge } = useParts();
  const [isPending, setPending] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const latest = useRef(0);

  const run = useCallback(
    async (params: ParamsOf<Name>) => {
      const own = ++latest.current;
      setPending(true);
      setFailure(null);
      const outcome = await bridge.request(name, params);
      if (own === latest.current) {
        setPending(false);
        setFailure(outcome.ok ? null : outcome.error);
      }
      return outcome;
    },
    [bridge, name],
  );
  const forget = useCallback(() => {
    latest.current++;
    setPending(false);
    setFailure(null);
  }, []);
  return { run, isPending, failure, forget };
}
