import * as fc from "fast-check";

/** Properties are drawn from a seed that a failure prints; PENDULAIRE_TEST_SEED sets another. */
const seed = Number(process.env["PENDULAIRE_TEST_SEED"] ?? "20260302");
fc.configureGlobal({ seed, verbose: fc.VerbosityLevel.Verbose });

export { fc };
