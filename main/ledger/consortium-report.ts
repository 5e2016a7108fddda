import { toHex } from "../../common/canonical";
import type {
  ConsortiumReport,
  MemberReport,
  NodeReport,
  SignatureFlag,
  TrustRootReport,
  ValidatorReport,
} from "../../common/ledger-api";
import { countCredentials, listCredentials } from "../../ledger/machine/member-readers";
import { decodeCredential, type CredentialRecord } from "../../ledger/machine/records/credential-record";
import { credentialPath } from "../../ledger/machine/state-paths";
import type { State } from "../../ledger/machine/state";
import { CommitFlag } from "../../ledger/wire/commit";
import { hashHeader } from "../../ledger/wire/header";
import type { LightBlock } from "../../ledger/wire/light-block";
import { formatTimestamp } from "../../ledger/wire/timestamp";
import { addressOf, totalPowerOf } from "../../ledger/wire/validators";
import { describeEvidence } from "./divergence";
import type { LightClient } from "./follow";
import type { VerifiedReader } from "./verified-reader";

/** Commits that a validator's health is judged by. */
const headersLookedAtMax = 50;
/** Members that one report lists; a consortium has tens of them, its terminals are counted. */
export const membersListedMax = 200;

/** What a node answered when it was asked how far it is. */
export interface NodeAnswer {
  readonly name: string;
  readonly part: NodeReport["part"];
  readonly height: number | null;
  readonly reason: string | null;
}

export interface ConsortiumSource {
  readonly engine: ConsortiumReport["engine"];
  readonly chainId: string;
  readonly client: LightClient;
  readonly reader: VerifiedReader;
  /** From which members are listed; what is said of each is proved. */
  readonly state: State;
  readonly sessionSecondsOf: (blockS: number) => number;
}

/** Who orders blocks, who is a member, and what the light client makes of it. @param nodes as they answered just now */
export function reportConsortium(source: ConsortiumSource, nodes: readonly NodeAnswer[]): ConsortiumReport {
  const { client, chainId, engine } = source;
  const latest = client.latest();
  const recent = recentBlocks(client, latest);
  const validators = latest.validators.map((_, index) => validatorAt(latest, index, recent));
  return {
    engine,
    chainId,
    head: {
      height: latest.header.height,
      hash: toHex(hashHeader(latest.header)),
      time: formatTimestamp(latest.header.time),
    },
    validators,
    signedPower: validators.reduce((sum, { flag, power }) => sum + (flag === "commit" ? power : 0), 0),
    totalPower: Number(totalPowerOf(latest.validators)),
    headersLookedAt: recent.length,
    nodes: withLag(nodes, client),
    halted: client.haltReason(),
    evidence: [...client.evidence().map(describeEvidence), ...client.evidenceTold()],
    root: reportRoot(client),
    ...reportMembers(source),
  };
}

export function reportRoot(client: LightClient): TrustRootReport {
  const { header } = client.root();
  const anchor = client.anchor();
  return {
    height: header.height,
    hash: toHex(hashHeader(header)),
    time: formatTimestamp(header.time),
    anchoredAt: anchor === null ? null : new Date(anchor.atMs).toISOString(),
    anchoredBy: anchor?.by ?? null,
  };
}

function recentBlocks(client: LightClient, latest: LightBlock): readonly LightBlock[] {
  const blocks: LightBlock[] = [];
  for (let height = latest.header.height; height > 0 && blocks.length < headersLookedAtMax; height--) {
    const kept = height === latest.header.height ? latest : client.trustedAt(height);
    if (kept === undefined) break;
    blocks.push(kept);
  }
  return blocks;
}

const flagNames: Readonly<Record<CommitFlag, SignatureFlag>> = {
  [CommitFlag.commit]: "commit",
  [CommitFlag.absent]: "absent",
  [CommitFlag.nil]: "nil",
};

function validatorAt(latest: LightBlock, index: number, recent: readonly LightBlock[]): ValidatorReport {
  const { publicKey, power } = latest.validators[index];
  const signature = latest.commit.signatures[index];
  const address = toHex(addressOf(publicKey));
  const signed = recent.filter(({ commit }) =>
    commit.signatures.some(
      ({ flag, validatorAddress }) => flag === CommitFlag.commit && toHex(validatorAddress) === address,
    ),
  ).length;
  return {
    address,
    publicKey: toHex(publicKey),
    power: Number(power),
    flag: flagNames[signature.flag],
    signedAt: signature.flag === CommitFlag.commit ? formatTimestamp(signature.time) : null,
    signed,
  };
}

function withLag(nodes: readonly NodeAnswer[], client: LightClient): readonly NodeReport[] {
  const head = Math.max(client.latest().header.height, ...nodes.map(({ height }) => height ?? 0));
  const dropped = new Map(client.droppedWitnesses().map(({ name, reason }) => [name, reason]));
  return nodes.map(({ name, part, height, reason }) => ({
    ...{ name, part, height, lag: height === null ? null : head - height },
    reason: (part === "witness" ? dropped.get(name) : client.primaryFault()) ?? reason,
  }));
}

function reportMembers({
  state,
  reader,
  sessionSecondsOf,
}: ConsortiumSource): Pick<ConsortiumReport, "members" | "terminals" | "membersLeftOut"> {
  const listed = listCredentials(state, membersListedMax);
  const counted = countCredentials(state);
  const members = listed.map((record): MemberReport => {
    const { publicKey, grant, revoked, validUntilS } = record;
    const read = reader.read(credentialPath(publicKey), decodeCredential);
    return {
      publicKey: toHex(publicKey),
      role: grant.role,
      cohort: grant.role === "endorser" ? grant.cohort : null,
      revoked,
      validUntilS: validUntilS === 0 ? null : sessionSecondsOf(validUntilS),
      proved: read.ok && read.value !== null && sameCredential(read.value, record),
    };
  });
  members.sort((a, b) => compareText(a.role, b.role) || compareText(a.publicKey, b.publicKey));
  const terminals = counted.terminals;
  return { members, terminals, membersLeftOut: counted.all - terminals - members.length };
}

function sameCredential(a: CredentialRecord, b: CredentialRecord): boolean {
  return a.grant.role === b.grant.role && a.revoked === b.revoked && a.validUntilS === b.validUntilS;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
