export { freeFlowDs, routeOf, TreeSet } from "./routing";
export { edgeOfPerson } from "./whereabouts";
