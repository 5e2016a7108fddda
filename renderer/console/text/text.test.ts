import { describe, expect, it } from "vitest";
import type { Said } from "../../../common/said";
import { en } from "./en";
import { fr } from "./fr";
import { currentLanguage, setLanguage, text } from "./language";
import { say, sayFailure } from "./index";
import { typesetFrench } from "./typeset";

/** Every leaf of a catalogue by its path; functions are called with telling arguments. */
function leavesOf(value: unknown, path = ""): [string, string][] {
  if (typeof value === "string") return [[path, value]];
  if (typeof value === "function") {
    if (path.startsWith(".said.") || path === ".fact") return [];
    // Reads as a figure, and joins as a list does.
    const given = Array.from({ length: 5 }, (_, place) => [String(place + 2)]);
    return leavesOf(Reflect.apply(value, null, given), path);
  }
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => leavesOf(inner, `${path}.${name}`));
}

describe("the catalogues", () => {
  it("have the same texts", () => {
    const pathsOf = (catalogue: unknown) => leavesOf(catalogue).map(([path]) => path);
    expect(pathsOf(fr).sort()).toEqual(pathsOf(en).sort());
  });

  it("in French, set narrow no-break spaces before the high signs and in quotation marks", () => {
    expect(typesetFrench("Attention : « arrêt » ; suite ? 5 % !")).toBe(
      "Attention\u202f: «\u202farrêt\u202f»\u202f; suite\u202f? 5\u202f%\u202f!",
    );
    for (const [path, words] of leavesOf(fr)) expect(words, path).not.toMatch(/ [:;!?»%]|« /);
  });

  it("change at run time, with the figures", () => {
    expect(currentLanguage()).toBe("en");
    const said: Said = { code: "incident-ended", args: { incident: "I-0001", road: "Ring", kind: "lanes" } };
    const wrong = { message: "", where: "passphrase", said: { code: "passphrase-wrong", args: {} } as const };
    setLanguage("fr");
    try {
      expect(text.top.pause).toBe(fr.top.pause);
      expect(say(said)).toBe("I-0001 Ring\u202f: voies rouvertes");
      expect(sayFailure(wrong)).toBe("phrase secrète\u202f: phrase secrète erronée, ou fichier de clé endommagé");
    } finally {
      setLanguage("en");
    }
    expect(say(said)).toBe("I-0001 Ring: lanes open again");
  });
});
