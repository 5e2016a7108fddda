export { TreeSet, routeOf } from "./routing";
