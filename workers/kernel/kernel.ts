import choosing from "../../dist/kernel/kernel.wasm";
import routed from "../../dist/kernel/kernel-routed.wasm";
import { linkKernel } from "./link";

/** What the compiled kernel exports. Addresses and counts are unsigned 32-bit. */
export interface Kernel {
  /** Shows the present phase of every signal program: when an arena is built, and when signals go dark or come back. */
  showSignals(): void;
  /** Advances by so many ticks, fewer when events must be taken first. @returns the ticks done */
  step(ticks: number): number;
  /** Lets those on the road choose their way anew: all (1) after closures changed, or those of another tree set (0). */
  planAgain(all: 0 | 1): void;
  /** Builds or rebuilds a destination tree. @returns 0 when no further tree can be held */
  buildTree(set: number, destination: number): number;
  /** Cost from the end of an edge to the destination of the tree built last, 0.1 s; 0xffffffff (as -1) = unreachable. */
  costOf(edge: number): number;
  /** Takes the weights of a set for the trees that `buildTrees` builds next. */
  weighTrees(set: number): void;
  /**
   * As `buildTree` for each of the first so many of the column `batchDestination`, at most `treeBatch`, with the weights
   * taken last; their costs are left in `batchCost`, at most 65535, by the edges' `batchPlace`.
   * @returns 0 when no further tree can be held
   */
  buildTrees(count: number): number;
  /** Packs a frame after its header, with (1) or without (0) the report. @returns vehicle slots written */
  packFrame(withReport: 0 | 1): number;
  /** Simulated seconds over which a report's passages are counted. */
  windowS(): number;
  /** Fills the section `measured`. */
  measure(): void;
  /** XXH64 of bytes of the memory. */
  digest(at: number, length: number, seed: bigint): bigint;
}

/** What an arena's kernel is linked for. */
export interface KernelTarget {
  /** Byte address of each section. */
  readonly addresses: readonly number[];
  /** Its vehicles have routes of their own. */
  readonly isRouted: boolean;
}

/** Layouts whose modules are kept: the twins of a session share one; a thread that goes from city to city needs the last ones only. */
const keptModules = 8;
const compiled = new Map<string, WebAssembly.Module>();

function moduleFor({ addresses, isRouted }: KernelTarget): WebAssembly.Module {
  const key = `${isRouted} ${addresses.join()}`;
  const known = compiled.get(key);
  if (known !== undefined) return known;
  const module = new WebAssembly.Module(linkKernel(isRouted ? routed : choosing, addresses));
  const [oldest] = compiled.keys();
  if (oldest !== undefined && compiled.size >= keptModules) compiled.delete(oldest);
  compiled.set(key, module);
  return module;
}

/** An instance over the memory of an arena of the target's layout; compiled once a thread for each layout. */
export function instantiateKernel(memory: WebAssembly.Memory, target: KernelTarget): Kernel {
  return new WebAssembly.Instance(moduleFor(target), { env: { memory } }).exports as unknown as Kernel;
}

/** The kernel's `digest` alone, over memory that holds no arena. */
export function instantiateDigest(memory: WebAssembly.Memory): Kernel["digest"] {
  return instantiateKernel(memory, { addresses: [], isRouted: false }).digest;
}
