import type { TerminalPlace } from "../../common/console-api";
import type { FrameReport, TwinName } from "../../common/frame";
import { createMarkPicture, MarkColour, MarkShape, writeMark, type MarkPicture } from "../layers/marks";
import type { FrameStore } from "../state/frames";

/** Passages at terminals: a disc by how many there were in the last minutes, a ring that spreads where one was seen just now. */
export interface PassagesOnMap {
  readonly marks: MarkPicture;
  setShown(shown: boolean): void;
  /** @returns whether anything has changed. Allocates nothing */
  update(twin: TwinName, nowMs: number): boolean;
  /** Passages within the window, of the terminal in each row; 0 where nothing is known. */
  count(terminal: number): number;
}

/** A disc's area is in proportion to the passages: so many px² each. */
const areaPx2 = 9;
const radiusPx = { least: 2.5, most: 46 } as const;
const pulseMs = 900;
/** A ring spreads this far beyond its disc, px. */
const pulsePx = 12;

export function discRadiusPx(passages: number): number {
  if (passages <= 0) return 0;
  return Math.min(radiusPx.most, Math.max(radiusPx.least, Math.sqrt((passages * areaPx2) / Math.PI)));
}

/** What came since the report before; totals are counted modulo 65536. */
export function newPassages(total: number, before: number): number {
  return (total - before) & 0xffff;
}

export function createPassagesOnMap(
  terminals: readonly TerminalPlace[],
  frames: FrameStore,
  reducedMotion: () => boolean,
): PassagesOnMap {
  const marks = createMarkPicture(2 * terminals.length);
  let shown = false;
  let last: FrameReport | undefined;
  let pulseFromMs = -Infinity;
  let drawnAtMs = -Infinity;

  function write(report: FrameReport, before: FrameReport | undefined, phase: number) {
    terminals.forEach(({ terminal, x, y }, row) => {
      const disc = discRadiusPx(report.terminalPassed[terminal]);
      writeMark(marks, 2 * row, x, y, disc > 0 ? MarkShape.disc : MarkShape.hidden, disc, MarkColour.passage, 0.32);
      const fresh =
        before === undefined ? 0 : newPassages(report.terminalTotal[terminal], before.terminalTotal[terminal]);
      const shape = fresh > 0 && phase < 1 ? MarkShape.ring : MarkShape.hidden;
      writeMark(marks, 2 * row + 1, x, y, shape, disc + pulsePx * phase, MarkColour.passage, 0.9 * (1 - phase));
    });
    marks.count = 2 * terminals.length;
    marks.version++;
  }

  return {
    marks,
    setShown(next) {
      shown = next;
      last = undefined;
      marks.count = 0;
      marks.version++;
    },
    update(twin, nowMs) {
      if (!shown) return false;
      const reports = frames.reports(twin);
      const report = reports[reports.length - 1];
      if (report === undefined) return false;
      const isNew = report !== last;
      if (isNew) {
        last = report;
        pulseFromMs = nowMs;
      }
      const phase = Math.min(1, (nowMs - pulseFromMs) / pulseMs);
      const isPulsing = drawnAtMs < pulseFromMs + pulseMs;
      if (!isNew && (!isPulsing || reducedMotion())) return false;
      drawnAtMs = nowMs;
      write(report, reports.length > 1 ? reports[reports.length - 2] : undefined, reducedMotion() ? 0.5 : phase);
      return true;
    },
    count: (terminal) => last?.terminalPassed[terminal] ?? 0,
  };
}
