import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { edgeOfLanes, type City } from "../../common/city";
import { projectedX, projectedY, projectionAround } from "../../workers/city/projection";
import { cityNames, cityOf, hasCities, readCityFile } from "./city-files";

/** Files in XML whose rules a look at their text finds. */
const textNames = cityNames.filter((name) => !name.endsWith(".pbf")).filter((name) => rulesOf(textOf(name)).length > 0);

describe.skipIf(!hasCities)("turn restrictions of real maps", () => {
  test("there are some to check", () => {
    expect(textNames.length).toBeGreaterThanOrEqual(4);
  });

  test.each(textNames)("%s: what is forbidden is not connected", (name) => {
    const city = cityOf(name);
    let checked = 0;
    for (const rule of rulesOf(textOf(name))) {
      const turns = turnsAt(city, rule);
      if (turns === null) continue;
      checked++;
      if (rule.kind === "no") expect(turns.ontoTarget, `rule ${rule.id}`).toBe(0);
      else expect([turns.ontoOthers, turns.ontoTarget > 0], `rule ${rule.id}`).toEqual([0, true]);
    }
    expect(checked).toBeGreaterThan(0);
    expect(checked).toBeLessThanOrEqual(city.meta.restrictionCount);
  });
});

function textOf(name: string): string {
  const bytes = readCityFile(name);
  return Buffer.from(name.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8");
}

interface Rule {
  readonly id: string;
  readonly kind: "no" | "only";
  readonly via: Place;
  /** The next points of both ways, seen from the via node. */
  readonly before: Place;
  readonly after: Place;
}

interface Place {
  readonly longitude: number;
  readonly latitude: number;
}

/** Rules with a via node between ends of ways that cars drive, by regular expressions over the text. */
function rulesOf(text: string): Rule[] {
  const attribute = (element: string, name: string) => new RegExp(` ${name}=["']([^"']*)["']`).exec(element)?.[1] ?? "";
  const nodes = new Map<string, Place>();
  for (const [element] of text.matchAll(/<node [^>]*>/g)) {
    nodes.set(attribute(element, "id"), {
      longitude: Number(attribute(element, "lon")),
      latitude: Number(attribute(element, "lat")),
    });
  }
  const ways = new Map<string, readonly string[]>();
  const road =
    /k=["']highway["'] v=["'](motorway|trunk|primary|secondary|tertiary|unclassified|residential|living_street)(_link)?["']/;
  const closed = /k=["'](access|motor_vehicle|motorcar|vehicle)["'] v=["'](no|private)["']/;
  for (const [element] of text.matchAll(/<way [^>]*>[\s\S]*?<\/way>/g)) {
    if (!road.test(element) || closed.test(element)) continue;
    ways.set(
      attribute(element, "id"),
      [...element.matchAll(/<nd ref=["'](-?\d+)["']/g)].map(([, ref]) => ref),
    );
  }
  return [...text.matchAll(/<relation [^>]*>[\s\S]*?<\/relation>/g)].flatMap(([element]) => {
    const kind = /k=["']restriction["'] v=["'](no|only)_/.exec(element)?.[1] as "no" | "only" | undefined;
    const member = (role: string) =>
      [...element.matchAll(/<member [^>]*>/g)]
        .map(([found]) => found)
        .filter((found) => attribute(found, "role") === role);
    const [from, via, to] = ["from", "via", "to"].map((role) => member(role)[0]);
    if (
      kind === undefined ||
      from === undefined ||
      via === undefined ||
      to === undefined ||
      attribute(via, "type") !== "node"
    )
      return [];
    const neighbour = (way: string): Place | undefined => {
      const refs = ways.get(way) ?? [];
      const at = refs.indexOf(attribute(via, "ref"));
      if (at !== 0 && at !== refs.length - 1) return undefined;
      return nodes.get(refs[at === 0 ? 1 : at - 1] ?? "");
    };
    const [before, after] = [neighbour(attribute(from, "ref")), neighbour(attribute(to, "ref"))];
    const place = nodes.get(attribute(via, "ref"));
    if (before === undefined || after === undefined || place === undefined) return [];
    return [{ id: attribute(element, "id"), kind, via: place, before, after }];
  });
}

/** Turns at the via node from the one way onto the other, and onto others; null where the city has no such road. */
function turnsAt(city: City, rule: Rule): { ontoTarget: number; ontoOthers: number } | null {
  const { columns: c } = city;
  const projection = projectionAround(city.meta.originLongitude, city.meta.originLatitude);
  const toXY = ({ longitude, latitude }: Place) => ({
    x: projectedX(projection, longitude, latitude),
    y: projectedY(projection, latitude),
  });
  const [via, before, after] = [toXY(rule.via), toXY(rule.before), toXY(rule.after)];
  const edgeOf = edgeOfLanes(city);
  const arriving = new Set<number>();
  const leaving = new Set<number>();
  for (let edge = 0; edge < c.edgeFrom.length; edge++) {
    const [first, last] = [c.edgeShapeStart[edge], c.edgeShapeStart[edge + 1] - 1];
    if (near(c, last, via, 12) && runsAlong(c, first, last, via, before)) arriving.add(edge);
    if (near(c, first, via, 12) && runsAlong(c, first, last, via, after)) leaving.add(edge);
  }
  if (arriving.size === 0 || leaving.size === 0) return null;
  let [ontoTarget, ontoOthers] = [0, 0];
  c.connectionFromLane.forEach((lane, row) => {
    if (!arriving.has(edgeOf[lane])) return;
    if (leaving.has(edgeOf[c.connectionToLane[row]])) ontoTarget++;
    else ontoOthers++;
  });
  return { ontoTarget, ontoOthers };
}

type Shapes = Pick<City["columns"], "edgeShapeX" | "edgeShapeY">;
type XY = { readonly x: number; readonly y: number };

const near = ({ edgeShapeX, edgeShapeY }: Shapes, point: number, { x, y }: XY, withinM: number): boolean =>
  Math.hypot(edgeShapeX[point] - x, edgeShapeY[point] - y) < withinM;

/** Whether an edge passes half way from the via node to its neighbour, up to 20 m out, beside that line and along it. */
function runsAlong(c: Shapes, first: number, last: number, via: XY, neighbour: XY): boolean {
  const distanceM = Math.hypot(neighbour.x - via.x, neighbour.y - via.y);
  const outM = Math.min(distanceM / 2, 20);
  const [x, y] = [
    via.x + ((neighbour.x - via.x) * outM) / distanceM,
    via.y + ((neighbour.y - via.y) * outM) / distanceM,
  ];
  for (let point = first + 1; point <= last; point++) {
    const [ax, ay] = [c.edgeShapeX[point - 1], c.edgeShapeY[point - 1]];
    const [dx, dy] = [c.edgeShapeX[point] - ax, c.edgeShapeY[point] - ay];
    const t = Math.max(0, Math.min(1, ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy)));
    const along = Math.abs(dx * (neighbour.x - via.x) + dy * (neighbour.y - via.y)) / (Math.hypot(dx, dy) * distanceM);
    if (along > 0.9 && Math.hypot(ax + t * dx - x, ay + t * dy - y) < 5) return true;
  }
  return false;
}
