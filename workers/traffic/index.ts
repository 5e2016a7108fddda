export { freeFlowDs, routeOf, TreeSet } from "./routing";
export { edgeOfPerson, personInSlot } from "./whereabouts";
