import {
  header,
  phaseLeastS,
  phaseLetter,
  phaseLetterStart,
  programBeganS,
  programDark,
  programLinkStart,
  programPhase,
  programPhaseStart,
  programSwitchS,
  ROUTED,
  signalGreenTick,
  signalLetter,
} from "../../../dist/kernel/sections";
import { askedS, hasDetectors, sense, stretchS } from "./sensing";

export const RED: u32 = 0;
export const YELLOW: u32 = 1;
export const GREEN_YIELD: u32 = 2;
export const GREEN: u32 = 3;
/** Out of order. */
export const DARK: u32 = 4;
/** Who has stopped may go, and gives way. */
export const STOP_YIELD: u32 = 5;

/** Switches every program whose phase has run out. @param now seconds since midnight */
export function switchSignals(now: f64): void {
  const programs = header.programs;
  if (header.detectors != 0) sense(now);
  for (let program: u32 = 0; program < programs; program++) {
    while (programSwitchS[program] <= now) advance(program, now);
  }
}

function advance(program: u32, now: f64): void {
  const first = programPhaseStart[program];
  const count = programPhaseStart[program + 1] - first;
  let endS = programSwitchS[program];
  if (hasDetectors(program)) {
    endS = askedS(program, now);
    const moreS = stretchS(program, first + programPhase[program], endS, now);
    if (moreS > 0) {
      programSwitchS[program] = endS + moreS;
      return;
    }
  }
  const phase = (programPhase[program] + 1) % count;
  programPhase[program] = phase;
  programBeganS[program] = endS;
  programSwitchS[program] = endS + <f64>phaseLeastS[first + phase];
  showPhase(program);
}

/** Copies the current phase's letters to the links, or darkens them. */
export function showPhase(program: u32): void {
  const letters = phaseLetterStart[programPhaseStart[program] + programPhase[program]];
  const link = programLinkStart[program];
  const links = programLinkStart[program + 1] - link;
  const dark = programDark[program] != 0;
  for (let i: u32 = 0; i < links; i++) {
    const letter = dark ? DARK : <u32>phaseLetter[letters + i];
    if (!ROUTED && isGreen(letter) && !isGreen(signalLetter[link + i])) signalGreenTick[link + i] = header.tick;
    signalLetter[link + i] = <u8>letter;
  }
}

export function isGreen(letter: u32): bool {
  return letter == GREEN_YIELD || letter == GREEN;
}
