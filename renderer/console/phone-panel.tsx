import { useMemo } from "react";
import type { CommuterQuery } from "../../common/commuter-api";
import type { ContractReport, TerminalPlace } from "../../common/console-api";
import { terminalRoads, type PhoneInHand } from "../state/phone";
import { openPhone } from "../state/workbench";
import { CommuterLink } from "./commuter-link";
import { CloseButton, FailureText, Finder, StepButton } from "./elements";
import { count } from "./figures";
import { useParts, useSession, useWorkbench } from "./parts";
import { PhoneCard } from "./phone-card";
import { PhoneConsent } from "./phone-consent";
import { useConsent } from "./use-consent";
import { SimulatedBehaviour } from "./phone-simulated";
import { text } from "./text";
import { useCommuter } from "./use-commuter";

const noTerminals: readonly TerminalPlace[] = [];

/** What any commuter sees, so that the operator knows what was sent. Opens over the map; Esc leads back. */
export function PhonePanel() {
  const phone = useWorkbench((state) => state.phone);
  return phone === null ? null : <Phone phone={phone} />;
}

function Phone({ phone }: { readonly phone: PhoneInHand }) {
  const { workbench } = useParts();
  const { person, total, report, contract, failure, isPending } = useCommuter(phone);
  const { query, place } = phone;
  const terminals = useSession(({ description }) => description?.terminals ?? noTerminals);
  const roads = useMemo(() => terminalRoads(terminals), [terminals]);
  const step = (by: number) => workbench.setState({ phone: { query, place: place + by } });
  return (
    <aside className="phone-panel" aria-label={text.phone.title} data-testid="phone">
      <header className="panel-head">
        <h2>{text.phone.title}</h2>
        {person !== null && (
          <span className="panel-aside" data-testid="phone-commuter">
            {text.phone.commuter(String(person + 1))}
            {typeof report?.contractNumber === "number" &&
              ` · ${text.phone.contractNumber(String(report.contractNumber))}`}
          </span>
        )}
        <CloseButton
          label={text.phone.close}
          testId="phone-close"
          onPress={() => workbench.setState({ phone: null })}
        />
      </header>
      <div className="phone-browse">
        <StepButton
          {...{ towards: "previous", label: text.phone.previous, testId: "phone-previous", isDisabled: place <= 0 }}
          onPress={() => step(-1)}
        />
        <StepButton
          {...{ towards: "next", label: text.phone.next, testId: "phone-next", isDisabled: place + 1 >= total }}
          onPress={() => step(1)}
        />
        <Finder
          key={query?.by === "text" ? query.text : ""}
          label={text.phone.findLabel}
          placeholder={text.phone.find}
          testId="phone-find"
          lengthMax={80}
          find={(typed) => openPhone(workbench, { by: "text", text: typed })}
        />
      </div>
      {query !== null && total > 0 && (
        <p className="phone-place faint" data-testid="phone-place">
          {text.phone.of(count(place + 1), count(total))} · {text.phone.by[query.by]}
        </p>
      )}
      <CommuterLink />
      <FailureText failure={failure} testId="phone-failure" />
      {report !== null ? (
        <div className="phone-scroll">
          <PhoneCard
            report={report}
            contract={contract}
            roads={roads}
            consent={contract !== null && <SimulatedConsent person={report.person} contract={contract} />}
          />
          <SimulatedBehaviour report={report} />
        </div>
      ) : (
        failure === null && <Nobody query={query} isPending={isPending} />
      )}
    </aside>
  );
}

/** The host keeps a simulated commuter's key: what is pressed here is signed with it. */
function SimulatedConsent({ person, contract }: { readonly person: number; readonly contract: ContractReport }) {
  return <PhoneConsent contract={contract} {...useConsent(person)} />;
}

/** What to do when there is no phone to show. */
function Nobody({ query, isPending }: { readonly query: CommuterQuery | null; readonly isPending: boolean }) {
  if (query !== null) return <p className="empty">{isPending ? text.phone.loading : text.phone.nobody[query.by]}</p>;
  return (
    <div className="empty phone-ask" data-testid="phone-ask">
      <p>
        <b>{text.phone.askTitle}</b>
      </p>
      <ul>
        {text.phone.ask.map((way) => (
          <li key={way}>{way}</li>
        ))}
      </ul>
    </div>
  );
}
