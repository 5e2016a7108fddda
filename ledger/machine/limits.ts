/** Every list in a transaction has a limit, and every limit a name; what exceeds one is refused by that name. */
export const transactionBytesMax = 1_048_576;
export const signersPerTransactionMax = 8;
export const offersPerTransactionMax = 1_000;
export const settlementsPerTransactionMax = 5_000;
export const releasesPerTransactionMax = 64;
/** Records, or contracts whose records are to be erased. */
export const recordsPerTransactionMax = 1_000;
/** From the commitment to a record's expiry: thirteen months. */
export const retentionMaxS = 34_214_400;
/** How far ahead of the next one a nonce may be to wait in a mempool. */
export const nonceAheadMax = 64;
/** Default of the parameter of that name, and the most that a genesis may set. */
export const instructionMatchesMax = 100_000;
