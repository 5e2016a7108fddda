import { useSyncExternalStore } from "react";
import { currentTheme, onTheme, type Theme } from "./theme";

/** For what does not read the style sheet's colours by itself: canvases. */
export function useTheme(): Theme {
  return useSyncExternalStore(onTheme, currentTheme);
}
