import { alarmKinds, alarmPriorities, alarmStates } from "../../common/alarm-api";
import { countShape, flagShape, listOf, nullable, numberShape, oneOf, record, saidShape, textShape } from "./shape";

const alarm = record({
  id: textShape,
  kind: oneOf(...alarmKinds),
  priority: oneOf(...alarmPriorities),
  state: oneOf(...alarmStates),
  active: flagShape,
  text: saidShape,
  action: saidShape,
  raisedS: nullable(numberShape),
  returnedS: nullable(numberShape),
  place: nullable(record({ edge: countShape, positionM: numberShape, x: numberShape, y: numberShape })),
  incidentId: nullable(textShape),
  instructionId: nullable(textShape),
  shelvedUntilS: nullable(numberShape),
  reason: nullable(textShape),
  grouped: flagShape,
});
export const alarmReport = record({
  alarms: listOf(alarm),
  rate: record({ recent: countShape, mean: numberShape }),
  floodSinceS: nullable(numberShape),
  watchedM: numberShape,
});
