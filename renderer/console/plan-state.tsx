import { useShallow } from "zustand/react/shallow";
import { planGaps } from "../state/plan-gaps";
import { Panel, Row } from "./elements";
import { count } from "./figures";
import { useSession } from "./parts";
import { text } from "./text";

/** Where the city is not yet as the plan has it. All zero is the aim; what is not, stands out. */
export function PlanState() {
  const { unverified, unreached, ending, overdue } = useSession(useShallow(planGaps));
  return (
    <Panel className="plan" title={text.plan.title}>
      <dl className="rows">
        <Gap label={text.plan.unverified} value={unverified} testId="plan-unverified" />
        <Gap label={text.plan.unreached} value={unreached} testId="plan-unreached" />
        <Gap label={text.plan.ending} value={ending} testId="plan-ending" />
        <Gap label={text.plan.overdue} value={overdue} testId="plan-overdue" />
      </dl>
    </Panel>
  );
}

function Gap({ label, value, testId }: { readonly label: string; readonly value: number; readonly testId: string }) {
  return (
    <Row label={label} testId={testId} tone={value > 0 ? "attention" : "normal"}>
      {count(value)}
    </Row>
  );
}
