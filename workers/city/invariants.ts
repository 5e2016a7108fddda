import {
  connectionCountOf,
  edgeCountOf,
  edgeLaneCountOf,
  edgeOfLanes,
  isOpenToCars,
  junctionCountOf,
  parkingCapacityLimit,
  parkingCountOf,
  ParkingKind,
  parkingLimit,
  SignalLetter,
  type City,
} from "../../common/city";

/** What must hold of every city, whatever it was made from. Each broken rule is one line; none is the aim. */
export function findBrokenInvariants(city: City): string[] {
  const broken: string[] = [];
  const check = collectInto(broken);
  checkSizes(city, check);
  // Later rules read rows that wrong sizes would miss.
  if (broken.length > 0) return broken;
  checkNumbers(city, check);
  checkLanes(city, check);
  checkConnections(city, check);
  checkConflicts(city, check);
  checkSignals(city, check);
  checkTerminals(city, check);
  checkParking(city, check);
  checkReach(city, check);
  return broken;
}

/**
 * What must hold, beyond the invariants, of a network that we designed ourselves. Who designed one for SUMO may have it
 * otherwise: lanes that end, roads that lead nowhere, signals that never let somebody go.
 */
export function findDesignFlaws(city: City): string[] {
  const flaws: string[] = [];
  const check = collectInto(flaws);
  checkLanesLeadOn(city, check);
  checkOneWaits(city, check);
  checkPrograms(city, check);
  checkUse(city, check);
  return flaws;
}

const collectInto =
  (broken: string[]): Check =>
  (holds, what) => {
    if (!holds && broken.length < 50) broken.push(what);
  };

type Check = (holds: boolean, what: string) => void;

function checkStart(start: Uint32Array, owners: number, total: number, what: string, check: Check): void {
  check(start.length === owners + 1, `${what}: ${start.length} starts for ${owners} rows`);
  check(
    start[0] === 0 && start[owners] === total,
    `${what}: starts run from ${start[0]} to ${start[owners]}, not to ${total}`,
  );
  for (let row = 0; row < owners; row++) check(start[row] <= start[row + 1], `${what} ${row}: starts step back`);
}

function checkSizes(city: City, check: Check): void {
  const { columns: c, meta } = city;
  const edges = edgeCountOf(city);
  const lanes = edgeLaneCountOf(city) + connectionCountOf(city);
  const programs = c.programOffsetS.length;
  checkStart(c.edgeLaneStart, edges, edgeLaneCountOf(city), "lanes of edges", check);
  checkStart(c.edgeShapeStart, edges, c.edgeShapeX.length, "shapes of edges", check);
  checkStart(c.laneShapeStart, lanes, c.laneShapeX.length, "shapes of lanes", check);
  checkStart(c.conflictStart, connectionCountOf(city), c.conflictWith.length, "conflicts", check);
  checkStart(c.programPhaseStart, programs, c.phaseDurationS.length, "phases", check);
  checkStart(c.phaseLetterStart, c.phaseDurationS.length, c.phaseLetters.length, "letters", check);
  checkStart(c.buildingStart, c.buildingHeightM.length, c.buildingX.length, "buildings", check);
  checkStart(c.areaStart, c.areaKind.length, c.areaX.length, "areas", check);
  checkStart(c.lineStart, c.lineKind.length, c.lineX.length, "lines", check);
  for (const column of [
    c.edgeTo,
    c.edgeLengthM,
    c.edgeSpeedMps,
    c.edgeClass,
    c.edgeName,
    c.edgePriority,
    c.edgeRoundabout,
    c.edgeDistrict,
  ]) {
    check(column.length === edges, `a column of edges has ${column.length} rows, not ${edges}`);
  }
  for (const column of [c.edgeHomes, c.edgeJobs])
    check(column.length === edges, "homes and jobs have a row for each edge");
  for (const column of [c.laneLengthM, c.laneSpeedMps, c.laneWidthM]) {
    check(column.length === lanes, `a column of lanes has ${column.length} rows, not ${lanes}`);
  }
  const parkings = parkingCountOf(city);
  check(parkings <= parkingLimit, `${parkings} rows of parking`);
  for (const column of [c.parkingPositionM, c.parkingX, c.parkingY, c.parkingCapacity, c.parkingKind, c.parkingName]) {
    check(column.length === parkings, `a column of parking has ${column.length} rows, not ${parkings}`);
  }
  check(meta.edgeIds.length === edges, "every edge has an identifier");
  check(new Set(meta.edgeIds).size === edges, "identifiers of edges are unique");
  check(meta.placeNames.length === c.placeX.length, "every place has a name");
  check(meta.terminalNames.length === c.terminalEdge.length, "every terminal has a name");
}

function checkNumbers({ columns }: City, check: Check): void {
  for (const [name, column] of Object.entries(columns)) {
    check(
      column.every((value) => Number.isFinite(value)),
      `${name} holds a value that is no finite number`,
    );
  }
}

function checkLanes(city: City, check: Check): void {
  const { columns: c, meta } = city;
  c.laneLengthM.forEach((lengthM, lane) => {
    check(lengthM > 0, `lane ${lane} has length ${lengthM}`);
    check(c.laneSpeedMps[lane] > 0, `lane ${lane} has speed ${c.laneSpeedMps[lane]}`);
    check(c.laneShapeStart[lane + 1] - c.laneShapeStart[lane] >= 2, `lane ${lane} has fewer than two points`);
  });
  for (let edge = 0; edge < edgeCountOf(city); edge++) {
    check(c.edgeLaneStart[edge] < c.edgeLaneStart[edge + 1], `edge ${meta.edgeIds[edge]} has no lane`);
    check(
      c.edgeShapeStart[edge + 1] - c.edgeShapeStart[edge] >= 2,
      `edge ${meta.edgeIds[edge]} has fewer than two points`,
    );
    check(c.edgeLengthM[edge] > 0, `edge ${meta.edgeIds[edge]} has no length`);
    check(Math.max(c.edgeFrom[edge], c.edgeTo[edge]) < junctionCountOf(city), `edge ${edge} ends at no junction`);
    check(c.edgeName[edge] < meta.names.length, `edge ${edge} has an unknown name`);
    check(c.edgeDistrict[edge] < meta.districtNames.length, `edge ${edge} lies in an unknown district`);
  }
}

function checkConnections(city: City, check: Check): void {
  const { columns: c } = city;
  const laneCount = edgeLaneCountOf(city);
  const edgeOf = edgeOfLanes(city);
  for (let row = 0; row < connectionCountOf(city); row++) {
    const [from, to] = [c.connectionFromLane[row], c.connectionToLane[row]];
    check(row === 0 || c.connectionFromLane[row - 1] <= from, `connection ${row} is out of order`);
    check(c.edgeTo[edgeOf[from]] === c.connectionJunction[row], `connection ${row} starts at another junction`);
    check(c.edgeFrom[edgeOf[to]] === c.connectionJunction[row], `connection ${row} ends at another junction`);
    const inner = laneCount + row;
    check(
      meets(city, c.laneShapeStart[from + 1] - 1, c.laneShapeStart[inner]),
      `connection ${row} starts beside its lane`,
    );
    check(meets(city, c.laneShapeStart[inner + 1] - 1, c.laneShapeStart[to]), `connection ${row} ends beside its lane`);
  }
}

/** Of the lanes of an edge all lead somewhere, or none does. */
function checkLanesLeadOn(city: City, check: Check): void {
  const { columns: c } = city;
  const leaves = new Uint8Array(edgeLaneCountOf(city));
  for (const lane of c.connectionFromLane) leaves[lane] = 1;
  for (let edge = 0; edge < edgeCountOf(city); edge++) {
    const lanes = leaves.subarray(c.edgeLaneStart[edge], c.edgeLaneStart[edge + 1]);
    check(
      lanes.every((leads) => leads === lanes[0]),
      `a lane of edge ${city.meta.edgeIds[edge]} leads nowhere`,
    );
  }
}

/** Whether two points of lane shapes are one, to what 32 bits resolve. */
function meets({ columns: { laneShapeX: x, laneShapeY: y } }: City, first: number, second: number): boolean {
  return Math.abs(x[first] - x[second]) < 0.05 && Math.abs(y[first] - y[second]) < 0.05;
}

function checkConflicts(city: City, check: Check): void {
  const { columns: c } = city;
  for (let row = 0; row < connectionCountOf(city); row++) {
    for (let at = c.conflictStart[row]; at < c.conflictStart[row + 1]; at++) {
      const other = c.conflictWith[at];
      check(
        c.connectionJunction[other] === c.connectionJunction[row],
        `connection ${row} conflicts with another junction's`,
      );
      check(c.connectionFromLane[other] !== c.connectionFromLane[row], `connection ${row} conflicts with its own lane`);
      check(placeOfConflict(city, other, row) >= 0, `conflict of ${row} with ${other} is not listed on the other side`);
    }
  }
}

/** Where the conflict of a connection with another is listed, -1 = nowhere. */
function placeOfConflict({ columns: c }: City, row: number, other: number): number {
  const at = c.conflictWith.subarray(c.conflictStart[row], c.conflictStart[row + 1]).indexOf(other);
  return at < 0 ? -1 : c.conflictStart[row] + at;
}

function checkOneWaits(city: City, check: Check): void {
  const { columns: c } = city;
  for (let row = 0; row < connectionCountOf(city); row++) {
    for (let at = c.conflictStart[row]; at < c.conflictStart[row + 1]; at++) {
      const other = c.conflictWith[at];
      const yielding = c.conflictYields[at] + c.conflictYields[placeOfConflict(city, other, row)];
      check(yielding === (areGreenTogether(city, row, other) ? 1 : 0), `${yielding} of ${row} and ${other} give way`);
    }
  }
}

const isGreen = (letter: number): boolean => letter === SignalLetter.green || letter === SignalLetter.greenYield;

/** Whether signals ever let both go; always, where there are none. */
function areGreenTogether({ columns: c }: City, first: number, second: number): boolean {
  const program = c.junctionProgram[c.connectionJunction[first]];
  if (program < 0) return true;
  for (let phase = c.programPhaseStart[program]; phase < c.programPhaseStart[program + 1]; phase++) {
    const letters = c.phaseLetterStart[phase];
    if (
      isGreen(c.phaseLetters[letters + c.connectionSignal[first]]) &&
      isGreen(c.phaseLetters[letters + c.connectionSignal[second]])
    ) {
      return true;
    }
  }
  return false;
}

function checkSignals(city: City, check: Check): void {
  const { columns: c } = city;
  for (let row = 0; row < connectionCountOf(city); row++) {
    const program = c.junctionProgram[c.connectionJunction[row]];
    const letter = c.connectionSignal[row];
    check(letter < 0 || program >= 0, `connection ${row} has a letter without a program`);
    check(program < 0 || letter < c.programLinkCount[program], `connection ${row} has a letter beyond the program's`);
  }
  for (let program = 0; program < c.programOffsetS.length; program++) {
    for (let phase = c.programPhaseStart[program]; phase < c.programPhaseStart[program + 1]; phase++) {
      const letters = c.phaseLetterStart[phase + 1] - c.phaseLetterStart[phase];
      check(letters === c.programLinkCount[program], `phase ${phase} has not a letter for each link`);
      check(c.phaseDurationS[phase] > 0, `phase ${phase} takes no time`);
      const isBetween = c.phaseLeastS[phase] <= c.phaseMostS[phase];
      check(c.phaseLeastS[phase] > 0 && isBetween, `phase ${phase} has no bounds`);
    }
  }
}

/** Every program has one letter for each connection, lets each go once, and never two that conflict. */
function checkPrograms(city: City, check: Check): void {
  const { columns: c } = city;
  const linksOf = new Map<number, number[]>();
  for (let row = 0; row < connectionCountOf(city); row++) {
    const program = c.junctionProgram[c.connectionJunction[row]];
    check(program >= 0 === c.connectionSignal[row] >= 0, `connection ${row} has a program without a letter`);
    if (program >= 0) linksOf.set(program, [...(linksOf.get(program) ?? []), row]);
  }
  for (let program = 0; program < c.programOffsetS.length; program++) {
    const links = linksOf.get(program) ?? [];
    check(links.length === c.programLinkCount[program], `program ${program} rules ${links.length} connections`);
    const wasGreen = new Set<number>();
    for (let phase = c.programPhaseStart[program]; phase < c.programPhaseStart[program + 1]; phase++) {
      const letterOf = (link: number) => c.phaseLetters[c.phaseLetterStart[phase] + c.connectionSignal[link]];
      for (const link of links) {
        if (isGreen(letterOf(link))) wasGreen.add(link);
        if (letterOf(link) !== SignalLetter.green) continue;
        const rivals = c.conflictWith.subarray(c.conflictStart[link], c.conflictStart[link + 1]);
        const isAlone = !rivals.some((rival) => letterOf(rival) === SignalLetter.green);
        check(isAlone, `phase ${phase} gives ${link} and a rival the way`);
      }
    }
    const never = links.length - wasGreen.size;
    check(never === 0, `program ${program} never lets ${never} connections go`);
  }
}

function checkTerminals({ columns: c }: City, check: Check): void {
  c.terminalEdge.forEach((edge, terminal) => {
    const positionM = c.terminalPositionM[terminal];
    const lane = c.edgeLaneStart[edge];
    check(positionM >= 0 && positionM <= c.laneLengthM[lane], `terminal ${terminal} stands beside its edge`);
  });
}

const largestParkingKind = Math.max(...Object.values(ParkingKind));

function checkParking(city: City, check: Check): void {
  const { columns: c, meta } = city;
  c.parkingEdge.forEach((edge, parking) => {
    if (edge >= edgeCountOf(city)) {
      check(false, `parking ${parking} lies on no edge`);
      return;
    }
    const positionM = c.parkingPositionM[parking];
    const capacity = c.parkingCapacity[parking];
    check(
      positionM >= 0 && positionM <= c.laneLengthM[c.edgeLaneStart[edge]],
      `parking ${parking} lies beside its edge`,
    );
    check(capacity >= 1 && capacity <= parkingCapacityLimit, `parking ${parking} has ${capacity} spaces`);
    check(c.parkingKind[parking] <= largestParkingKind, `parking ${parking} is of no known kind`);
    check(c.parkingName[parking] < meta.parkingNames.length, `parking ${parking} has an unknown name`);
  });
}

/** Every edge with homes, jobs or parking is reached by car from every other. */
function checkReach(city: City, check: Check): void {
  const { reached, reaching } = reachOfPeople(city);
  const { edgeHomes, edgeJobs, parkingEdge } = city.columns;
  const hasParking = new Set(parkingEdge);
  edgeHomes.forEach((homes, edge) => {
    const used = homes > 0 || edgeJobs[edge] > 0 || hasParking.has(edge);
    const isJoined = reached[edge] === 1 && reaching[edge] === 1;
    check(!used || isJoined, `edge ${city.meta.edgeIds[edge]} is cut off from the city`);
  });
}

/** There are people, and every edge leads to or from them. */
function checkUse(city: City, check: Check): void {
  const { reached, reaching } = reachOfPeople(city);
  check(reached.includes(1), "nobody lives or works anywhere");
  reached.forEach((isReached, edge) => {
    check(isReached + reaching[edge] > 0, `edge ${city.meta.edgeIds[edge]} is of no use to anyone`);
  });
}

/** Edges that are reached from, and that lead to, the first edge with homes or jobs. */
function reachOfPeople(city: City): { readonly reached: Uint8Array; readonly reaching: Uint8Array } {
  const { columns: c } = city;
  const edgeOf = edgeOfLanes(city);
  const onward: number[][] = Array.from({ length: edgeCountOf(city) }, () => []);
  const backward: number[][] = Array.from({ length: edgeCountOf(city) }, () => []);
  for (let row = 0; row < connectionCountOf(city); row++) {
    if (!isOpenToCars(city, edgeLaneCountOf(city) + row)) continue;
    const [from, to] = [edgeOf[c.connectionFromLane[row]], edgeOf[c.connectionToLane[row]]];
    onward[from].push(to);
    backward[to].push(from);
  }
  const inhabited = c.edgeHomes.findIndex((homes, edge) => homes > 0 || c.edgeJobs[edge] > 0);
  return { reached: reachFrom(onward, inhabited), reaching: reachFrom(backward, inhabited) };
}

function reachFrom(next: readonly (readonly number[])[], start: number): Uint8Array {
  const reached = new Uint8Array(next.length);
  if (start < 0) return reached;
  const stack = [start];
  reached[start] = 1;
  for (let edge = stack.pop(); edge !== undefined; edge = stack.pop()) {
    for (const other of next[edge]) {
      if (reached[other] === 1) continue;
      reached[other] = 1;
      stack.push(other);
    }
  }
  return reached;
}
