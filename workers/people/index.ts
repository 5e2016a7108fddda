export { parameters, parameterValues, type ParameterValues } from "./parameters";
export { generatePopulation, type Population } from "./population";
export { complianceProbability, respond } from "./response";
export { trustAfter, type Experience } from "./trust";
