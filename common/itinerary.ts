/** Terminals that an instruction can name to go by, in order: what contracts, engine and console take at most. */
export const viaMax = 8;
