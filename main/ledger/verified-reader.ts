import { fail, succeed, type Result } from "../../common/result";
import { identifierLength, pathOfIdentifier, StateKind } from "../../ledger/machine/state-paths";
import { bytesOfPath, type StatePath } from "../../ledger/machine/tree/path";
import type { StateAnswer } from "../../ledger/solo/solo-answers";
import type { LightBlock } from "../../ledger/wire/light-block";
import type { Header } from "../../ledger/wire/header";
import type { LightClient } from "./follow";
import { encodeProofFile } from "./proof-file";
import { verifyState } from "./state-proof";
import type { SessionChain } from "./session-chain";

/** Reads the state as far as it is proved by the last header that the light client verified. */
export interface VerifiedReader {
  /** Of the header that what is read now is proved under. */
  height(): number;
  /** The record at a path, its proof checked; null where it is proved that there is none. */
  read<T>(path: StatePath, decode: (bytes: Uint8Array) => Result<T>): Result<T | null>;
  /** The proof of a contract as a file, from the trust root to the last verified header. */
  proofFileOf(contractId: string): Result<Uint8Array>;
}

export function createVerifiedReader(solo: SessionChain, client: LightClient): VerifiedReader {
  const query = (path: StatePath): Result<{ readonly header: Header; readonly answer: StateAnswer }> => {
    const halted = client.haltReason();
    if (halted !== null) return fail(halted, "light client halted");
    const { header } = provingHeader(solo, client);
    const answer = solo.query(path, header.height - 1);
    return answer === undefined
      ? fail(`the state behind block ${header.height - 1} is not kept`)
      : succeed({ header, answer });
  };
  return {
    height: () => provingHeader(solo, client).header.height,
    read: (path, decode) => {
      const asked = query(path);
      if (!asked.ok) return asked;
      const { header, answer } = asked.value;
      const verified = verifyState(header, { ...answer, path });
      if (!verified.ok) return verified;
      return answer.value === null ? succeed(null) : decode(answer.value);
    },
    proofFileOf: (contractId) => {
      const path = pathOfIdentifier(StateKind.contract, contractId);
      if (path === undefined) return fail(`a contract's id has ${identifierLength * 2} hexadecimal digits`, contractId);
      const asked = query(path);
      if (!asked.ok) return asked;
      const { value, proof } = asked.value.answer;
      if (value === null) return fail("there is no such contract", contractId);
      const [root, latest] = [client.root(), provingHeader(solo, client)];
      const blocks = root.header.height === latest.header.height ? [latest] : [root, latest];
      const contractDigest = bytesOfPath(path).subarray(1);
      return succeed(encodeProofFile({ blocks, contractDigest, contractBytes: value, proof }));
    },
  };
}

/** The last header that is believed; while the state is not as far yet, the one after it. */
function provingHeader(solo: SessionChain, client: LightClient): LightBlock {
  const latest = client.latest();
  return solo.height + 1 < latest.header.height ? (client.trustedAt(solo.height + 1) ?? latest) : latest;
}
