import { refuseSaying, type Result } from "../../common/result";

/**
 * What people do in a session: operators, delegates, and commuters from their own pages. While the session is held, to be saved
 * and left, nothing more is taken up: it would be in no save.
 */
export interface SessionActs {
  /** How many were carried out since the session began: what a save would keep. */
  readonly count: number;
  readonly held: boolean;
  /** Does what changes the session, and counts it. Refused while the session is held. */
  carryOut<T>(act: () => Promise<Result<T>> | Result<T>): Promise<Result<T>>;
  /** The same for what is no work to be kept, as a change of the clock's pace. */
  admit<T>(act: () => Promise<Result<T>> | Result<T>): Promise<Result<T>>;
  /** Holds the session. Resolves once nothing is under way, with what lets it go on. */
  hold(): Promise<() => void>;
}

export function openSessionActs(): SessionActs {
  let count = 0;
  let holds = 0;
  const underWay = new Set<Promise<unknown>>();
  const admit: SessionActs["admit"] = async (act) => {
    if (holds > 0) return refuseSaying({ code: "session-held", args: {} });
    const done = (async () => act())();
    underWay.add(done);
    try {
      return await done;
    } finally {
      underWay.delete(done);
    }
  };
  return {
    get count() {
      return count;
    },
    get held() {
      return holds > 0;
    },
    admit,
    carryOut: (act) =>
      admit(async () => {
        const done = await act();
        if (done.ok) count++;
        return done;
      }),
    hold: async () => {
      holds++;
      await Promise.allSettled(underWay);
      return () => {
        holds--;
      };
    },
  };
}
