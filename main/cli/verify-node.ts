import { describeFailure, fail, succeed, type Result } from "../../common/result";
import { decodeContract, type ContractRecord } from "../../ledger/machine/records/contract-record";
import { pathOfIdentifier, StateKind } from "../../ledger/machine/state-paths";
import { createNodeReader, type NodeReader } from "../../ledger/network/node-reader";
import { openRpc } from "../../ledger/network/rpc";
import { verifySignature } from "../../ledger/solo/ed25519";
import { hashHeader } from "../../ledger/wire/header";
import type { LightBlock } from "../../ledger/wire/light-block";
import type { Timestamp } from "../../ledger/wire/timestamp";
import { openLightClient, type TrustRoot } from "../ledger/follow";
import { clockNow, providerOf } from "../ledger/node-provider";
import { verifyState } from "../ledger/state-proof";
import { createMemoryTrustStore } from "../ledger/trust-store";
import { clockDriftDefaultS, trustOneThird } from "../ledger/verify";

/** What a node said, as far as it was proved from a trusted header. */
export interface NodeVerdict {
  readonly trusted: { readonly height: number; readonly hash: Uint8Array; readonly time: Timestamp } | null;
  /** Why no more is believed; null when all that was asked for is proved. */
  readonly reason: string | null;
  readonly last: LightBlock | null;
  readonly contract: ContractRecord | null;
}

export interface NodeQuestion {
  readonly address: string;
  /** Absent: the node's own first header. */
  readonly trust: TrustRoot | undefined;
  readonly now: Timestamp | undefined;
  readonly trustingPeriodS: number;
  readonly contractId: string | undefined;
}

/** Follows a node of CometBFT, or an embedded engine that is served as one, to its last header, skipping what it may. */
export async function judgeNode(question: NodeQuestion): Promise<Result<NodeVerdict>> {
  const rpc = openRpc(question.address);
  if (!rpc.ok) return rpc;
  const reader = createNodeReader(rpc.value);
  const latest = await reader.latestHeight();
  if (!latest.ok) return latest;
  if (latest.value === 0) return fail("the node has no block yet", question.address);
  const rootHeight = question.trust?.height ?? 1;
  const first = await reader.lightBlock(rootHeight);
  if (!first.ok) return first;
  const { time } = first.value.header;
  const trust = { ...(question.trust ?? { height: rootHeight, hash: hashHeader(first.value.header) }), time };
  const refused = (reason: string, last: LightBlock | null): Result<NodeVerdict> =>
    succeed({ trusted: trust, reason, last, contract: null });
  const client = await openLightClient(
    {
      chainId: first.value.header.chainId,
      primary: providerOf(reader),
      witnesses: [],
      store: createMemoryTrustStore(),
      verification: {
        ...{ trustingPeriodS: question.trustingPeriodS, clockDriftS: clockDriftDefaultS },
        ...{ trustLevel: trustOneThird, everySignature: false, verifySignature },
      },
    },
    trust,
  );
  if (!client.ok) return refused(describeFailure(client.error), null);
  const now = question.now ?? clockNow();
  const reached = await client.value.skipTo(latest.value, now);
  if (!reached.ok) return refused(describeFailure(reached.error), client.value.latest());
  const last = reached.value;
  if (question.contractId === undefined) return succeed({ trusted: trust, reason: null, last, contract: null });
  const contract = await provedContract(reader, last, question.contractId);
  return contract.ok
    ? succeed({ trusted: trust, reason: null, last, contract: contract.value })
    : refused(describeFailure(contract.error), last);
}

async function provedContract(
  reader: NodeReader,
  last: LightBlock,
  contractId: string,
): Promise<Result<ContractRecord>> {
  const path = pathOfIdentifier(StateKind.contract, contractId);
  if (path === undefined) return fail("no contract's id", contractId);
  const height = last.header.height - 1;
  const answer = await reader.state(path, height);
  if (!answer.ok) return answer;
  const verified = verifyState(last.header, { height, path, ...answer.value });
  if (!verified.ok) return verified;
  if (answer.value.value === null) return fail("it is proved that there is no such contract", contractId);
  return decodeContract(answer.value.value);
}
