import { flushSync } from "react-dom";
import { isDocked, revealPanel } from "./docking";
import { text } from "./text";

/** The panels of the window in the order of their keys, Alt 1 … Alt 9. */
export const panels = [
  { id: "incidents", title: () => text.incidents.title },
  { id: "plan", title: () => text.plan.title },
  { id: "shift-log", title: () => text.log.title },
  { id: "map", title: () => text.map.label },
  { id: "instruction", title: () => text.instruction.title },
  { id: "ledger", title: () => text.ledger.title },
  { id: "delay", title: () => text.chart.title },
  { id: "both-cities", title: () => text.cities.title },
  { id: "alarms", title: () => text.alarms.title },
] as const;

export type PanelId = (typeof panels)[number]["id"];

const elementOf = (id: PanelId) => document.querySelector<HTMLElement>(`[data-panel="${id}"]`);

/** The keyboard goes on in this panel: at its first field when it has one, else at its beginning. */
export function focusPanel(id: PanelId): void {
  if (isDocked(id)) flushSync(() => revealPanel(id));
  const panel = elementOf(id);
  if (panel === null) return;
  const field = panel.querySelector<HTMLElement>("form input:not([disabled], [type=radio])");
  (field ?? panel).focus();
  panel.scrollIntoView({ block: "nearest" });
}

/** The next panel after the one that has the keyboard, or the one before it. */
export function focusNextPanel(step: 1 | -1): void {
  const shown = panels.filter(({ id }) => elementOf(id) !== null);
  const current = document.activeElement?.closest<HTMLElement>("[data-panel]")?.dataset["panel"];
  const at = shown.findIndex(({ id }) => id === current);
  const next = shown.at(at < 0 ? (step === 1 ? 0 : -1) : (at + step) % shown.length);
  if (next === undefined) return;
  const panel = elementOf(next.id);
  panel?.focus();
  panel?.scrollIntoView({ block: "nearest" });
}
