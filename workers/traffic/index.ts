export { freeFlowDs, routeOf, TreeSet } from "./routing";
