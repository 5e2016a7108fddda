import { Decision, draw } from "../common/draw";
import type { TownRoad } from "./main-roads";
import { Feature } from "./town-plan";

/** Words that any town has; nobody is meant. */
const trees = [
  "Ash",
  "Beech",
  "Birch",
  "Cedar",
  "Cherry",
  "Elm",
  "Hazel",
  "Juniper",
  "Larch",
  "Linden",
  "Maple",
  "Oak",
  "Pear",
  "Pine",
  "Poplar",
  "Rowan",
  "Spruce",
  "Walnut",
  "Willow",
  "Yew",
];
const places = [
  "Meadow",
  "Orchard",
  "Hill",
  "Spring",
  "Quarry",
  "Heath",
  "Brook",
  "Field",
  "Garden",
  "Vineyard",
  "Pond",
  "Stone",
  "Sand",
  "Moss",
  "Clover",
  "Barley",
  "Lark",
  "Heron",
  "Swallow",
  "Falcon",
];
const trades = [
  "Baker",
  "Cooper",
  "Dyer",
  "Fisher",
  "Glazier",
  "Mason",
  "Miller",
  "Potter",
  "Rope",
  "Saddler",
  "Smith",
  "Tanner",
  "Thatcher",
  "Weaver",
  "Wheel",
  "Candle",
  "Corn",
  "Salt",
  "Wool",
  "Chapel",
];
const townGates = [
  "North",
  "Mill",
  "Abbey",
  "Forest",
  "Harbour",
  "Castle",
  "Lake",
  "Market",
  "Tower",
  "Ferry",
  "Priory",
  "Windmill",
];

const streetSuffixes = ["Street", "Road", "Way", "Avenue", "Close"];
const laneSuffixes = ["Lane", "Row", "Alley", "Yard", "Steps"];

const plainAttempts = 20;

export interface RoadNames {
  readonly list: readonly string[];
  /** Index into the list of each road. */
  readonly ofRoad: readonly number[];
}

/** A name for each road, none twice. */
export function nameRoads(seed: number, roads: readonly TownRoad[]): RoadNames {
  const list: string[] = [];
  const used = new Set<string>();
  let arterials = 0;
  const ofRoad = roads.map((road, row) => {
    const isArterial = road.naming === "arterial" || road.naming === "country";
    const wanted = isArterial ? `${townGates[arterials++ % townGates.length]} Road` : plainName(seed, road, row);
    let name = wanted;
    // A large city uses up the words; then numbers tell streets apart.
    for (let attempt = 1; used.has(name); attempt++) {
      const other = plainName(seed, road, row + attempt * 1009);
      name = attempt <= plainAttempts ? other : `${other} ${attempt}`;
    }
    used.add(name);
    return list.push(name) - 1;
  });
  return { list, ofRoad };
}

function plainName(seed: number, { naming }: TownRoad, when: number): string {
  const pick = (words: readonly string[], which: number) =>
    words[Math.floor(draw(seed, Feature.name + which, Decision.cityShape, when) * words.length)];
  switch (naming) {
    case "bypass":
      return "Bypass";
    case "ring":
      return "Wall Ring";
    case "innerRing":
      return "Inner Ring";
    case "belt":
      return "Belt Avenue";
    case "quay":
      return "Quay";
    case "bridge":
      return "Bridge Street";
    case "lane":
      return `${pick(trades, 1)} ${pick(laneSuffixes, 2)}`;
    case "avenue":
      return `${pick([...trees, ...places], 3)} Avenue`;
    case "street":
    case "country":
    case "arterial":
      return `${pick([...trees, ...places], 3)} ${pick(streetSuffixes, 4)}`;
  }
}
