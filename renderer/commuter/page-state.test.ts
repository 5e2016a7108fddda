import { describe, expect, it } from "vitest";
import type { CommuterMenu, CommuterView, MenuEntry } from "../../common/commuter-page-api";
import { failureSaying, succeed } from "../../common/result";
import { actionDone, contractOpened, hasLapsed, menuCame, nothingKnown, offersWanted, viewCame } from "./page-state";
import { offerOf, menuOf, viewOf } from "./page-samples";

const [first, second, third] = [7, 8, 9].map((hour) => offerOf(hour * 3600)) as [MenuEntry, MenuEntry, MenuEntry];
const menu = (entries: readonly MenuEntry[], chainId = "town-1"): CommuterMenu => ({
  ...menuOf(entries, 6 * 3600),
  chainId,
});
const view: CommuterView = viewOf({});
const { contractId } = view.contract;
const lost = failureSaying({ code: "contract-of-ended-session", args: {} });
const ended = { ok: false, error: lost } as const;

describe("a contract that is shown", () => {
  const shown = contractOpened(nothingKnown, view);

  it("is stale once it cannot be had any more, with the reason, and is not once it can", () => {
    const stale = viewCame(shown, contractId, ended);
    expect(stale).toMatchObject({ view, stale: { said: { code: "contract-of-ended-session" } } });
    expect(viewCame(stale, contractId, succeed(view)).stale).toBeNull();
  });

  it("is not touched by answers about another one", () => {
    expect(viewCame(shown, "another", ended)).toBe(shown);
    expect(actionDone(shown, "another", ended)).toBe(shown);
    expect(viewCame(offersWanted(shown), contractId, succeed(view)).view).toBeNull();
  });

  it("keeps why something was not done until something else is", () => {
    const refused = actionDone(shown, contractId, ended);
    expect(refused).toMatchObject({ view, stale: null, failure: { said: { code: "contract-of-ended-session" } } });
    expect(actionDone(refused, contractId, succeed(view)).failure).toBeNull();
  });
});

describe("offers", () => {
  it("stay where they are while they are read, though the host's menu has gone on", () => {
    const held = menuCame(nothingKnown, succeed(menu([first, second])), 0);
    const later = menuCame(held, succeed(menu([second, third])), 0);
    expect(later.offers?.entries).toEqual([first, second]);
    expect(later.menu?.entries).toEqual([second, third]);
  });

  it("are others for another hour, another session, and when those of now are wanted", () => {
    const held = menuCame(nothingKnown, succeed(menu([first, second])), 0);
    const entriesOf = (page: typeof held) => page.offers?.entries;
    expect(entriesOf(menuCame(held, succeed(menu([third])), 9 * 3600))).toEqual([third]);
    expect(entriesOf(menuCame(held, succeed(menu([third], "town-2")), 0))).toEqual([third]);
    expect(entriesOf(menuCame(offersWanted(held), succeed(menu([third])), 0))).toEqual([third]);
  });

  it("lapse when their departure begins", () => {
    expect([-1, 0].map((byS) => hasLapsed(first, first.departFromS + byS))).toEqual([false, true]);
  });

  it("are stale while the host does not answer", () => {
    const held = menuCame(nothingKnown, succeed(menu([first])), 0);
    const stale = menuCame(held, ended, 0);
    expect(stale).toMatchObject({ offers: { entries: [first] }, stale: lost });
    expect(menuCame(stale, succeed(menu([first])), 0).stale).toBeNull();
  });
});
