import axe from "axe-core";
import type { Page } from "playwright-core";

/** WCAG 2.2, levels A and AA. */
const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

interface AxeWindow {
  readonly axe: Pick<typeof axe, "run">;
}

/** What axe-core finds against WCAG 2.2 AA in the window as it is. @returns one line for each element, none when all is well */
export async function violationsOf(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  return page.evaluate(async (values) => {
    const { violations } = await (globalThis as unknown as AxeWindow).axe.run({
      runOnly: { type: "tag", values },
      resultTypes: ["violations"],
    });
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) =>
        `${id}: ${target.join(" ")}: ${failureSummary ?? ""}`.replace(/\s+/g, " "),
      ),
    );
  }, tags);
}
