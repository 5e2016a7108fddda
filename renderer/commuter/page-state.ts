import type { CommuterMenu, CommuterView, MenuEntry } from "../../common/commuter-page-api";
import type { Failure, Result } from "../../common/result";

/** What the commuter's page knows, and what each answer of the host's makes of it. */
export interface PageState {
  readonly menu: CommuterMenu | null;
  readonly offers: HeldOffers | null;
  /** The contract that is shown; null while there are offers to choose from. */
  readonly view: CommuterView | null;
  /** Why what is shown is not known to hold any more; null while the host answers. */
  readonly stale: Failure | null;
  /** Why the last thing that was done here was not done. */
  readonly failure: Failure | null;
}

/** The offers as they were when they were asked for: nothing moves under a pointer, and what was chosen stays. */
export interface HeldOffers {
  readonly chainId: string;
  readonly fromS: number;
  readonly entries: readonly MenuEntry[];
}

export const nothingKnown: PageState = { menu: null, offers: null, view: null, stale: null, failure: null };

/** @param fromS since when offers were asked for, session seconds */
export function menuCame(page: PageState, asked: Result<CommuterMenu>, fromS: number): PageState {
  if (!asked.ok) return { ...page, stale: page.view === null ? asked.error : page.stale };
  const menu = asked.value;
  const { chainId, entries } = menu;
  const { offers } = page;
  const isHeld = offers?.chainId === chainId && offers.fromS === fromS && offers.entries.length > 0;
  return {
    ...{ ...page, menu, offers: isHeld ? offers : { chainId, fromS, entries } },
    stale: page.view === null ? null : page.stale,
  };
}

/** An answer about the contract that is shown; about another one it comes too late. */
export function viewCame(page: PageState, contractId: string, asked: Result<CommuterView>): PageState {
  if (page.view?.contract.contractId !== contractId) return page;
  return asked.ok ? { ...page, view: asked.value, stale: null } : { ...page, stale: asked.error };
}

/** What came of something that was done here. @param contractId of the contract that was shown then; null: none was */
export function actionDone(page: PageState, contractId: string | null, done: Result<CommuterView>): PageState {
  if ((page.view?.contract.contractId ?? null) !== contractId) return page;
  return done.ok ? contractOpened(page, done.value) : { ...page, failure: done.error };
}

export function contractOpened(page: PageState, view: CommuterView): PageState {
  return { ...page, view, stale: null, failure: null };
}

/** Leads to the offers of now. */
export function offersWanted(page: PageState): PageState {
  return { ...page, offers: null, view: null, stale: null, failure: null };
}

/** The contract in force among those of this browser; null: another one can be signed. */
export function inForceOf(views: readonly CommuterView[]): CommuterView | null {
  return views.find(({ contract }) => contract.state === "active") ?? null;
}

/** Whether an offer's time is over: it cannot be signed once its departure has begun. @param timeS session seconds */
export function hasLapsed({ departFromS }: MenuEntry, timeS: number): boolean {
  return departFromS <= timeS;
}

/** Whether passages are not noted any more, for lack of consent: the ledger refuses them. */
export function isUnseen({ consent }: CommuterView): boolean {
  return consent.withdrawn || consent.erasure !== null;
}
