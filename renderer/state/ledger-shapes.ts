import { consentPurposes } from "../../common/commuter-api";
import { nodeParts, signatureFlags } from "../../common/ledger-api";
import { countShape, flagShape, listOf, nullable, numberShape, oneOf, record, textShape } from "./shape";

/** Shapes of what the host says about the chain itself. */

export const trustRoot = record({
  height: countShape,
  hash: textShape,
  time: textShape,
  anchoredAt: nullable(textShape),
  anchoredBy: nullable(textShape),
});

export const consortiumReport = record({
  engine: oneOf("embedded", "network"),
  chainId: textShape,
  head: record({ height: countShape, hash: textShape, time: textShape }),
  validators: listOf(
    record({
      address: textShape,
      publicKey: textShape,
      power: countShape,
      flag: oneOf(...signatureFlags),
      signedAt: nullable(textShape),
      signed: countShape,
    }),
  ),
  signedPower: countShape,
  totalPower: countShape,
  headersLookedAt: countShape,
  nodes: listOf(
    record({
      name: textShape,
      part: oneOf(...nodeParts),
      height: nullable(countShape),
      lag: nullable(countShape),
      reason: nullable(textShape),
    }),
  ),
  halted: nullable(textShape),
  evidence: listOf(textShape),
  root: trustRoot,
  members: listOf(
    record({
      publicKey: textShape,
      role: textShape,
      cohort: nullable(textShape),
      revoked: flagShape,
      validUntilS: nullable(numberShape),
      proved: flagShape,
    }),
  ),
  terminals: countShape,
  membersLeftOut: countShape,
});

export const consentReport = record({
  contractId: textShape,
  sequence: countShape,
  withdrawn: flagShape,
  purposes: listOf(oneOf(...consentPurposes)),
  erasure: nullable(record({ wantedBy: oneOf("holder", "delegate"), sinceS: numberShape })),
  height: countShape,
});

export const consentCounts = record({
  contracts: countShape,
  stated: countShape,
  withdrawn: countShape,
  byPurpose: record({ statistics: countShape, services: countShape, research: countShape, counts: countShape }),
  erasures: record({
    byHolder: countShape,
    byDelegate: countShape,
    recordsPending: countShape,
    recordsDone: countShape,
  }),
});
