import { loadCity } from "../../main/host/city-files";
import { citySource } from "../../main/host/launch-options";
import { runBits } from "./bits-run";

// The same run in a process of its own, so that another Node, or Electron's, can do it: CITY PEOPLE SEED POINTS.
const [city = "bundled", people = "", seed = "", points = ""] = process.argv.slice(2);

async function main(): Promise<void> {
  const loaded = await loadCity(citySource(city));
  if (!loaded.ok) throw new Error(loaded.error.message);
  const report = runBits(loaded.value, { people: Number(people), seed: Number(seed), points: Number(points) });
  process.stdout.write(`${JSON.stringify({ node: process.versions.node, ...report })}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exit(1);
});
