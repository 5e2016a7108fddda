import { appendFileSync } from "node:fs";

/** Prints a figure of a long test, and tells it to `npm run verify`, which names a file for it. */
export function tellFigure(what: string, value: number, unit: string): void {
  console.log(`${what}: ${value} ${unit}`);
  const file = process.env["PENDULAIRE_FIGURES"];
  if (file !== undefined) appendFileSync(file, `${JSON.stringify({ what, value, unit })}\n`);
}
