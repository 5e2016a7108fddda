import { useCallback, useEffect, useRef, useState, type RefObject } from "react";
import { toHex } from "../../common/canonical";
import type { CommuterView, MenuEntry } from "../../common/commuter-page-api";
import type { Failure, Result } from "../../common/result";
import { keptKeys, makeKey, type ContractKey } from "./contract-keys";
import { openLine, type CommuterLine } from "./line";
import {
  actionDone,
  contractOpened,
  menuCame,
  nothingKnown,
  offersWanted,
  viewCame,
  type PageState,
} from "./page-state";
import { signOffer, signPassage, signStatement, type Statement } from "./signing";

const lookEveryMs = 2_000;
/** How long an answer to a look may take before what is shown counts as stale, ms. */
const lookPatienceMs = 8_000;
/** Keys of this browser whose contracts are asked for, the newest. */
const earlierMax = 16;

/** The page's line, what it knows, and what can be done with it. */
export function useCommuterPage() {
  const line = useRef<CommuterLine | null>(null);
  const [isOpen, setOpen] = useState(false);
  const [lost, setLost] = useState<Failure | null>(null);
  const [page, setPage] = useState<PageState>(nothingKnown);
  /** Nothing is offered that leaves before it; null: whatever comes next. */
  const [hour, setHour] = useState<number | null>(null);
  const [isPending, setPending] = useState(false);
  const contractId = page.view?.contract.contractId ?? null;
  const fromS = (hour ?? 0) * 3600;
  /** Once a session answers, the last contract that this browser signed is opened. */
  const [isLastOpened, setLastOpened] = useState(false);
  const earlier = useEarlier(line, isLastOpened ? (page.menu?.chainId ?? null) : null, contractId);

  useEffect(() => {
    line.current = openLine(
      () => setOpen(true),
      (failure) => {
        setOpen(false);
        setLost(failure);
        setPage((before) => ({ ...before, stale: failure }));
      },
    );
  }, []);

  const look = useCallback(async () => {
    const { current } = line;
    if (current === null) return;
    if (contractId === null) {
      const asked = await current.request("menu", { fromS }, lookPatienceMs);
      setPage((before) => menuCame(before, asked, fromS));
      if (!asked.ok || isLastOpened) return;
      const last = await lastViewOf(current);
      setLastOpened(true);
      if (last !== null) setPage((before) => contractOpened(before, last));
      return;
    }
    const asked = await current.request("view", { contractId }, lookPatienceMs);
    setPage((before) => viewCame(before, contractId, asked));
  }, [contractId, fromS, isLastOpened]);
  // One look after the other: the host closes a line on which too many requests wait.
  useEffect(() => {
    if (!isOpen) return undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isOver = false;
    async function lookOnAndOn() {
      await look();
      if (!isOver) timer = setTimeout(() => void lookOnAndOn(), lookEveryMs);
    }
    void lookOnAndOn();
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [isOpen, look]);

  /** One thing after the other, and what failed is said. */
  async function act(work: (current: CommuterLine) => Promise<Result<CommuterView>>) {
    if (line.current === null) return;
    setPending(true);
    setPage((before) => ({ ...before, failure: null }));
    const done = await work(line.current);
    setPending(false);
    setPage((before) => actionDone(before, contractId, done));
  }
  const { menu, view } = page;
  async function sign(entry: MenuEntry) {
    if (menu === null) return;
    const made = makeKey();
    const params = {
      ...{ entryId: entry.entryId, contractKey: toHex(made.publicKey) },
      signature: signOffer(menu, entry, made),
    };
    await act(async (current) => {
      const signed = await current.request("sign", params);
      if (signed.ok) made.keep();
      return signed;
    });
  }
  async function state(statement: Statement) {
    const key = keyOf(contractId);
    if (key === undefined || menu === null || view === null) return;
    const transaction = signStatement(menu.chainId, key, view.consent.sequence, statement);
    await act((current) => current.request("state", { contractId: key.contractId, transaction }));
  }
  async function pass(terminal: number) {
    const key = keyOf(contractId);
    if (key === undefined || menu === null) return;
    await act(async (current) => {
      const given = await current.request("challenge", { contractId: key.contractId, terminal });
      if (!given.ok) return given;
      const signature = signPassage(menu.chainId, key, given.value);
      return current.request("pass", { contractId: key.contractId, signature });
    });
  }
  return {
    ...{ page, lost, hour, isPending, earlier },
    chooseHour: setHour,
    chooseOffers: () => {
      setHour(null);
      setPage(offersWanted);
      if (contractId === null) void look();
    },
    open: (one: CommuterView) => setPage((before) => contractOpened(before, one)),
    sign: (entry: MenuEntry) => void sign(entry),
    state: (statement: Statement) => void state(statement),
    pass: (terminal: number) => void pass(terminal),
  };
}

async function lastViewOf(line: CommuterLine): Promise<CommuterView | null> {
  for await (const view of viewsOf(line, null)) if (view !== null) return view;
  return null;
}

function keyOf(contractId: string | null): ContractKey | undefined {
  return keptKeys().find((key) => key.contractId === contractId);
}

/** Contracts of the keys that this browser keeps, newest first, but the one that is shown; null for one that this link does not reach. */
async function* viewsOf(line: CommuterLine, shownId: string | null): AsyncGenerator<CommuterView | null> {
  for (const { contractId } of [...keptKeys()].reverse().slice(0, earlierMax)) {
    if (contractId === shownId) continue;
    const asked = await line.request("view", { contractId }, lookPatienceMs);
    yield asked.ok ? asked.value : null;
  }
}

export interface EarlierContracts {
  /** Newest first. */
  readonly views: readonly CommuterView[];
  /** Keys whose contracts are of other links or sessions. */
  readonly elsewhere: number;
}

/** The other contracts of this browser, asked for whenever another one, or none, is shown. @param chainId null: of none yet */
function useEarlier(
  line: RefObject<CommuterLine | null>,
  chainId: string | null,
  shownId: string | null,
): EarlierContracts {
  const [all, setAll] = useState<EarlierContracts>({ views: [], elsewhere: 0 });
  useEffect(() => {
    const { current } = line;
    if (current === null || chainId === null) return undefined;
    let isCurrent = true;
    async function ask(of: CommuterLine) {
      const views: CommuterView[] = [];
      let elsewhere = 0;
      for await (const view of viewsOf(of, shownId)) {
        if (view === null) elsewhere++;
        else views.push(view);
      }
      if (isCurrent) setAll({ views, elsewhere });
    }
    void ask(current);
    return () => {
      isCurrent = false;
    };
  }, [line, chainId, shownId]);
  return { ...all, views: all.views.filter(({ contract }) => contract.contractId !== shownId) };
}
