import { useEffect } from "react";
import { Button } from "react-aria-components";
import { dismissNotice, type ShownNotice } from "../state/session";
import { count } from "./figures";
import { useParts, useSession } from "./parts";
import { say, text } from "./text";

/** Errors stay until they are dismissed; the rest goes by itself. */
const shownMs = { info: 7000, warning: 15_000, error: null } as const;

/** What the operator should read and asked for nowhere. */
export function Notices() {
  const notices = useSession((state) => state.notices);
  return (
    <div className="notices" role="status" aria-live="polite">
      {notices.map((notice) => (
        <NoticeCard key={notice.id} notice={notice} />
      ))}
    </div>
  );
}

function NoticeCard({ notice }: { readonly notice: ShownNotice }) {
  const { session } = useParts();
  const { id, severity, times } = notice;
  useEffect(() => {
    const period = shownMs[severity];
    if (period === null) return undefined;
    const timer = setTimeout(() => dismissNotice(session, id), period);
    return () => {
      clearTimeout(timer);
    };
  }, [session, id, severity]);
  return (
    <div className={`notice notice-${severity}`} data-testid="notice">
      <p>
        <b>{text.notices[severity]}</b> {say(notice.said)}
        {times > 1 && <b className="notice-times"> · {text.notices.times(count(times))}</b>}
      </p>
      <Button className="notice-close" aria-label={text.notices.dismiss} onPress={() => dismissNotice(session, id)}>
        ×
      </Button>
    </div>
  );
}
