export { layOut } from "./layout";
export {
  createArena,
  forkArena,
  hashArena,
  loadArena,
  makeRoom,
  openArena,
  saveArena,
  snapshotLengthMost,
  type Arena,
  type ArenaHandle,
} from "./arena";
export { bytesOfPages, differingPages, pageCount, putPages, takePages } from "./pages";
export { none, type ArenaCounts } from "./sections";
export { digestPieces } from "./piece-digest";
