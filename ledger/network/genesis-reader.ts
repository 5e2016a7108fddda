import { utf8Of } from "../../common/canonical";
import { fail, type Result } from "../../common/result";
import { readGenesis } from "../abci/genesis-form";
import type { Genesis } from "../machine/genesis";
import type { RpcClient } from "./rpc";

/** What a node says that its chain began with. The first header's app hash is the judge of it. */
export async function readNodeGenesis(rpc: RpcClient): Promise<Result<Genesis>> {
  const answer = await rpc.call("genesis");
  if (!answer.ok) return answer;
  const { genesis } = (answer.value ?? {}) as { readonly genesis?: { readonly app_state?: unknown } };
  if (genesis?.app_state === undefined) return fail("no app_state", `${rpc.address}: genesis`);
  return readGenesis(utf8Of(JSON.stringify(genesis.app_state)));
}
