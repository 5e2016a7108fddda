/** French sets a narrow no-break space before the high signs and inside the quotation marks (Imprimerie nationale). */
export function typesetFrench(words: string): string {
  return words.replace(/ ([:;!?»%])/g, "\u202f$1").replace(/« /g, "«\u202f");
}

/** The same for every text of a catalogue, and for what its functions return. */
export function typesetAll<T>(texts: T): T {
  return typesetValue(texts) as T;
}

function typesetValue(value: unknown): unknown {
  if (typeof value === "string") return typesetFrench(value);
  if (typeof value === "function") return (...given: unknown[]) => typesetValue(Reflect.apply(value, null, given));
  if (Array.isArray(value)) return value.map(typesetValue);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, typesetValue(inner)]));
}
