import { useCallback, useEffect, useState } from "react";
import type { ContractReport } from "../../common/console-api";
import type { Failure } from "../../common/result";
import { ContractBody } from "./contract-body";
import { CloseButton, FailureText, Finder, StepButton } from "./elements";
import { count } from "./figures";
import { useParts, useSession, useWorkbench } from "./parts";
import { text } from "./text";

/** One contract as the ledger has it, with the proof that it does. Opens over the map; Esc leads back. */
export function ContractInspector() {
  const inspector = useWorkbench((state) => state.inspector);
  if (inspector === null) return null;
  const { instructionId, contractId } = inspector;
  return (
    <Inspector key={`${String(instructionId)} ${contractId ?? ""}`} instructionId={instructionId} first={contractId} />
  );
}

interface InspectorProps {
  readonly instructionId: string | null;
  /** The contract to begin with; absent: the first of the list. */
  readonly first: string | undefined;
}

function Inspector({ instructionId, first }: InspectorProps) {
  const { workbench } = useParts();
  const browser = useContractBrowser(instructionId, first);
  const number = useSession(({ instructions }) => instructions.find(({ id }) => id === instructionId)?.number);
  const { place, total, report, failure, isPending } = browser;
  return (
    <aside className="inspector" aria-label={text.contract.title} data-testid="inspector" tabIndex={-1}>
      <header className="panel-head">
        <h2>{text.contract.title}</h2>
        <span className="panel-aside">
          {number === undefined ? text.contract.ofLedger : text.contract.ofInstruction(number)}
        </span>
        <CloseButton
          label={text.contract.close}
          testId="inspector-close"
          onPress={() => workbench.setState({ inspector: null })}
        />
      </header>
      <div className="contract-browse">
        <StepButton
          {...{
            towards: "previous",
            label: text.contract.previous,
            testId: "contract-previous",
            isDisabled: place <= 0,
          }}
          onPress={() => browser.show(place - 1)}
        />
        <span data-testid="contract-place">
          {total === 0 ? "–" : text.contract.of(place < 0 ? "–" : count(place + 1), count(total))}
        </span>
        <StepButton
          {...{ towards: "next", label: text.contract.next, testId: "contract-next", isDisabled: place + 1 >= total }}
          onPress={() => browser.show(place + 1)}
        />
        <Finder label={text.contract.find} placeholder={text.contract.find} testId="contract-id" find={browser.find} />
      </div>
      <FailureText failure={failure} testId="contract-failure" />
      {report !== null && <ContractBody report={report} />}
      {report === null && failure === null && (
        <p className="empty">{isPending ? text.contract.loading : text.contract.noContracts}</p>
      )}
    </aside>
  );
}

interface ContractBrowser {
  /** Place among the contracts of the instruction; -1 for one that was found by its id. */
  readonly place: number;
  readonly total: number;
  readonly report: ContractReport | null;
  readonly failure: Failure | null;
  readonly isPending: boolean;
  readonly show: (place: number) => void;
  readonly find: (contractId: string) => void;
}

type Wanted = { readonly place: number } | { readonly contractId: string };

/** Steps through the contracts one by one: each is asked for, with its proof, when it is looked at. */
function useContractBrowser(instructionId: string | null, first: string | undefined): ContractBrowser {
  const { bridge } = useParts();
  const [wanted, setWanted] = useState<Wanted>(first === undefined ? { place: 0 } : { contractId: first });
  const [total, setTotal] = useState(0);
  const [answer, setAnswer] = useState<{
    wanted: Wanted;
    report: ContractReport | null;
    failure: Failure | null;
  } | null>(null);

  useEffect(() => {
    let isCurrent = true;
    async function idOf(target: Wanted): Promise<{ id: string | null; failure: Failure | null }> {
      if ("contractId" in target) return { id: target.contractId, failure: null };
      const scope = instructionId === null ? {} : { instructionId };
      const page = await bridge.request("ledger.contracts", { ...scope, offset: target.place, limit: 1 });
      if (!page.ok) return { id: null, failure: page.error };
      if (isCurrent) setTotal(page.value.total);
      return { id: page.value.contractIds[0] ?? null, failure: null };
    }
    async function load() {
      const { id, failure } = await idOf(wanted);
      const contract = id === null ? null : await bridge.request("ledger.contract", { contractId: id });
      if (!isCurrent) return;
      if (contract === null) setAnswer({ wanted, report: null, failure });
      else if (contract.ok) setAnswer({ wanted, report: contract.value, failure: null });
      else setAnswer({ wanted, report: null, failure: contract.error });
    }
    void load();
    return () => {
      isCurrent = false;
    };
  }, [bridge, instructionId, wanted]);

  const show = useCallback((place: number) => setWanted({ place }), []);
  const find = useCallback((contractId: string) => setWanted({ contractId }), []);
  const isPending = answer?.wanted !== wanted;
  return {
    place: "place" in wanted ? wanted.place : -1,
    total,
    // The contract that was looked at stays until the next one is there: stepping must not flicker.
    report: answer?.report ?? null,
    failure: isPending ? null : answer.failure,
    isPending,
    show,
    find,
  };
}
