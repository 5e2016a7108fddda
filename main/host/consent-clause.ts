/**
 * The notification and validation clause that every contract of the bundled consortium carries: what is processed, why,
 * how long, and what can be done about it. Its hash is part of what the commuter signs.
 */
export const consentClause = [
  "NOTIFICATION. To settle this contract, the city's road terminals record that the holder of this contract's pseudonym",
  "passed them, and when. Nothing else is recorded. The records are used to settle this contract and, as counts without",
  "pseudonyms, to measure what an instruction of the road authority brought about. They are not passed on.",
  "VALIDATION. By signing I agree to this use of my passages for this contract only. I can withdraw my agreement at any",
  "time and demand erasure; what was paid until then stays paid. Records expire thirty days after settlement.",
].join(" ");
