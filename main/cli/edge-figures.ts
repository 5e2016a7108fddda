// Accuracy test 4: edges and trips of one run against another's. SUMO's runs and ours come to the same figures here.

/** Flow and speed of one edge over one interval, vehicles that entered or departed there. */
export interface EdgeSample {
  readonly vehicles: number;
  readonly sampledS: number;
  readonly travelledM: number;
}

/** What a run came to: edges by "begin edge", and trips. */
export interface RunFigures {
  readonly edges: ReadonlyMap<string, EdgeSample>;
  readonly arrived: number;
  readonly meanTripS: number;
  readonly meanTimeLossS: number;
}

/** Length of the intervals, s. */
export const windowS = 900;

/** Bars of accuracy test 4 for the microscopic model: shares at least, relative deviations at most. */
export const accuracyBars = { flows: 0.95, speeds: 0.75, trip: 0.1, loss: 0.15, arrivals: 0.02 } as const;
export type AccuracyBar = keyof typeof accuracyBars;

/** Each bar's figure; `flows` only where both runs have the same windows. @param lengthS of each window */
export function compareRuns(
  ours: RunFigures,
  theirs: RunFigures,
  hasWindows: boolean,
  lengthS = windowS,
): Partial<Record<AccuracyBar, number>> {
  return {
    ...(hasWindows ? { flows: shareOfFlows(ours, theirs, lengthS) } : {}),
    speeds: shareOfSpeeds(ours, theirs),
    trip: ours.meanTripS / theirs.meanTripS - 1,
    loss: ours.meanTimeLossS / theirs.meanTimeLossS - 1,
    arrivals: ours.arrived / theirs.arrived - 1,
  };
}

export const isAccurate = (bar: AccuracyBar, value: number): boolean =>
  bar === "flows" || bar === "speeds" ? value >= accuracyBars[bar] : Math.abs(value) <= accuracyBars[bar];

/** What SUMO wrote as edgeData and tripinfo. */
export function figuresOfSumo(edgesXml: string, tripsXml: string): RunFigures {
  const edges = new Map<string, EdgeSample>();
  let begin = "";
  for (const [, tag, body] of edgesXml.matchAll(/<(interval|edge)\s([^>]*)>/g)) {
    const attributes = attributesOf(body);
    if (tag === "interval") {
      begin = String(Number(attributes["begin"]));
      continue;
    }
    const sampledS = Number(attributes["sampledSeconds"]);
    edges.set(`${begin} ${attributes["id"]}`, {
      vehicles: Number(attributes["entered"]) + Number(attributes["departed"]),
      sampledS,
      travelledM: sampledS * Number(attributes["speed"] ?? 0),
    });
  }
  const trips = Array.from(tripsXml.matchAll(/<tripinfo\s([^>]*)>/g), ([, body]) => attributesOf(body));
  const mean = (name: string) => meanOf(trips.map((attributes) => Number(attributes[name])));
  return { edges, arrived: trips.length, meanTripS: mean("duration"), meanTimeLossS: mean("timeLoss") };
}

const attributesOf = (body: string): Readonly<Record<string, string>> =>
  Object.fromEntries(Array.from(body.matchAll(/([\w:.-]+)="([^"]*)"/g), ([, name, value]) => [name, value]));

/** What `simulate --edges --trips` writes. */
export function figuresOfCsv(edgesCsv: string, tripsCsv: string): RunFigures {
  const edges = new Map<string, EdgeSample>();
  for (const row of rowsOf(edgesCsv)) {
    const sampledS = Number(row["sampledSeconds"]);
    edges.set(`${Number(row["begin"])} ${row["edge"]}`, {
      vehicles: Number(row["entered"]),
      sampledS,
      travelledM: sampledS * Number(row["meanSpeedMps"] ?? 0),
    });
  }
  const trips = rowsOf(tripsCsv).filter((row) => row["arrive"] !== "");
  return {
    edges,
    arrived: trips.length,
    meanTripS: meanOf(trips.map((row) => Number(row["arrive"]) - Number(row["depart"]))),
    meanTimeLossS: meanOf(trips.map((row) => Number(row["timeLossS"]))),
  };
}

/** Rows of a table with a head and no quotes. */
export function rowsOf(csv: string): Record<string, string>[] {
  const [head = "", ...lines] = csv.trim().split("\n");
  const names = head.split(",");
  return lines.map((line) => Object.fromEntries(line.split(",").map((value, column) => [names[column] ?? "", value])));
}

/** Share of edge windows with GEH < 5, of those in which one of the two has anybody; NaN where windows are not the same. */
function shareOfFlows(ours: RunFigures, theirs: RunFigures, lengthS: number): number {
  let last = -Infinity;
  for (const key of theirs.edges.keys()) last = Math.max(last, Number(key.split(" ")[0]));
  const keys = new Set([...theirs.edges.keys(), ...ours.edges.keys()]);
  let [all, good] = [0, 0];
  for (const key of keys) {
    if (Number(key.split(" ")[0]) > last) continue;
    const perHour = 3600 / lengthS;
    const [a, b] = [ours, theirs].map(({ edges }) => (edges.get(key)?.vehicles ?? 0) * perHour);
    if (a + b === 0) continue;
    all++;
    // @see GEH statistic: UK Department for Transport, Design Manual for Roads and Bridges, 12.2.1
    if (Math.sqrt((2 * (a - b) ** 2) / (a + b)) < 5) good++;
  }
  return good / all;
}

/** Share of edges over which they drive at least 50 vehicles whose mean speed lies within 15 % of theirs. */
function shareOfSpeeds(ours: RunFigures, theirs: RunFigures): number {
  const [own, other] = [byEdge(ours), byEdge(theirs)];
  let [all, good] = [0, 0];
  for (const [edge, sample] of other) {
    if (sample.vehicles < 50) continue;
    all++;
    const mine = own.get(edge);
    if (mine === undefined || mine.sampledS === 0) continue;
    const ratio = mine.travelledM / mine.sampledS / (sample.travelledM / sample.sampledS);
    if (Math.abs(ratio - 1) <= 0.15) good++;
  }
  return good / all;
}

function byEdge({ edges }: RunFigures): ReadonlyMap<string, EdgeSample> {
  const sums = new Map<string, EdgeSample>();
  for (const [key, sample] of edges) {
    const edge = key.slice(key.indexOf(" ") + 1);
    const known = sums.get(edge) ?? { vehicles: 0, sampledS: 0, travelledM: 0 };
    sums.set(edge, {
      vehicles: known.vehicles + sample.vehicles,
      sampledS: known.sampledS + sample.sampledS,
      travelledM: known.travelledM + sample.travelledM,
    });
  }
  return sums;
}

export const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
