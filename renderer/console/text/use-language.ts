import { useSyncExternalStore } from "react";
import { currentLanguage, onLanguage, type Language } from "./language";

/** The language of the window; whoever reads it renders again when it changes, and so does everything below. */
export function useLanguage(): Language {
  return useSyncExternalStore(onLanguage, currentLanguage);
}
