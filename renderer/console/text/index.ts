import { en, type Catalogue } from "./en";

/** The texts of the window's language. */
export const text: Catalogue = en;
