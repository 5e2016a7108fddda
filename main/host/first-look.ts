/** When the first picture has been drawn: what can wait begins after it, so that it does not wait for that. */
export interface FirstLook {
  /** A frame is on its way to somebody. */
  seen(): void;
  /** Somebody has had the time to draw, or nobody looks. */
  readonly settled: Promise<void>;
  /** Settles it. */
  close(): void;
}

/** A console draws its first pictures within that, ms. */
const drawsWithinMs = 2500;
/** Nobody looks when nobody has for so long, ms. */
const nobodyAfterMs = 8000;

export function awaitFirstLook(): FirstLook {
  let settle: () => void = () => undefined;
  const settled = new Promise<void>((resolve) => (settle = resolve));
  let timer: NodeJS.Timeout | undefined = setTimeout(settle, nobodyAfterMs);
  let isSeen = false;
  return {
    settled,
    seen: () => {
      if (isSeen) return;
      isSeen = true;
      clearTimeout(timer);
      timer = setTimeout(settle, drawsWithinMs);
    },
    close: () => {
      clearTimeout(timer);
      settle();
    },
  };
}
