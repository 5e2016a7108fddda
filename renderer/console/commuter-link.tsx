import { useState } from "react";
import { Action, FailureText } from "./elements";
import { useSession } from "./parts";
import { text } from "./text";
import { useRequest } from "./use-request";

/** A link to the commuter's own page, for another browser: made when it is asked for, of use once. */
export function CommuterLink() {
  const request = useRequest("commuter.link");
  const takesGuests = useSession(({ description }) => description?.takesGuests ?? true);
  const [url, setUrl] = useState<string | null>(null);
  return (
    <div className="commuter-link">
      <Action
        kind="quiet"
        data-testid="commuter-link"
        isDisabled={request.isPending || !takesGuests}
        onPress={() =>
          void request.run({}).then((outcome) => {
            setUrl(outcome.ok ? outcome.value.url : null);
          })
        }
      >
        {text.commuter.open}
      </Action>
      {!takesGuests && (
        <p className="hint" data-testid="commuter-link-elsewhere">
          {text.commuter.openElsewhere}
        </p>
      )}
      {url !== null && (
        <>
          <code className="wrap" data-testid="commuter-url">
            {url}
          </code>
          <p className="hint">{text.commuter.openHint}</p>
        </>
      )}
      <FailureText failure={request.failure} testId="commuter-link-failure" />
    </div>
  );
}
