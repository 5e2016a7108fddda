/** One figure of the traffic engine's accuracy beside its bar, as test, page and build/validation.mjs give it. */
export interface AccuracyFigure {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  /** What must hold, in words; null where nothing is asked. */
  readonly bar: string | null;
  /** null where no bar is set. */
  readonly ok: boolean | null;
}

export function describeFigure({ what, value, unit, bar, ok }: AccuracyFigure): string {
  const held = bar === null ? "" : ` (bar: ${bar})${ok === false ? " MISSED" : ""}`;
  return `${what}: ${roundedFigure(value)}${unit === "" ? "" : ` ${unit}`}${held}`;
}

/** Four digits say all that these measures do. */
export const roundedFigure = (value: number): string => String(Number(value.toPrecision(4)));

/** Prints all figures. @returns those that miss their bars, in words */
export function missedOf(figures: readonly AccuracyFigure[]): string[] {
  figures.forEach((figure) => console.info(describeFigure(figure)));
  return figures.filter(({ ok }) => ok === false).map(describeFigure);
}
