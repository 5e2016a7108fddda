/** Token amounts are integers of micro-tokens; a token has 1,000,000 of them. */
export type MicroTokens = bigint;

export const microTokensPerToken = 1_000_000n;

/** "3.5" → 3500000n; undefined when the text is not a decimal with at most six places. A leading minus is kept. */
export function parseTokens(text: string): MicroTokens | undefined {
  const match = /^(-?)(\d{1,12})(?:\.(\d{1,6}))?$/.exec(text.trim());
  if (!match) return undefined;
  const micro = BigInt(match[2] ?? "0") * microTokensPerToken + BigInt((match[3] ?? "").padEnd(6, "0"));
  return match[1] === "-" ? -micro : micro;
}

/** 3500000n → "3.5". Exact: no rounding, no trailing zeros. */
export function formatTokens(amount: MicroTokens): string {
  const sign = amount < 0n ? "-" : "";
  const magnitude = amount < 0n ? -amount : amount;
  const whole = magnitude / microTokensPerToken;
  const fraction = (magnitude % microTokensPerToken).toString().padStart(6, "0").replace(/0+$/, "");
  return fraction === "" ? `${sign}${whole}` : `${sign}${whole}.${fraction}`;
}
