/**
 * How often the session looks at its clock, ms; frames are at most as frequent. A little less than the tenth of a second
 * of the bar, so that a beat that comes late does not cost a frame.
 */
export const beatMs = 90;
/** A state that is due within so much of a beat is waited for, ms: that beat would find nothing new, and the next find it late. */
const stateWaitMs = 20;

/** The session's beats, one after the other; work at rest goes between two of them. */
export interface Beats {
  /** @param stateMs wall time at which the engine's next state is due, ms; Infinity: none is */
  readonly start: (beat: () => Promise<void>, stateMs: () => number) => void;
  readonly atRest: <T>(work: () => Promise<T>) => Promise<T>;
  readonly fail: (error: Error) => void;
  /** It ended by a failure, not by `stop`. */
  readonly failed: boolean;
  readonly stop: () => Promise<void>;
}

/**
 * When the next beat is due. States and beats are both about ten a second: without a word to each other they drift into
 * step, where a timer's lateness of a millisecond decides whether a beat finds no new state or two, and each such pair is
 * a frame that nobody gets. So a beat that comes just before a state waits for it.
 * @param dueMs when the last one was due: a timer is late by a little each time, which must not add up
 * @param nowMs the last one has ended
 */
export function nextBeatMs(dueMs: number, nowMs: number, stateMs: number): number {
  const beat = Math.max(dueMs + beatMs, nowMs);
  return stateMs > beat && stateMs <= beat + stateWaitMs ? stateMs : beat;
}

export function createBeats(onFailure: (error: Error) => void): Beats {
  let stopped = false;
  let failed = false;
  let tail: Promise<unknown> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  const fail = (error: Error) => {
    if (stopped) return;
    stopped = true;
    failed = true;
    onFailure(error);
  };
  const atRest = <T>(work: () => Promise<T>): Promise<T> => {
    const result = tail.then(work);
    tail = result.catch(() => undefined);
    return result;
  };
  return {
    atRest,
    fail,
    get failed() {
      return failed;
    },
    start: (beat, stateMs) => {
      const schedule = (dueMs: number) => {
        timer = setTimeout(
          () => {
            void atRest(() => (stopped ? Promise.resolve() : beat()))
              .catch((error: unknown) => fail(error instanceof Error ? error : new Error(String(error))))
              .finally(() => {
                if (!stopped) schedule(nextBeatMs(dueMs, performance.now(), stateMs()));
              });
          },
          // A timer counts whole milliseconds: rounded down, it would come before the state.
          Math.ceil(Math.max(0, dueMs - performance.now())),
        );
      };
      schedule(performance.now());
    },
    stop: async () => {
      stopped = true;
      clearTimeout(timer);
      await tail;
    },
  };
}
