import type { Page } from "playwright-core";

/** What went wrong in a page since it was looked at: exceptions, errors on its console, refusals of its security policy. */
export type ScreenFaults = readonly string[];

export function collectFaults(page: Page): ScreenFaults {
  const faults: string[] = [];
  page.on("pageerror", (error) => faults.push(`exception: ${error.stack ?? error.message}`));
  page.on("crash", () => faults.push("the page crashed"));
  page.on("console", (message) => {
    const isRefusal = /content.security.policy|refused to/i.test(message.text());
    if (message.type() !== "error" && !isRefusal) return;
    faults.push(`${message.type()}: ${message.text()} (${message.location().url})`);
  });
  page.on("requestfailed", (request) => {
    faults.push(`request: ${request.url()}: ${request.failure()?.errorText ?? "failed"}`);
  });
  return faults;
}
