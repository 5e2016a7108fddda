import { appendFileSync, existsSync, readFileSync } from "node:fs";

/**
 * Contracts of commuters who have keys of their own and no vehicle in the simulated city: which they are, and at which height
 * each was accepted. Beside `holders`, who are rows of the session. At most `guestsMax`.
 */
export interface Guests {
  readonly count: number;
  has(contractId: string): boolean;
  acceptedAt(contractId: string): number | undefined;
  add(contractId: string, height: number): void;
}

export const guestsMax = 1_000;

/** @param path file of lines, appended to; null keeps them in memory */
export function openGuests(path: string | null): Guests {
  const heights = new Map<string, number>();
  if (path !== null && existsSync(path)) {
    // A line that was cut short by a crash is not read.
    for (const line of readFileSync(path, "utf8").split("\n").slice(0, -1)) {
      const [contractId = "", height] = line.split(" ");
      heights.set(contractId, Number(height));
    }
  }
  return {
    get count() {
      return heights.size;
    },
    has: (contractId) => heights.has(contractId),
    acceptedAt: (contractId) => heights.get(contractId),
    add: (contractId, height) => {
      heights.set(contractId, height);
      if (path !== null) appendFileSync(path, `${contractId} ${height}\n`);
    },
  };
}
