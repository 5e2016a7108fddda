export { forkArena, hashArena, loadArena, openArena, saveArena, type Arena, type ArenaHandle } from "./arena";
export { none, type ArenaCounts } from "./sections";
