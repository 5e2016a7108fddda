import { toHex } from "../../common/canonical";
import { describeFailure, fail, messageOf, succeed, type Result } from "../../common/result";
import { decodeContract, type ContractRecord } from "../../ledger/machine/records/contract-record";
import { pathOfIdentifier, StateKind } from "../../ledger/machine/state-paths";
import { verifySignature } from "../../ledger/solo/ed25519";
import { openStoredChain, type StoredChain } from "../../ledger/solo/stored-chain";
import { hashHeader } from "../../ledger/wire/header";
import type { LightBlock } from "../../ledger/wire/light-block";
import type { Timestamp } from "../../ledger/wire/timestamp";
import { openLightClient, type TrustRoot } from "./follow";
import { verifyState } from "./state-proof";
import { createMemoryTrustStore } from "./trust-store";
import { clockDriftDefaultS, trustOneThird } from "./verify";

/** What came of the verification of a chain in a folder. */
export interface ChainVerdict {
  readonly verdict: "success" | "invalid";
  /** Why not, or null. */
  readonly reason: string | null;
  /** The header that the rest is believed from; null when there is none. */
  readonly root: { readonly height: number; readonly hash: string; readonly time: Timestamp | undefined } | null;
  /** Of the last header that was verified; null when none was. */
  readonly height: number | null;
  readonly headerHash: string | null;
  readonly appHash: string | null;
  /** The contract that was asked for, proved; null when none was asked for or it was not proved. */
  readonly contract: ContractRecord | null;
}

export interface VerifyChainOptions {
  /** Believed for a reason of the reader's own; when absent, the folder's first header, which proves the rest only. */
  readonly trust?: TrustRoot;
  /** The reader's clock; when absent, the time of the chain's last header. */
  readonly now?: Timestamp;
  /** From the trusted header's time; when absent, its age is not judged. */
  readonly trustingPeriodS?: number;
  readonly contractId?: string;
}

const ageUnjudgedS = 31_557_600_000;

/** Verifies every header of a chain from the trusted one on, with every signature, and one contract's state if asked. */
export async function verifyChain(directory: string, options: VerifyChainOptions): Promise<Result<ChainVerdict>> {
  try {
    const opened = await openStoredChain(directory);
    if (!opened.ok) return opened;
    const chain = opened.value;
    try {
      return succeed(await judgeChain(chain, options));
    } finally {
      await chain.close();
    }
  } catch (error) {
    // The store asserts that it can read what it wrote: here the folder is a stranger's, and may be damaged.
    return fail(`the chain cannot be read: ${messageOf(error)}`, directory);
  }
}

async function judgeChain(chain: StoredChain, options: VerifyChainOptions): Promise<ChainVerdict> {
  const first = chain.lightBlock(1);
  const last = chain.lightBlock(chain.height);
  const trust = options.trust ?? (first === undefined ? null : { height: 1, hash: hashHeader(first.header) });
  const time = trust === null ? undefined : chain.lightBlock(trust.height)?.header.time;
  const root = trust === null ? null : { height: trust.height, hash: toHex(trust.hash), time };
  const refused = (reason: string, last: LightBlock | null): ChainVerdict => ({
    verdict: "invalid",
    reason,
    root,
    ...headerOf(last),
    contract: null,
  });
  if (trust === null || last === undefined) return refused("the chain lacks a block", null);
  const store = createMemoryTrustStore();
  const client = await openLightClient(
    {
      chainId: chain.chainId,
      primary: {
        name: "the folder",
        latestHeight: () => Promise.resolve(chain.height),
        lightBlock: (height) => Promise.resolve(chain.lightBlock(height)),
      },
      witnesses: [],
      store,
      verification: {
        trustingPeriodS: options.trustingPeriodS ?? ageUnjudgedS,
        clockDriftS: clockDriftDefaultS,
        trustLevel: trustOneThird,
        everySignature: true,
        verifySignature,
      },
    },
    trust,
  );
  if (!client.ok) return refused(describeFailure(client.error), null);
  const followed = await client.value.follow(options.now ?? last.header.time);
  if (!followed.ok) return refused(describeFailure(followed.error), store.last());
  const { contractId } = options;
  if (contractId === undefined) {
    return { verdict: "success", reason: null, root, ...headerOf(followed.value), contract: null };
  }
  const contract = provedContract(chain, followed.value, contractId);
  if (!contract.ok) return refused(describeFailure(contract.error), followed.value);
  return { verdict: "success", reason: null, root, ...headerOf(followed.value), contract: contract.value };
}

function headerOf(block: LightBlock | null): Pick<ChainVerdict, "height" | "headerHash" | "appHash"> {
  if (block === null) return { height: null, headerHash: null, appHash: null };
  const { header } = block;
  return { height: header.height, headerHash: toHex(hashHeader(header)), appHash: toHex(header.appHash) };
}

function provedContract(chain: StoredChain, last: LightBlock, contractId: string): Result<ContractRecord> {
  const path = pathOfIdentifier(StateKind.contract, contractId);
  if (path === undefined) return fail("a contract's id has 62 hexadecimal digits", contractId);
  const answer = chain.query(path);
  if (answer === undefined) return fail("the last block changed the state: no header has its root yet");
  const verified = verifyState(last.header, { ...answer, path });
  if (!verified.ok) return verified;
  return answer.value === null
    ? fail("it is proved that there is no such contract", contractId)
    : decodeContract(answer.value);
}
