import { MemberType, missingNode, type OsmElements } from "./elements";
import { joinRings } from "./rings";

export const nodesOfWay = (elements: OsmElements, way: number): Uint32Array =>
  elements.wayNodes.subarray(elements.wayNodeStart[way], elements.wayNodeStart[way + 1]);

/** Rings of the members with one of these roles, and how many of their ways do not close to one in this file. */
export function ringsOfRelation(
  elements: OsmElements,
  wayRows: ReadonlyMap<number, number>,
  relation: number,
  roles: readonly string[],
): { readonly rings: readonly Uint32Array[]; readonly openWays: number } {
  const ways: Uint32Array[] = [];
  let absent = 0;
  for (let member = elements.memberStart[relation]; member < elements.memberStart[relation + 1]; member++) {
    const role = elements.strings[elements.memberRole[member]] ?? "";
    if (elements.memberType[member] !== MemberType.way || !roles.includes(role)) continue;
    const way = wayRows.get(elements.memberId[member]);
    const nodes = way === undefined ? null : nodesOfWay(elements, way);
    if (nodes === null || nodes.includes(missingNode)) absent++;
    else ways.push(nodes);
  }
  const { rings, leftOver } = joinRings(ways);
  return { rings, openWays: absent + leftOver };
}

/** Roles of what encloses a multipolygon's area. */
export const outerRoles: readonly string[] = ["outer", ""];
