import type { InstructionReport } from "../../common/console-api";
import { beginDraft, resumeDraft } from "../state/workbench";
import { Action, FailureText, Panel } from "./elements";
import { DraftFormPanel } from "./instruction-draft";
import { ReportPanel } from "./instruction-report";
import { useStageText } from "./instruction-stage";
import { useParts, useSession, useWorkbench } from "./parts";
import { text } from "./text";
import { ActsOnNow } from "./time-strip";
import { useRequest } from "./use-request";

/** The instruction in hand: none yet, a draft, or one that was sent and what it does. */
export function InstructionPanel() {
  const draft = useWorkbench((state) => state.draft);
  const report = useShownReport();
  const aside =
    draft !== null ? text.instruction.draft : report !== undefined ? <ReportHead report={report} /> : undefined;
  return (
    <Panel title={text.instruction.title} aside={aside} className="instruction">
      <ActsOnNow />
      {draft !== null ? (
        <DraftFormPanel draft={draft} />
      ) : report !== undefined ? (
        <ReportPanel report={report} />
      ) : (
        <Start />
      )}
      {draft === null && report !== undefined && <Start isFurther />}
    </Panel>
  );
}

/** The one that was chosen, else the newest of the selected incident, else the newest. */
function useShownReport(): InstructionReport | undefined {
  const chosenId = useWorkbench((state) => state.shownInstructionId);
  const incidentId = useWorkbench((state) => state.selectedIncidentId);
  return useSession(({ instructions }) => {
    const newestFirst = [...instructions].sort((a, b) => b.number - a.number);
    const ofIncident = newestFirst.filter((report) => incidentId === null || report.incidentId === incidentId);
    return ofIncident.find(({ id }) => id === chosenId) ?? ofIncident[0];
  });
}

function ReportHead({ report }: { readonly report: InstructionReport }) {
  const { workbench } = useParts();
  const instructions = useSession((state) => state.instructions);
  const stageOf = useStageText();
  const label = (one: InstructionReport) => text.instruction.number(one.number, stageOf(one));
  if (instructions.length < 2) return <span data-testid="instruction-head">{label(report)}</span>;
  return (
    <select
      className="select select-quiet"
      aria-label={text.instruction.pick}
      data-testid="instruction-pick"
      value={report.id}
      onChange={({ target }) => {
        const chosen = instructions.find(({ id }) => id === target.value);
        workbench.setState({ shownInstructionId: target.value, selectedIncidentId: chosen?.incidentId ?? null });
      }}
    >
      {instructions.map((one) => (
        <option key={one.id} value={one.id}>
          {label(one)}
        </option>
      ))}
    </select>
  );
}

/** The way to a draft. `isFurther`: below a report, for one more. */
function Start({ isFurther = false }: { readonly isFurther?: boolean }) {
  const { workbench } = useParts();
  const selectedId = useWorkbench((state) => state.selectedIncidentId);
  const incident = useSession(({ incidents }) => {
    const active = incidents.filter((one) => one.active);
    return active.find(({ id }) => id === selectedId) ?? (active.length === 1 ? active[0] : undefined);
  });
  const isAside = useWorkbench(({ draftsAside }) => incident !== undefined && draftsAside.has(incident.id));
  const propose = useRequest("instruction.propose");
  if (incident === undefined) {
    return isFurther ? null : (
      <p className="empty" data-testid="instruction-empty">
        {text.instruction.none} {text.instruction.noneHint}
      </p>
    );
  }

  async function prepare(incidentId: string) {
    if (resumeDraft(workbench, incidentId)) return;
    const outcome = await propose.run({ incidentId });
    if (outcome.ok) beginDraft(workbench, outcome.value);
  }

  return (
    <div className="start">
      {!isFurther && <p className="empty">{text.instruction.readyHint(incident.edgeName)}</p>}
      <FailureText failure={propose.failure} testId="prepare-failure" />
      <Action
        kind={isFurther ? "plain" : "primary"}
        isDisabled={propose.isPending}
        data-testid="instruction-prepare"
        onPress={() => void prepare(incident.id)}
      >
        {isAside ? text.instruction.resume : isFurther ? text.instruction.fresh : text.instruction.prepare}
      </Action>
    </div>
  );
}
