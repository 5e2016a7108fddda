import { afterEach, describe, expect, it, vi } from "vitest";
import { remember, remembered } from "./preferences";

/** The cookies of a host, as a page sees them: written one by one, read all together. */
function cookieJar() {
  const kept = new Map<string, string>();
  return {
    get cookie() {
      return [...kept].map(([name, value]) => `${name}=${value}`).join("; ");
    },
    set cookie(written: string) {
      const [pair = "", ...attributes] = written.split("; ");
      const [name = "", value = ""] = pair.split("=");
      if (attributes.includes("max-age=0")) kept.delete(name);
      else kept.set(name, value);
    },
  };
}

function storage() {
  const kept = new Map<string, string>();
  return {
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, value: string) => void kept.set(name, value),
    removeItem: (name: string) => void kept.delete(name),
  };
}

describe("a preference", () => {
  afterEach(() => vi.unstubAllGlobals());

  it("is remembered at another port, whose storage is another one", () => {
    vi.stubGlobal("document", cookieJar());
    vi.stubGlobal("localStorage", storage());
    const layout = JSON.stringify({ docks: { left: ["a", "b"] }, note: "é; =" });
    remember("language", "fr");
    remember("layout", layout);
    vi.stubGlobal("localStorage", storage());
    expect(remembered("language")).toBe("fr");
    expect(remembered("layout")).toBe(layout);
    expect(remembered("lang")).toBeNull();
  });

  it("is forgotten everywhere when it is taken back", () => {
    vi.stubGlobal("document", cookieJar());
    vi.stubGlobal("localStorage", storage());
    remember("detail", "full");
    remember("detail", null);
    expect(remembered("detail")).toBeNull();
  });

  it("is remembered where there are no cookies, and asked for in vain outside of a window", () => {
    vi.stubGlobal("document", Object.defineProperty({}, "cookie", { get: () => "", set: () => undefined }));
    vi.stubGlobal("localStorage", storage());
    remember("theme", "light");
    expect(remembered("theme")).toBe("light");
    vi.unstubAllGlobals();
    expect(remembered("theme")).toBeNull();
  });
});
