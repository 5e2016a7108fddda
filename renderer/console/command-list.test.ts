import { describe, expect, it } from "vitest";
import { isPressed, printedChord, type KeyPress } from "./chords";
import { commandList } from "./command-list";
import { fuzzyScore, rank } from "./fuzzy";
import { plainLetters } from "../state/plain-letters";

const press = (key: string, code = "", held: Partial<KeyPress> = {}): KeyPress => ({
  key,
  code,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  ...held,
});

describe("the list of commands", () => {
  it("has each id and each key once, and a key for every command", () => {
    const ids = commandList.map(({ id }) => id);
    const keys = commandList.flatMap((command) => command.keys);
    expect(new Set(ids).size).toBe(ids.length);
    expect(new Set(keys.map((key) => key.toLowerCase())).size).toBe(keys.length);
    expect(commandList.filter((command) => command.keys.length === 0 || command.name() === "")).toEqual([]);
  });

  it("is found by its keys, whatever the keyboard", () => {
    expect(isPressed("I", press("i"))).toBe(true);
    expect(isPressed("I", press("I", "KeyI", { shiftKey: true }))).toBe(false);
    expect(isPressed("I", press("i", "KeyI", { ctrlKey: true }))).toBe(false);
    expect(isPressed("Control+K", press("k", "KeyK", { metaKey: true }))).toBe(true);
    expect(isPressed("Shift+X", press("X", "KeyX", { shiftKey: true }))).toBe(true);
    // French: the digit needs Shift, and so does the full stop.
    expect(isPressed("1", press("&", "Digit1"))).toBe(true);
    expect(isPressed(".", press(".", "Comma", { shiftKey: true }))).toBe(true);
    expect(isPressed("?", press("?", "Slash", { shiftKey: true }))).toBe(true);
    expect(isPressed("Alt+1", press("1", "Digit1", { altKey: true, shiftKey: true }))).toBe(false);
    expect(isPressed("Alt+Shift+1", press("!", "Digit1", { altKey: true, shiftKey: true }))).toBe(true);
    expect(isPressed("Plus", press("+", "Equal", { shiftKey: true }))).toBe(true);
    expect(isPressed("Space", press(" ", "Space"))).toBe(true);
    expect(isPressed("Space", press(" ", "Space", { shiftKey: true }))).toBe(true);
  });

  it("prints its keys as they stand on the keyboard", () => {
    expect(printedChord("Control+Enter")).toBe("Ctrl Enter");
    expect(printedChord("Plus")).toBe("+");
  });
});

describe("fuzzy search", () => {
  it("finds letters in their order, without accents, and nothing else", () => {
    expect(plainLetters("Île de Ré")).toBe("ile de re");
    expect(fuzzyScore("mi", "mark incident")).not.toBeNull();
    expect(fuzzyScore("im", "mark incident")).toBeNull();
    expect(fuzzyScore("", "anything")).toBe(0);
  });

  it("finds letters that a keyboard may lack by how they are typed without it", () => {
    const names = [
      "Kremser Straße",
      "GROẞE GASSE",
      "Østergade",
      "Łódzka",
      "Đorđa Vajferta",
      "Rue du Cœur",
      "Mühlgasse",
    ];
    const found = (typed: string) => rank(names, typed, (name) => name, 1)[0];
    expect(found("strasse")).toBe("Kremser Straße");
    expect(found("Straße")).toBe("Kremser Straße");
    expect(found("grosse")).toBe("GROẞE GASSE");
    expect(found("ostergade")).toBe("Østergade");
    expect(found("lodzka")).toBe("Łódzka");
    expect(found("dorda")).toBe("Đorđa Vajferta");
    expect(found("coeur")).toBe("Rue du Cœur");
    expect(found("muhlgasse")).toBe("Mühlgasse");
  });

  it("puts whole words before pieces, and keeps the order of equals", () => {
    const names = ["My Iron Lull", "Mill Road", "Windmill Street", "Old Mill"];
    expect(rank(names, "mill", (name) => name, 10)).toEqual([
      "Mill Road",
      "Old Mill",
      "Windmill Street",
      "My Iron Lull",
    ]);
    expect(rank(["a", "b", "c"], "", (name) => name, 2)).toEqual(["a", "b"]);
  });
});
