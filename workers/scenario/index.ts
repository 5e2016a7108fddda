export { buildScenarioTwin } from "./twin";
