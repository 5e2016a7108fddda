/** When the first vehicles have moved on a screen: what can wait begins after it, so that they do not wait for that. */
export interface FirstLook {
  /** A frame is on its way to somebody. */
  seen(): void;
  /** A console has drawn vehicles that move. */
  drawn(): void;
  /** Somebody has drawn, or had the time to, or nobody looks. */
  readonly settled: Promise<void>;
  /** Settles it. */
  close(): void;
}

/** A console that draws says so; one that has not within that does not draw, or slowly, ms. */
const drawsWithinMs = 8000;
/** Nobody looks when nobody has for so long, ms. */
const nobodyAfterMs = 8000;

export function awaitFirstLook(): FirstLook {
  let settle: () => void = () => undefined;
  const settled = new Promise<void>((resolve) => (settle = resolve));
  let timer: NodeJS.Timeout | undefined = setTimeout(settle, nobodyAfterMs);
  let isSeen = false;
  const end = () => {
    isSeen = true;
    clearTimeout(timer);
    settle();
  };
  return {
    settled,
    seen: () => {
      if (isSeen) return;
      isSeen = true;
      clearTimeout(timer);
      timer = setTimeout(settle, drawsWithinMs);
    },
    drawn: end,
    close: end,
  };
}
