import { useState } from "react";
import { Action, FailureText } from "./elements";
import { text } from "./text";
import { useRequest } from "./use-request";

/** A link to the commuter's own page, for another browser: made when it is asked for, of use once. */
export function CommuterLink() {
  const request = useRequest("commuter.link");
  const [url, setUrl] = useState<string | null>(null);
  return (
    <div className="commuter-link">
      <Action
        kind="quiet"
        data-testid="commuter-link"
        isDisabled={request.isPending}
        onPress={() =>
          void request.run({}).then((outcome) => {
            setUrl(outcome.ok ? outcome.value.url : null);
          })
        }
      >
        {text.commuter.open}
      </Action>
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
