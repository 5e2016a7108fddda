import wasm from "../../dist/kernel/kernel.wasm";

/** What the compiled kernel exports. Addresses and counts are unsigned 32-bit. */
export interface Kernel {
  /** Takes the arena whose header lies at this address. */
  attach(headerAt: number): void;
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

let compiled: WebAssembly.Module | undefined;

/** An instance over a memory; compiled once a thread. */
export function instantiateKernel(memory: WebAssembly.Memory): Kernel {
  compiled ??= new WebAssembly.Module(wasm);
  return new WebAssembly.Instance(compiled, { env: { memory } }).exports as unknown as Kernel;
}
