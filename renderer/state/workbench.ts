import { createStore, type StoreApi } from "zustand/vanilla";
import type { CommuterQuery } from "../../common/commuter-api";
import type { DatexImport, InstructionDraft, InstructionPrediction } from "../../common/console-api";
import type { TwinName } from "../../common/frame";
import type { Failure } from "../../common/result";
import { addTerminals, formOfDraft, picksItinerary, toggleTerminal, toggleVia, type DraftForm } from "./draft";
import type { PhoneInHand } from "./phone";

/** What the operator has in hand: selections and drafts of this window, which the host does not know. */
export interface WorkbenchState {
  readonly twinShown: TwinName;
  readonly selectedIncidentId: string | null;
  readonly selectedAlarmId: string | null;
  /** What is being filled in to silence the selected alarm. */
  readonly silencing: "shelve" | "outOfService" | null;
  readonly marking: Marking;
  /** The instruction that is being prepared. */
  readonly draft: DraftForm | null;
  /** Drafts that were left unfinished, by their incident: nothing typed is lost by looking elsewhere. */
  readonly draftsAside: ReadonlyMap<string, DraftForm>;
  /** The next drag on the map draws around terminals that enter the draft's scope. */
  readonly drawingScope: boolean;
  /** What was predicted, and for which draft; another draft makes it void. */
  readonly prediction: { readonly draft: DraftForm; readonly value: InstructionPrediction } | null;
  /** The instruction whose effect is shown; null shows the newest. */
  readonly shownInstructionId: string | null;
  /** @property contractId one contract to begin with, when it was chosen elsewhere */
  readonly inspector: { readonly instructionId: string | null; readonly contractId?: string } | null;
  readonly phone: PhoneInHand | null;
  /** Who keeps the ledger is looked at. */
  readonly consortiumOpen: boolean;
  readonly palette: PaletteMode | null;
  readonly helpOpen: boolean;
  readonly operatorOpen: boolean;
  readonly cityOpen: boolean;
  /** The city that is being opened. */
  readonly opening: { readonly name: string } | null;
  readonly openFailure: Failure | null;
  /** Incidents of a document that was read, of which the operator chooses those to declare. */
  readonly situations: DatexImport | null;
}

type Marking =
  | { readonly kind: "off" }
  /** The next click on a road marks the incident there. */
  | { readonly kind: "armed" }
  | { readonly kind: "placed"; readonly edge: number; readonly positionM: number };

/** What the palette offers: everything, or only places of the city. */
export type PaletteMode = "all" | "places";

export type WorkbenchStore = StoreApi<WorkbenchState>;

const emptyBench: WorkbenchState = {
  twinShown: "live",
  selectedIncidentId: null,
  selectedAlarmId: null,
  silencing: null,
  marking: { kind: "off" },
  draft: null,
  draftsAside: new Map(),
  drawingScope: false,
  prediction: null,
  shownInstructionId: null,
  inspector: null,
  phone: null,
  consortiumOpen: false,
  palette: null,
  helpOpen: false,
  operatorOpen: false,
  cityOpen: false,
  opening: null,
  openFailure: null,
  situations: null,
};

export function createWorkbenchStore(): WorkbenchStore {
  return createStore<WorkbenchState>(() => emptyBench);
}

/** Another city: nothing in hand has a meaning there. */
export function clearWorkbench(store: WorkbenchStore): void {
  store.setState(emptyBench);
}

/** Takes another incident in hand, or none: the draft of the one before is put aside, and its own taken up again. */
export function selectIncident(store: WorkbenchStore, incidentId: string | null): void {
  store.setState((state) => {
    if (state.draft !== null && state.draft.incidentId === incidentId) return { selectedIncidentId: incidentId };
    const aside = putAside(state);
    const draft = incidentId === null ? undefined : aside.draftsAside.get(incidentId);
    return { ...aside, selectedIncidentId: incidentId, ...(draft === undefined ? {} : taken(aside, draft)) };
  });
}

/** Takes up the draft that was left of an incident. @returns whether there was one */
export function resumeDraft(store: WorkbenchStore, incidentId: string): boolean {
  const state = store.getState();
  const draft = state.draftsAside.get(incidentId);
  if (draft === undefined) return false;
  store.setState({ ...taken(state, draft), selectedIncidentId: incidentId, prediction: null });
  return true;
}

/** The draft in hand is given up. */
export function dropDraft(store: WorkbenchStore): void {
  store.setState({ draft: null, prediction: null });
}

/** The draft in hand was sent as this instruction, which is shown in its place. */
export function showSent(store: WorkbenchStore, instructionId: string): void {
  store.setState({ draft: null, prediction: null, shownInstructionId: instructionId });
}

/** Takes a proposed instruction in hand, to be changed and sent. */
export function beginDraft(store: WorkbenchStore, proposed: InstructionDraft): void {
  store.setState({ draft: formOfDraft(proposed), prediction: null, selectedIncidentId: proposed.incidentId });
}

function putAside({ draft, draftsAside }: Pick<WorkbenchState, "draft" | "draftsAside">) {
  const aside = draft === null ? draftsAside : new Map(draftsAside).set(draft.incidentId, draft);
  return { draft: null, prediction: null, draftsAside: aside };
}

function taken({ draftsAside }: Pick<WorkbenchState, "draftsAside">, draft: DraftForm) {
  return { draft, draftsAside: new Map([...draftsAside].filter(([incidentId]) => incidentId !== draft.incidentId)) };
}

/** A terminal was clicked on the map: it enters or leaves what the draft picks there. */
export function pickDraftTerminal(store: WorkbenchStore, terminal: number): void {
  store.setState(({ draft }) => {
    if (draft === null) return {};
    return { draft: picksItinerary(draft) ? toggleVia(draft, terminal) : toggleTerminal(draft, terminal) };
  });
}

/** A terminal enters or leaves the draft's scope. Without a draft it means nothing. */
export function toggleDraftTerminal(store: WorkbenchStore, terminal: number): void {
  store.setState(({ draft }) => (draft === null ? {} : { draft: toggleTerminal(draft, terminal) }));
}

/** Terminals that were drawn around enter the draft's scope. */
export function addDraftTerminals(store: WorkbenchStore, terminals: readonly number[]): void {
  store.setState(({ draft }) => (draft === null ? {} : { draft: addTerminals(draft, terminals) }));
}

/** Looks at a commuter's phone; without a query the panel asks for whom. */
export function openPhone(store: WorkbenchStore, query: CommuterQuery | null): void {
  store.setState({ phone: { query, place: 0 } });
}

/** One step back, the innermost first. Returns false when there was nothing to leave. */
export function stepBack(store: WorkbenchStore): boolean {
  const state = store.getState();
  const change = backFrom(state);
  if (change === null) return false;
  store.setState(change);
  return true;
}

function backFrom(state: WorkbenchState): Partial<WorkbenchState> | null {
  if (state.situations !== null) return { situations: null };
  if (state.cityOpen) return { cityOpen: false };
  if (state.operatorOpen) return { operatorOpen: false };
  if (state.marking.kind === "placed") return { marking: { kind: "armed" } };
  if (state.marking.kind === "armed") return { marking: { kind: "off" } };
  if (state.drawingScope) return { drawingScope: false };
  if (state.phone !== null) return { phone: null };
  if (state.inspector !== null) return { inspector: null };
  if (state.consortiumOpen) return { consortiumOpen: false };
  if (state.draft !== null && picksItinerary(state.draft)) return { draft: { ...state.draft, picksVia: false } };
  if (state.draft !== null) return putAside(state);
  if (state.silencing !== null) return { silencing: null };
  if (state.selectedAlarmId !== null) return { selectedAlarmId: null };
  if (state.selectedIncidentId !== null) return { selectedIncidentId: null };
  return null;
}
