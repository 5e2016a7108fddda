export { parameters, parameterValues, type ParameterValues } from "./parameters";
export { generatePopulation, type Population } from "./population";
export { complianceProbability, journeyBurdenS, respond, type Journey } from "./response";
export { trustAfter, type Experience } from "./trust";
