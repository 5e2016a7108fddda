/** Work that takes long and of which each who asks has one at a time: the one that was asked for last. */
export interface OnePerAsker {
  /** Begins work, and gives up what the same asker had under way. */
  run<T>(asker: object, work: (signal: AbortSignal) => Promise<T>): Promise<T>;
  giveUp(asker: object): void;
  giveUpAll(): void;
}

export function onePerAsker(): OnePerAsker {
  const underWay = new Map<object, AbortController>();
  return {
    run: (asker, work) => {
      underWay.get(asker)?.abort();
      const own = new AbortController();
      underWay.set(asker, own);
      return work(own.signal).finally(() => {
        if (underWay.get(asker) === own) underWay.delete(asker);
      });
    },
    giveUp: (asker) => underWay.get(asker)?.abort(),
    giveUpAll: () => {
      for (const one of underWay.values()) one.abort();
    },
  };
}
