import { useEffect, useState } from "react";
import type { Said } from "../../common/said";
import { isOpen } from "../state/session";
import { OpeningProgress } from "./city-menu";
import { Action } from "./elements";
import { useParts, useSession, useWorkbench } from "./parts";
import { say, sayFailure, text } from "./text";

/** Why there is no city to see, or no news of it, and what can be done. Lies over the map. */
export function ConnectionState() {
  const connection = useSession((state) => state.connection);
  const city = useSession((state) => state.city);
  const hasSession = useSession(isOpen);
  const fault = useSession((state) => state.cityFault);
  const opening = useWorkbench((state) => state.opening);
  const { workbench } = useParts();
  if (connection.kind === "lost") return <LostLine cause={connection.cause} attempt={connection.attempt} />;
  // The map of a city that is being opened can be there already, and the city that is open goes on beneath.
  const openingName = opening?.name ?? (hasSession ? undefined : city?.meta.name);
  if (openingName !== undefined) {
    return (
      <div className={city === null ? "veil" : "veil veil-clear"}>
        <OpeningProgress name={openingName} canGiveUp={opening !== null} />
      </div>
    );
  }
  if (city !== null) return null;
  if (fault !== null) {
    return (
      <div className="veil" role="alert" data-testid="no-city">
        <h2>{text.connection.noCity}</h2>
        <p>{sayFailure(fault)}</p>
        <Action kind="primary" data-testid="no-city-open" onPress={() => workbench.setState({ cityOpen: true })}>
          {text.city.openFile}
        </Action>
      </div>
    );
  }
  return (
    <div className="veil" role="status" data-testid="loading">
      <span className="spinner" aria-hidden="true" />
      <p>{connection.kind === "connecting" ? text.connection.connecting : text.connection.loading}</p>
    </div>
  );
}

/** Tries again by itself, at growing intervals, up to this. */
const longestWaitS = 30;

function LostLine({ cause, attempt }: { readonly cause: Said; readonly attempt: number }) {
  const isBrowser = location.protocol !== "app:";
  const isTaken = cause.code === "link-taken";
  const hadSession = useSession((state) => state.description !== null);
  return (
    <div className="lost" role="alert" data-testid="connection-lost">
      <div>
        <h2>{text.connection.lost}</h2>
        <p>
          {!isBrowser
            ? text.connection.lostElectron
            : isTaken
              ? `${say(cause)}. ${text.connection.linkTaken}`
              : hadSession
                ? text.connection.lostCause(say(cause))
                : `${say(cause)}. ${text.connection.noToken}`}
        </p>
      </div>
      {isBrowser && !isTaken && <Retry attempt={attempt} />}
    </div>
  );
}

function Retry({ attempt }: { readonly attempt: number }) {
  const { bridge, session } = useParts();
  const [leftS, setLeft] = useState(() => Math.min(longestWaitS, 2 ** attempt));

  function retry(nextAttempt: number) {
    session.setState({ connection: { kind: "connecting", attempt: nextAttempt } });
    bridge.connect();
  }

  useEffect(() => {
    if (leftS <= 0) {
      retry(attempt);
      return undefined;
    }
    const timer = setTimeout(() => setLeft(leftS - 1), 1000);
    return () => {
      clearTimeout(timer);
    };
  }, [leftS]);

  return (
    <div className="lost-actions">
      <span className="faint">{text.connection.retryIn(leftS)}</span>
      <Action kind="primary" data-testid="retry" onPress={() => retry(0)}>
        {text.connection.retry}
      </Action>
    </div>
  );
}
