export { roadJunctions } from "./road-junctions";
export { findRoutes, type FoundRoute, type RouteEnds, type RouteMeasure } from "./route-queries";
export { freeFlowDs, routeOf, TreeSet } from "./routing";
export { refreshSet } from "./refresh";
export { edgeOfPerson, locatePeople } from "./whereabouts";
