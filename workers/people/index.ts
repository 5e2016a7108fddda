export { parameters, parameterValues, type Parameter, type ParameterName, type ParameterValues } from "./parameters";
export { generatePopulation, type Population } from "./population";
export { complianceProbability, respond, reroutesUnpaid, type Request, type Response } from "./response";
