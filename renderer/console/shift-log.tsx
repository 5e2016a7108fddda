import { Panel } from "./elements";
import { secondOf } from "./figures";
import { useSession } from "./parts";
import { say, text } from "./text";

/** As many as are ever read back on this page; the report of the shift has all. */
const shownEntries = 100;

export function ShiftLog() {
  const log = useSession((state) => state.log);
  return (
    <Panel title={text.log.title} className="shift-log">
      {log.length === 0 ? (
        <p className="empty">{text.log.none}</p>
      ) : (
        // Focusable because it scrolls.
        <ol className="log" role="log" aria-label={text.log.title} tabIndex={0} data-testid="log">
          {log.slice(0, shownEntries).map((entry, place) => (
            <li key={log.length - place} className={`log-${entry.kind}`}>
              <time>{secondOf(entry.timeS)}</time> {say(entry.said)}
            </li>
          ))}
        </ol>
      )}
    </Panel>
  );
}
