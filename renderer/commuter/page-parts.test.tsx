import type { ReactNode } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { afterEach, describe, expect, it } from "vitest";
import type { CommuterView, MenuEntry } from "../../common/commuter-page-api";
import { failureSaying } from "../../common/result";
import { sayFailure } from "../console/text";
import { setLanguage } from "../console/text/language";
import { HeldContract } from "./commuter-page";
import { EarlierList } from "./earlier-contracts";
import { OfferMenu } from "./offer-menu";
import { inForceOf } from "./page-state";
import { menuOf, offerOf, viewOf } from "./page-samples";

const nothing = () => undefined;
const roads = new Map<string, string>();
const sevenS = 7 * 3600;
afterEach(() => setLanguage("en"));

/** What stands in the element of a test id, tags left out; undefined where there is none. */
function textAt(markup: string, testId: string): string | undefined {
  const found = new RegExp(`data-testid="${testId}"[^>]*>(.*?)</(?:p|span|button)>`, "s").exec(markup)?.[1];
  return found?.replace(/<[^>]*>/g, "");
}
/** Names of the controls that can be used. */
function usableIn(markup: string): readonly string[] {
  const controls = [...markup.matchAll(/data-testid="([\w-]+)"[^>]*>(?:<input[^>]*>)?|<button[^>]*>/g)];
  return controls
    .map(([tags]) => tags)
    .filter((tags) => /<input|<button|type="button"/.test(tags) && !/\sdisabled/.test(tags))
    .map((tags) => /data-testid="([\w-]+)"/.exec(tags)?.[1] ?? "");
}

function held(
  view: CommuterView,
  stale: "contract-of-ended-session" | "host-silent" | null = null,
  others: readonly CommuterView[] = [],
): string {
  return renderToStaticMarkup(
    <HeldContract
      {...{ view, roads, menu: menuOf([], view.timeS), failure: null, isDisabled: stale !== null }}
      stale={stale === null ? null : failureSaying({ code: stale, args: {} })}
      inForce={inForceOf(others)}
      {...{ onPass: nothing, onState: nothing, onAnother: nothing, onOpen: nothing }}
    />,
  );
}

describe("consent", () => {
  const purposes = ["consent-statistics", "consent-services", "consent-research", "consent-counts"];

  it("can be widened and withdrawn while it is given", () => {
    expect(usableIn(held(viewOf({})))).toEqual(expect.arrayContaining([...purposes, "consent-withdraw", "pass-1"]));
  });

  it("that was withdrawn is not given again by a tick, and what it comes to is said", () => {
    const markup = held(viewOf({ withdrawn: true }));
    expect(usableIn(markup)).toEqual(["leave", "consent-erase"]);
    expect(textAt(markup, "consent-over")).toContain("No passage is noted any more");
    expect(textAt(markup, "passages-unseen")).toContain("there is no consent to it");
    expect(textAt(markup, "phone-state")).toBe("awaits settlement");
  });

  it("is over once erasure was demanded or ordered", () => {
    const erasure = { wantedBy: "delegate", sinceS: 5 * 3600 } as const;
    const markup = held(viewOf({ withdrawn: true, erasure }));
    expect(usableIn(markup)).toEqual(["leave"]);
    const settled = held(viewOf({ withdrawn: true, erasure, state: "fulfilled" }));
    expect(textAt(settled, "consent-over")).toContain("Nothing is kept");
    expect(textAt(settled, "phone-state")).toBe("fulfilled");
  });
});

describe("a contract whose session is gone", () => {
  it("looks like what it was, proves nothing, and offers nothing but other offers", () => {
    const markup = held(viewOf({}), "contract-of-ended-session");
    expect(usableIn(markup)).toEqual(["choose-another"]);
    expect(textAt(markup, "phone-state")).toBe("last known: in force");
    expect(textAt(markup, "commuter-verdict")).toBe("✗ Proved then, not now");
    expect(textAt(held(viewOf({})), "commuter-verdict")).toContain("✓");
  });

  it("is not given up for a host that is silent for a while", () => {
    expect(usableIn(held(viewOf({}), "host-silent"))).toEqual([]);
  });
});

describe("a contract that is over", () => {
  const left = viewOf({ state: "left" });

  it("leads to the next offers", () => {
    expect(usableIn(held(left))).toContain("choose-another");
    expect(usableIn(held(left, null, [left]))).toContain("choose-another");
  });

  it("leads to the contract in force beside it, never to a second one", () => {
    const markup = held(left, null, [left, viewOf({})]);
    expect(usableIn(markup)).toContain("open-in-force");
    expect(usableIn(markup)).not.toContain("choose-another");
    expect(textAt(markup, "in-force")).toContain("07:00–07:10");
  });
});

describe("a signed contract", () => {
  it("says by when to arrive, as its offer did", () => {
    expect(textAt(held(viewOf({})), "phone-deadline")).toBe("arrive by 08:30");
  });
});

describe("the last time to leave", () => {
  it("is said while there is one, and that it is over once it is", () => {
    expect(held(viewOf({ timeS: sevenS - 3601 }))).toContain("can be left until 06:00");
    const late = held(viewOf({ timeS: sevenS - 3599 }));
    expect(usableIn(late)).not.toContain("leave");
    expect(textAt(late, "leave-over")).toBe("The contract could be left until 06:00. It can no longer be left.");
  });
});

function offered(entries: readonly MenuEntry[], timeS: number): ReactNode {
  return (
    <OfferMenu
      {...{ menu: menuOf(entries, timeS), entries, roads, hour: null, failure: null, isDisabled: false }}
      {...{ onHour: nothing, onOffers: nothing, onSign: nothing }}
    />
  );
}

describe("an offer", () => {
  it("says until when it could be left, or that it could not", () => {
    const markup = (timeS: number) => renderToStaticMarkup(offered([offerOf(sevenS)], timeS));
    expect(markup(sevenS - 7200)).toContain("can be left until 06:00");
    expect(markup(sevenS - 1800)).toContain("cannot be left any more once it is signed");
  });

  it("that has lapsed stays in its place, and says so", () => {
    const markup = renderToStaticMarkup(offered([offerOf(sevenS), offerOf(sevenS + 60)], sevenS));
    expect(markup.match(/data-testid="offer"/g)).toHaveLength(2);
    expect(markup.match(/This offer has lapsed/g)).toHaveLength(1);
    expect(usableIn(markup)).toEqual(["offer", "offers-now"]);
  });

  it("in French, names hours as all else does", () => {
    setLanguage("fr");
    expect(renderToStaticMarkup(offered([offerOf(sevenS)], 0))).toContain("à partir de 07\u202fh\u202f00");
  });
});

describe("a refusal", () => {
  it("is said in the page's language, without its number", () => {
    const reason = "the passage is outside the contract's time";
    const said = { code: "ledger-refusal", args: { name: "passage-outside-contract", reason } } as const;
    const refused = { message: reason, where: "code 77", said };
    expect(sayFailure(refused)).toBe(reason);
    setLanguage("fr");
    expect(sayFailure(refused)).toBe("le passage est hors des horaires du contrat");
  });
});

describe("earlier contracts", () => {
  it("are listed by day and state; keys of elsewhere are counted", () => {
    const earlier = { views: [viewOf({ state: "left" })], elsewhere: 2 };
    const markup = renderToStaticMarkup(<EarlierList {...{ earlier, midnightS: 1_772_409_600, onOpen: nothing }} />);
    expect(textAt(markup, "earlier")).toBe("2 Mar 2026, 07:00–07:10 · left in time");
    expect(textAt(markup, "earlier-elsewhere")).toContain("2");
  });
});
