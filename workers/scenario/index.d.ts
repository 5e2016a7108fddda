export { buildScenarioTwin, type ScenarioSettings, type ScenarioTwin } from "./twin";
