import { type City } from "../../common/city";
import type { Arena } from "../arena/arena";
/**
 * Fixed routes as chains of nodes, each an edge and the node after it: routes that end alike share their end, so that memory
 * grows with what is different of them. A node knows of each lane of its edge how far it leads along the route.
 */
export interface RouteNodes {
    /** @returns the first node of the route. @param edges connected, at least one; @param classes who drives it */
    readonly add: (edges: ArrayLike<number>, classes: number) => number;
    readonly counts: () => {
        readonly routeNodes: number;
        readonly routeLanes: number;
    };
    readonly write: (arena: Arena) => void;
}
export declare function growRouteNodes(city: City): RouteNodes;
