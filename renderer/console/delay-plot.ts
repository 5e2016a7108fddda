import UPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { chartSpanS, type DelaySeries } from "../state/indicators";
import { fixed, minuteOf } from "./figures";

/** uPlot, dressed for the console. Drawn when there is something new, never by React. */
export interface DelayPlot {
  show(series: DelaySeries, marks: readonly ChartMark[], nowS: number | null): void;
  /** The instant pointed at anywhere in the window, and the earlier one that the map shows; null: none. */
  point(pointedS: number | null, shownS: number | null): void;
  close(): void;
}

/** Something that happened at one instant. */
export interface ChartMark {
  readonly timeS: number;
  readonly kind: "incident" | "instruction";
  readonly text: string;
}

/** Reads a custom property of the style sheet. */
type Token = (name: string) => string;

/** The chart shows at least so much, s. */
const spanLeastS = 2700;
/** Room for what is to come, as a share of what has been. */
const ahead = 0.12;
/** Above and below the part of the chart that is drawn in, px. */
const topPx = 10;
const timeAxisPx = 24;
const tickStepsS = [300, 600, 900, 1800, 3600];
/** Labels of marks that are closer together go on the next line. */
const labelLines = 3;
const labelLinePx = 14;
/** Room above the curves for the names of the marks, px: they hide no curve, unless the chart is too low for both. */
const labelRoomPx = labelLines * labelLinePx + 4;
const labelShareMost = 0.5;

export interface DelayPlotListener {
  /** The pointer is over this instant; null: it left. */
  readonly pointed: (timeS: number | null) => void;
  readonly picked: (timeS: number) => void;
}

export function createDelayPlot(box: HTMLElement, listener: DelayPlotListener): DelayPlot {
  const style = getComputedStyle(document.documentElement);
  const token: Token = (name) => style.getPropertyValue(`--${name}`).trim();
  let marks: readonly ChartMark[] = [];
  let nowS: number | null = null;
  let pointed: Pointed = { pointedS: null, shownS: null };
  const options: UPlot.Options = {
    ...chartOptions(token),
    width: Math.max(100, box.clientWidth),
    height: Math.max(60, box.clientHeight),
    hooks: {
      draw: [
        (plot) => {
          drawMarks(plot, marks, nowS, token);
          drawPointed(plot, pointed, token);
        },
      ],
    },
  };
  const plot = new UPlot(options, [[], [], []], box);
  const observer = new ResizeObserver(() => {
    if (box.clientWidth > 0 && box.clientHeight > 0) plot.setSize({ width: box.clientWidth, height: box.clientHeight });
  });
  observer.observe(box);
  followPlotPointer(plot, listener);

  return {
    show(series, nextMarks, clockS) {
      marks = nextMarks;
      nowS = series.timeS.at(-1) ?? clockS;
      plot.setData([[...series.timeS], [...series.doNothing], [...series.live]], false);
      const [min, max] = rangeOf(series.timeS[0] ?? clockS ?? 0, nowS ?? 0);
      plot.setScale("x", { min, max });
    },
    point(pointedS, shownS) {
      if (pointedS === pointed.pointedS && shownS === pointed.shownS) return;
      pointed = { pointedS, shownS };
      plot.redraw(false, false);
    },
    close() {
      observer.disconnect();
      plot.destroy();
    },
  };
}

/** Hovering points at an instant, pressing and dragging goes there. */
function followPlotPointer(plot: UPlot, { pointed, picked }: DelayPlotListener): void {
  const timeAt = (event: PointerEvent) => plot.posToVal(event.clientX - plot.over.getBoundingClientRect().left, "x");
  plot.over.addEventListener("pointermove", (event) => {
    pointed(timeAt(event));
    if (plot.over.hasPointerCapture(event.pointerId)) picked(timeAt(event));
  });
  plot.over.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    plot.over.setPointerCapture(event.pointerId);
    picked(timeAt(event));
  });
  plot.over.addEventListener("pointerleave", () => pointed(null));
}

/** What the time axis shows. */
function rangeOf(firstS: number, nowS: number): [fromS: number, toS: number] {
  const fromS = Math.max(firstS, nowS - chartSpanS);
  const seenS = Math.max(nowS - fromS, spanLeastS * (1 - ahead));
  return [fromS, fromS + seenS * (1 + ahead)];
}

function chartOptions(token: Token): Omit<UPlot.Options, "width" | "height"> {
  const font = `11px ${token("font")}`;
  return {
    padding: [topPx, 14, 0, 0],
    cursor: { show: false },
    legend: { show: false },
    scales: {
      x: { time: false },
      y: {
        range: ({ height }, _least, most) => {
          const labelShare = Math.min(labelShareMost, labelRoomPx / Math.max(1, height - timeAxisPx - topPx));
          return [0, Math.max(1, most / (1 - labelShare))];
        },
      },
    },
    axes: [
      {
        stroke: token("ink-3"),
        font,
        size: timeAxisPx,
        gap: 4,
        grid: { show: false },
        ticks: { show: true, stroke: token("line"), size: 4, width: 1 },
        incrs: tickStepsS,
        space: 70,
        values: (_plot, splits) => splits.map(minuteOf),
      },
      {
        stroke: token("ink-3"),
        font,
        size: 46,
        gap: 6,
        space: 30,
        grid: { show: true, stroke: token("line-faint"), width: 1 },
        ticks: { show: false },
        values: (_plot, splits) => splits.map((value) => fixed(value, value !== 0 && value < 5 ? 1 : 0)),
      },
    ],
    series: [
      {},
      { label: "doNothing", stroke: token("ink-3"), width: 1.5, dash: [5, 4], points: { show: false } },
      { label: "live", stroke: token("ink-1"), width: 2, points: { show: false } },
    ],
  };
}

/** Now, and over it what happened: a line for each, with its name beside it. */
function drawMarks(plot: UPlot, marks: readonly ChartMark[], nowS: number | null, token: Token): void {
  const { ctx, bbox } = plot;
  const ratio = devicePixelRatio;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, 0, bbox.width, bbox.top + bbox.height);
  ctx.clip();
  ctx.font = `${String(11 * ratio)}px ${token("font")}`;
  ctx.textBaseline = "top";
  ctx.textAlign = "left";
  if (nowS !== null) drawNow(ctx, Math.round(plot.valToPos(nowS, "x", true)), bbox, token("ink-1"), ratio);
  const takenTo: number[] = [];
  for (const mark of marks) {
    const x = Math.round(plot.valToPos(mark.timeS, "x", true));
    if (x < bbox.left || x > bbox.left + bbox.width) continue;
    ctx.strokeStyle = token(mark.kind === "incident" ? "alarm" : "accent");
    drawLine(ctx, x, bbox.top, bbox.top + bbox.height, 1.5 * ratio);
    const row = Array.from({ length: labelLines }, (_, line) => line).find((line) => (takenTo[line] ?? -1) < x);
    if (row === undefined) continue;
    const width = ctx.measureText(mark.text).width + 10 * ratio;
    const y = bbox.top + (2 + row * labelLinePx) * ratio;
    takenTo[row] = x + width;
    ctx.fillStyle = token("surface");
    ctx.fillRect(x + 2 * ratio, y - ratio, width - 6 * ratio, labelLinePx * ratio);
    ctx.fillStyle = token("ink-2");
    ctx.fillText(mark.text, x + 4 * ratio, y);
  }
  ctx.restore();
}

interface Pointed {
  readonly pointedS: number | null;
  readonly shownS: number | null;
}

/** The instant that the map shows, when it is an earlier one, and the one that is pointed at. */
function drawPointed(plot: UPlot, { pointedS, shownS }: Pointed, token: Token): void {
  const { ctx, bbox } = plot;
  const ratio = devicePixelRatio;
  const at = (timeS: number) => Math.round(plot.valToPos(timeS, "x", true));
  const isInside = (x: number) => x >= bbox.left && x <= bbox.left + bbox.width;
  ctx.save();
  if (shownS !== null && isInside(at(shownS))) {
    ctx.strokeStyle = token("caution");
    drawLine(ctx, at(shownS), bbox.top - 6 * ratio, bbox.top + bbox.height, 2 * ratio);
  }
  if (pointedS !== null && isInside(at(pointedS))) {
    ctx.strokeStyle = token("ink-2");
    ctx.setLineDash([3 * ratio, 3 * ratio]);
    drawLine(ctx, at(pointedS), bbox.top, bbox.top + bbox.height, ratio);
  }
  ctx.restore();
}

function drawLine(ctx: CanvasRenderingContext2D, x: number, top: number, bottom: number, width: number): void {
  ctx.lineWidth = width;
  ctx.beginPath();
  ctx.moveTo(x, top);
  ctx.lineTo(x, bottom);
  ctx.stroke();
}

function drawNow(ctx: CanvasRenderingContext2D, x: number, box: UPlot.BBox, colour: string, ratio: number): void {
  ctx.strokeStyle = colour;
  ctx.fillStyle = colour;
  drawLine(ctx, x, box.top, box.top + box.height, ratio);
  ctx.beginPath();
  ctx.moveTo(x - 5 * ratio, box.top - 7 * ratio);
  ctx.lineTo(x + 5 * ratio, box.top - 7 * ratio);
  ctx.lineTo(x, box.top);
  ctx.fill();
}
