import { useState } from "react";
import type { InstructionReport, ParamsOf } from "../../common/console-api";
import type { Failure } from "../../common/result";
import { useParts, useSession } from "./parts";
import { useRequest } from "./use-request";

type SignedRequest = "instruction.send" | "instruction.amend" | "instruction.withdraw";

/** Something that the operator signs: done at once while the key is unlocked, else after the passphrase was asked for. */
export interface Signing {
  readonly start: () => void;
  /** Back from the passphrase; what was to be signed stays as it is. */
  readonly cancel: () => void;
  readonly send: () => Promise<void>;
  readonly canSend: boolean;
  readonly isPending: boolean;
  readonly asksPassphrase: boolean;
  readonly failure: Failure | null;
}

/** @param params null while there is nothing that could be signed @param onDone runs in what `workbench` shows */
export function useSigning<Name extends SignedRequest>(
  name: Name,
  params: ParamsOf<Name> | null,
  onDone: (report: InstructionReport, parts: ReturnType<typeof useParts>) => void,
): Signing {
  const parts = useParts();
  const key = useSession(({ operator }) => operator?.key);
  const [wasAsked, setAsked] = useState(false);
  const request = useRequest<SignedRequest>(name);
  const canSend = params !== null && !request.isPending;

  async function send() {
    if (params === null) return;
    setAsked(false);
    const outcome = await request.run(params);
    if (outcome.ok) onDone(outcome.value, parts);
  }

  function start() {
    if (!canSend) return;
    if (key === "unlocked") void send();
    else setAsked(true);
  }
  const asksPassphrase = wasAsked && key !== "unlocked";
  const cancel = () => setAsked(false);
  return { start, cancel, send, canSend, isPending: request.isPending, asksPassphrase, failure: request.failure };
}
