import { plainLetters } from "../state/plain-letters";

/** How well a name answers to what was typed. Pure. */

/**
 * Letters of `typed` must come in `name` in order. More for whole words and their beginnings, less for what lies between.
 * @param typed by `plainLetters`, spaces mean nothing
 * @param name by `plainLetters`
 * @returns null when it is no answer, else higher is better
 */
export function fuzzyScore(typed: string, name: string): number | null {
  const wanted = typed.replace(/\s+/g, "");
  if (wanted === "") return 0;
  const whole = name.indexOf(typed.trim());
  if (whole >= 0) return 1000 - whole + (isWordStart(name, whole) ? 500 : 0) - name.length / 100;
  let score = 0;
  let at = -1;
  for (const letter of wanted) {
    const next = name.indexOf(letter, at + 1);
    if (next < 0) return null;
    score += isWordStart(name, next) ? 10 : next === at + 1 ? 6 : -Math.min(5, next - at);
    at = next;
  }
  return score - name.length / 100;
}

function isWordStart(name: string, at: number): boolean {
  return at === 0 || /[^\p{L}\p{N}]/u.test(name[at - 1] ?? "");
}

/** The best answers, best first; equals stay in their order. */
export function rank<T>(items: readonly T[], typed: string, nameOf: (item: T) => string, limit: number): T[] {
  const wanted = plainLetters(typed);
  const scored: { item: T; score: number; place: number }[] = [];
  items.forEach((item, place) => {
    const score = fuzzyScore(wanted, plainLetters(nameOf(item)));
    if (score !== null) scored.push({ item, score, place });
  });
  return scored
    .sort((a, b) => b.score - a.score || a.place - b.place)
    .slice(0, limit)
    .map(({ item }) => item);
}
