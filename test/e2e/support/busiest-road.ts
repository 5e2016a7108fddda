import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { nameOfEdge, RoadClass } from "../../../common/city";
import { loadCity } from "../../../main/host/city-files";
import { citySource } from "../../../main/host/launch-options";
import { root } from "./test-machine";

export interface Road {
  readonly edge: number;
  readonly name: string;
  readonly lanes: number;
}

/** Shorter roads are hard to hit with a pointer. */
const lengthMinM = 40;
const mainClasses: readonly number[] = [RoadClass.trunk, RoadClass.primary, RoadClass.secondary];

/** The named main road that most vehicles enter in the morning, as the command line counts them. */
export async function busiestMainRoad(city: string): Promise<Road> {
  const loaded = await loadCity(citySource(city));
  if (!loaded.ok) throw new Error(loaded.error.message);
  const { columns, meta } = loaded.value;
  let best = { edge: -1, entered: 0 };
  for (const [edgeId, entered] of enteredByEdge(city)) {
    const edge = meta.edgeIds.indexOf(edgeId);
    const isMain = mainClasses.includes(columns.edgeClass[edge]) && columns.edgeName[edge] >= 0;
    if (isMain && columns.edgeLengthM[edge] >= lengthMinM && entered > best.entered) best = { edge, entered };
  }
  const { edge } = best;
  if (edge < 0) throw new Error(`no vehicle enters a main road of ${city}`);
  const lanes = columns.edgeLaneStart[edge + 1] - columns.edgeLaneStart[edge];
  return { edge, name: nameOfEdge(loaded.value, edge), lanes };
}

function enteredByEdge(city: string): Map<string, number> {
  const folder = mkdtempSync(path.join(tmpdir(), "pendulaire-counts-"));
  try {
    const table = path.join(folder, "edges.csv");
    const args = ["simulate", city, "--from", "05:30", "--to", "08:00", "--edges", table, "--json"];
    const { status, stderr } = spawnSync(process.execPath, [path.join(root, "dist/main/pendulaire.cjs"), ...args]);
    if (status !== 0) throw new Error(stderr.toString());
    const rows = readFileSync(table, "utf8").trim().split("\n").slice(1);
    return new Map(rows.map((row) => row.split(",")).map(([, edge = "", entered]) => [edge, Number(entered)]));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
