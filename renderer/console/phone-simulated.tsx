import type { CommuterMessage, CommuterReport } from "../../common/commuter-api";
import { messageStage } from "../state/phone";
import { minuteOf } from "./figures";
import { text } from "./text";

/** What the model lets this commuter do: beside the phone, and said to be known to nobody in a real city. */
export function SimulatedBehaviour({ report: { trip, messages } }: { readonly report: CommuterReport }) {
  const since = minuteOf(trip.phase === "atWork" ? (trip.arrivedS ?? trip.departedS) : trip.departedS);
  return (
    <section className="phone-simulated" aria-label={text.phone.simulated} data-testid="phone-simulated">
      <h3>{text.phone.simulated}</h3>
      <p className="faint">{text.phone.simulatedHint}</p>
      <ul>
        <li data-testid="phone-trip">
          {text.phone.phases[trip.phase](since)}
          {trip.road !== null && `, ${text.phone.on(trip.road)}`}
        </li>
        {answersOnce(messages).map((message) => (
          <li key={message.version} data-testid="phone-answer" data-stage={messageStage(message)}>
            {message.number !== null && `${text.phone.instruction(`#${String(message.number).padStart(4, "0")}`)}: `}
            {stageText(message)}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** An instruction that was amended is answered once. */
function answersOnce(messages: readonly CommuterMessage[]): readonly CommuterMessage[] {
  return messages.filter(
    ({ instructionId }, place) => messages.findIndex((one) => one.instructionId === instructionId) === place,
  );
}

function stageText(message: CommuterMessage): string {
  const stage = messageStage(message);
  return stage === "onItsWay" ? text.phone.stages.onItsWay : text.phone.stages[stage](minuteOf(message.heardAtS ?? 0));
}
