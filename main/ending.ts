import type { HostNews, HostOrder } from "./host/host";

// How a host is ended: it saves first, which may take long, then closes. Nothing is lost unless the user says so.

/** A host that works tells it every second; one that says nothing for so long is ended, ms. */
export const silenceMaxMs = 30_000;

export interface EndingParts {
  readonly tell: (order: HostOrder) => void;
  readonly kill: () => void;
  /** The session could not be saved. @returns whether to end it all the same */
  readonly asksToLeave: (reason: string) => Promise<boolean>;
}

export interface Ending {
  /** Whether the host's end is wanted: otherwise its process died. */
  readonly closing: boolean;
  /** The program is to end. Asked again while it does, nothing more happens. */
  begin(): void;
  heard(news: HostNews): void;
  /** The process is gone. */
  exited(): void;
}

export function createEnding({ tell, kill, asksToLeave }: EndingParts): Ending {
  let state: "running" | "keeping" | "asking" | "closing" | "gone" = "running";
  let closing = false;
  let silence: NodeJS.Timeout | undefined;
  const listen = () => {
    clearTimeout(silence);
    silence = setTimeout(kill, silenceMaxMs);
  };
  const close = () => {
    state = "closing";
    closing = true;
    tell({ kind: "stop" });
    listen();
  };
  const kept = async (failure: string | null) => {
    if (state !== "keeping") return;
    clearTimeout(silence);
    if (failure !== null) {
      state = "asking";
      const leaves = await asksToLeave(failure);
      // It may have died while the user thought about it.
      if (state !== "asking") return;
      state = "running";
      if (!leaves) return;
    }
    close();
  };
  return {
    get closing() {
      return closing;
    },
    begin: () => {
      if (state !== "running") return;
      state = "keeping";
      tell({ kind: "keep" });
      listen();
    },
    heard: (news) => {
      if (news.kind === "saving" && (state === "keeping" || state === "closing")) listen();
      if (news.kind === "kept") void kept(news.failure);
    },
    exited: () => {
      state = "gone";
      clearTimeout(silence);
    },
  };
}
