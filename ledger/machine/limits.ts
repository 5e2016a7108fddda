/** Every list in a transaction has a limit, and every limit a name; what exceeds one is refused by that name. */
export const transactionBytesMax = 1_048_576;
export const signersPerTransactionMax = 16;
export const offersPerTransactionMax = 1_000;
/** From an offer to its contract's deadline: 31 days. */
export const offerAheadMaxS = 2_678_400;
/** Before the first second of a contract: until then its holder may leave it. */
export const leaveNoticeS = 3_600;
export const settlementsPerTransactionMax = 5_000;
export const releasesPerTransactionMax = 64;
/** Records, or contracts whose records are to be erased. */
export const recordsPerTransactionMax = 1_000;
/** From the commitment to a record's expiry: thirteen months. */
export const retentionMaxS = 34_214_400;
/** How far ahead of the next one a nonce may be to wait in a mempool. */
export const nonceAheadMax = 64;
/** As many as can sign one decision together. */
export const validatorsMax = 16;
/** Of one validator; sums of products with small fractions stay within 64 bits. */
export const validatorPowerMax = 1_000_000_000n;
/** Endorsers of one cohort that a policy may ask for. */
export const endorsementsPerPolicyMax = 4;
/** What nobody drives: a phone that passed two terminals faster was not at both. 250 km/h. */
export const passageSpeedMaxMps = 70;
/** From how far a terminal may see a phone, both together, and whole seconds: that much nearer they may have been, m. */
export const passageReachM = 300;
/** Instructions, later words and orders of counts that one block has carried out: each walks over all contracts. */
export const walksPerBlockMax = 8;
/** Default of the parameter of that name, and the most that a genesis may set. */
export const instructionMatchesMax = 100_000;
/** Of what one order of counts asks about: a day. */
export const countWindowMaxS = 86_400;
/** Contracts whose budgets one order may debit; where more would contribute, none does. */
export const contributorsMax = 100_000;
/** Sales that one contract may contribute to; a consortium's least epsilon and its budget agree with it. */
export const salesPerContractMax = 64;
/** The largest privacy budget that can be agreed on, in millionths: an epsilon of 10. */
export const epsilonBudgetMaxMicro = 10_000_000;
