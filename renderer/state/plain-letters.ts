/** Letters that no accent makes of a plain one, as who has no key for them types them. */
const spelledOut: Readonly<Record<string, string>> = {
  ...{ ß: "ss", æ: "ae", œ: "oe", ø: "o", đ: "d", ð: "d", þ: "th", ł: "l", ħ: "h", ŧ: "t", ı: "i" },
};

/** Lower case, without accents: "Île" is found by "ile", and "Straße" by "strasse". Pure. */
export function plainLetters(words: string): string {
  return words
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[ßæœøđðþłħŧı]/g, (letter) => spelledOut[letter] ?? letter);
}
