import { useEffect } from "react";
import { isPressed } from "./chords";
import { commandList, runCommand } from "./command-list";
import { useParts } from "./parts";

/** Keys do their commands from anywhere in the window. */
export function useCommandKeys(): void {
  const parts = useParts();
  useEffect(() => {
    function onKey(event: KeyboardEvent) {
      if (event.defaultPrevented || event.repeat) return;
      const command = commandList.find(({ keys }) => keys.some((chord) => isPressed(chord, event)));
      if (command === undefined || isForItself(event)) return;
      event.preventDefault();
      runCommand(command, parts);
    }
    window.addEventListener("keydown", onKey);
    return () => {
      window.removeEventListener("keydown", onKey);
    };
  }, [parts]);
}

/** Typing belongs to the field; Space and Enter to the control that has the focus; Esc leaves a field with something in it, the next one steps back. */
function isForItself({ key, target, ctrlKey, metaKey, altKey }: KeyboardEvent): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.closest("[role=dialog], [role=listbox], [role=menu]") !== null) return true;
  // No text is typed with these.
  if (ctrlKey || metaKey || altKey || /^F\d+$/.test(key)) return false;
  if (target.matches("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable=true]")) {
    if (key !== "Escape") return true;
    target.blur();
    // There is nothing to lose in an empty one.
    return !(target instanceof HTMLInputElement) || target.value !== "";
  }
  return key === " " && target.closest("button, a, summary, [role=radio], [role=button], [role=row]") !== null;
}
