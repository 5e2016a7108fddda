import path from "node:path";
import { describe, expect, test } from "vitest";
import type { City } from "../../common/city";
import { describeFailure } from "../../common/result";
import { DepartureKind, importCity, readSumoConfiguration, readSumoDemand, type SumoDemand } from "../../workers/city";
import { atBegin, droppedDepartures } from "../../workers/city/sumo/demand/sumo-demand";
import { bytesOf, elementsOf, hasSumo, sumoFiles } from "./sumo-files";
import { existsSync } from "node:fs";

const cities = new Map<string, City>();
function cityIn(net: string): City {
  const known = cities.get(net);
  if (known !== undefined) return known;
  const city = importCity(path.basename(net), bytesOf(net));
  if (!city.ok) throw new Error(describeFailure(city.error));
  cities.set(net, city.value);
  return city.value;
}

const nets = sumoFiles(/\.net\.xml(\.gz)?$/);
const netOf = (file: string) => nets.find((net) => file.startsWith(path.dirname(net) + path.sep));
const named = (file: string) => ({ name: path.basename(file), bytes: bytesOf(file) });

/** Files that say something of traffic or beside it, with a network above them. */
const files = sumoFiles(/\.(rou|add)\.xml(\.gz)?$/).filter((file) => netOf(file) !== undefined);

/** What the file's routes name and the network's text does not have, nor therefore anybody. */
function missingEdges(file: string): readonly string[] {
  const net = netOf(file) ?? "";
  const known = new Set(elementsOf(net).flatMap(({ tag, attributes }) => (tag === "edge" ? [attributes["id"]] : [])));
  return elementsOf(file).flatMap(({ tag, attributes }) => {
    const list = tag === "route" ? (attributes["edges"] ?? "") : "";
    const ends = tag === "flow" || tag === "trip" ? [attributes["from"], attributes["to"], attributes["via"]] : [];
    const all = [...list.split(" "), ...ends.flatMap((edges) => (edges ?? "").split(" "))];
    return all.filter((edge) => edge !== "" && !known.has(edge));
  });
}

/** Seconds of "HH:MM:SS" or a number. */
const clock = (text: string) => text.split(":").reduce((sum, part) => sum * 60 + Number(part), 0);

const isDeparture = (tag: string) => tag === "vehicle" || tag === "trip" || tag === "flow";
const droppedIn = (demand: SumoDemand) =>
  demand.dropped.filter(({ what }) => what === droppedDepartures).reduce((sum, { count }) => sum + count, 0);

/** Additional files of a folder that define types and places, which the file may name. */
function besides(file: string): readonly string[] {
  return files.filter((other) => {
    if (other === file || path.dirname(other) !== path.dirname(file)) return false;
    const elements = elementsOf(other);
    return !elements.some(({ tag }) => isDeparture(tag)) && elements.some(({ tag }) => /^(vType|busStop)$/.test(tag));
  });
}

describe.skipIf(!hasSumo)("traffic of SUMO", () => {
  test.each(files)("%s is read whole, or refused by what is not there", (file) => {
    const net = netOf(file) ?? "";
    const demand = readSumoDemand(cityIn(net), [...besides(file), file].map(named));
    const missing = missingEdges(file);
    if (!demand.ok) {
      const [, type] = /there is no vType "(.*)"/.exec(demand.error.message) ?? [];
      const own = [...besides(file), file].flatMap(elementsOf);
      const isTypeMissing =
        type !== undefined && !own.some(({ tag, attributes: a }) => tag === "vType" && a["id"] === type);
      const isEdgeMissing = missing.some((edge) => demand.error.message.includes(`"${edge}"`));
      expect(isTypeMissing || isEdgeMissing, describeFailure(demand.error)).toBe(true);
      expect(demand.error.where).toMatch(/: line \d+$/);
      return;
    }
    expect(missing).toEqual([]);
    const own = [...besides(file), file].flatMap(elementsOf);
    const count = (wanted: RegExp) => own.filter(({ tag }) => wanted.test(tag)).length;
    const { departures, dropped, places, detectors, types } = demand.value;
    const droppedOf = (what: string) =>
      dropped.filter((row) => row.what === what).reduce((sum, row) => sum + row.count, 0);
    expect(departures.ids.length + droppedIn(demand.value)).toBe(count(/^(vehicle|trip|flow)$/));
    expect(places.ids.length + droppedOf("<busStop>")).toBe(count(/^busStop$/));
    expect(detectors.ids.length).toBe(count(/^e1Detector$/));
    expect(types.length).toBe(count(/^vType$/) + (types[0]?.id === "DEFAULT_VEHTYPE" ? 1 : 0));
    expect(demand.value.stops.lane.length + droppedOf("<stop>")).toBe(count(/^stop$/));
  });

  test.each(files)("%s: departures are as its text has them", (file) => {
    const demand = readSumoDemand(cityIn(netOf(file) ?? ""), [...besides(file), file].map(named));
    if (!demand.ok) return;
    const { meta } = cityIn(netOf(file) ?? "");
    const { departures, routes, types } = demand.value;
    const rows = new Map(departures.ids.map((id, row) => [`${departures.kind[row]} ${id}`, row]));
    let last: { readonly tag: string; readonly row: number } | null = null;
    for (const { tag, attributes } of elementsOf(file)) {
      if (isDeparture(tag)) {
        const kind = DepartureKind[tag];
        const row = rows.get(`${kind} ${attributes["id"]}`);
        last = row === undefined ? null : { tag, row };
        if (row === undefined) continue;
        const stated = attributes[tag === "flow" ? "begin" : "depart"];
        expect(departures.departS[row]).toBe(stated === undefined ? atBegin : clock(stated));
        const type = departures.type[row];
        if (type >= 0 && attributes["type"] !== undefined) expect(types[type].id).toBe(attributes["type"]);
        if (attributes["from"] !== undefined) {
          const way = routes.edge.subarray(
            routes.start[departures.route[row]],
            routes.start[departures.route[row] + 1],
          );
          expect([meta.edgeIds[way[0]], meta.edgeIds[way[way.length - 1]]]).toEqual([
            attributes["from"].trim(),
            attributes["to"].trim(),
          ]);
        }
      } else if (tag === "route" && last !== null && attributes["id"] === undefined) {
        const route = departures.route[last.row];
        const way = Array.from(
          routes.edge.subarray(routes.start[route], routes.start[route + 1]),
          (edge) => meta.edgeIds[edge],
        );
        expect(way.join(" ")).toBe(attributes["edges"].trim());
        last = null;
      }
    }
  });

  test.each(sumoFiles(/\.sumocfg$/))("%s says which files make it, and when it runs", (file) => {
    const configuration = readSumoConfiguration(named(file));
    if (!configuration.ok) throw new Error(describeFailure(configuration.error));
    const elements = elementsOf(file);
    const valueOf = (name: string) => elements.find(({ tag }) => tag === name)?.attributes["value"];
    const { netFile, routeFiles, additionalFiles, beginS, endS } = configuration.value;
    expect(netFile).toBe(valueOf("net-file"));
    expect(routeFiles.join(",")).toBe(valueOf("route-files") ?? "");
    expect(additionalFiles.join(",")).toBe(valueOf("additional-files") ?? "");
    expect([beginS, endS]).toEqual([Number(valueOf("begin") ?? 0), Number(valueOf("end") ?? Infinity)]);
  });

  test.each(sumoFiles(/\.sumocfg$/))("%s: its files make one demand without loss, or one is not there", (file) => {
    const configuration = readSumoConfiguration(named(file));
    if (!configuration.ok) throw new Error(describeFailure(configuration.error));
    const { netFile, routeFiles, additionalFiles } = configuration.value;
    const beside = (name: string) => path.resolve(path.dirname(file), name);
    const all = [...additionalFiles, ...routeFiles].map(beside);
    if (![beside(netFile), ...all].every(existsSync)) return;
    const demand = readSumoDemand(cityIn(beside(netFile)), all.map(named));
    if (!demand.ok) {
      expect(all.flatMap(missingEdges).some((edge) => demand.error.message.includes(`"${edge}"`))).toBe(true);
      return;
    }
    const stated = all.flatMap(elementsOf).filter(({ tag }) => isDeparture(tag)).length;
    expect(demand.value.departures.ids.length + droppedIn(demand.value)).toBe(stated);
  });
});
