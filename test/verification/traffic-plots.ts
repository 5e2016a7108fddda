/** One line or cloud of points of a plot; NaN breaks a line. */
export interface PlotSeries {
  /** Empty: not named beside the plot. */
  readonly label: string;
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
  readonly kind: "line" | "dashed" | "points";
  /** Row of the colours below. */
  readonly colour: number;
}

export interface Plot {
  readonly title: string;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly series: readonly PlotSeries[];
}

/** Okabe and Ito's colours, which also those tell apart who see fewer: blue, vermilion, green, orange, grey. */
const colours = ["#0072b2", "#d55e00", "#009e73", "#e69f00", "#777777"];
const [width, height] = [720, 400];
const box = { left: 64, right: 16, top: 34, bottom: 76 };
const ticksWanted = 6;

/** Draws a plot as SVG, with places to a tenth of a pixel. */
export function drawPlot({ title, xLabel, yLabel, series }: Plot): string {
  const [x, y] = [axisOf(series.map((each) => each.x)), axisOf(series.map((each) => each.y))];
  const atX = scale(x, box.left, width - box.right);
  const atY = scale(y, height - box.bottom, box.top);
  const [left, right, top, bottom] = [box.left, width - box.right, box.top, height - box.bottom];
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">`,
    `<title>${escaped(title)}</title><rect width="${width}" height="${height}" fill="#fff"/>`,
    `<text x="${left}" y="20" font-size="14" font-weight="bold">${escaped(title)}</text>`,
    ...x.ticks.map((tick) => {
      const at = atX(tick);
      return `<path d="M${at} ${top}V${bottom}" stroke="#e5e5e5"/><text x="${at}" y="${bottom + 16}" text-anchor="middle">${label(tick)}</text>`;
    }),
    ...y.ticks.map((tick) => {
      const at = atY(tick);
      return `<path d="M${left} ${at}H${right}" stroke="#e5e5e5"/><text x="${left - 6}" y="${at + 4}" text-anchor="end">${label(tick)}</text>`;
    }),
    `<path d="M${left} ${top}V${bottom}H${right}" fill="none" stroke="#333"/>`,
    `<text x="${(left + right) / 2}" y="${bottom + 34}" text-anchor="middle">${escaped(xLabel)}</text>`,
    `<text transform="translate(14 ${(top + bottom) / 2}) rotate(-90)" text-anchor="middle">${escaped(yLabel)}</text>`,
    ...series.map((each) => draw(each, atX, atY)),
    ...legend(series),
    "</svg>",
  ];
  return `${parts.join("\n")}\n`;
}

function draw({ x, y, kind, colour }: PlotSeries, atX: Scale, atY: Scale): string {
  const stroke = colours[colour];
  const places = Array.from(x, (value, row) => [atX(value), atY(y[row])] as const);
  if (kind === "points") {
    const dots = places.map(([px, py]) => `M${px} ${py}h0`).join("");
    return `<path d="${dots}" stroke="${stroke}" stroke-width="6" stroke-linecap="round"/>`;
  }
  let pen = "M";
  const path = places.map(([px, py]) => {
    if (Number.isNaN(px) || Number.isNaN(py)) {
      pen = "M";
      return "";
    }
    const command = `${pen}${px} ${py}`;
    pen = "L";
    return command;
  });
  const dashes = kind === "dashed" ? ' stroke-dasharray="6 4"' : "";
  return `<path d="${path.join("")}" fill="none" stroke="${stroke}" stroke-width="1.3"${dashes}/>`;
}

function legend(series: readonly PlotSeries[]): string[] {
  let at = box.left;
  return series.flatMap(({ label: text, colour, kind }) => {
    if (text === "") return [];
    const y = height - 14;
    const mark = kind === "points" ? `M${at + 9} ${y - 4}h0` : `M${at} ${y - 4}h18`;
    const pen = kind === "points" ? 'stroke-width="6" stroke-linecap="round"' : 'stroke-width="2"';
    const dashes = kind === "dashed" ? ' stroke-dasharray="6 4"' : "";
    const line = `<path d="${mark}" stroke="${colours[colour]}" ${pen}${dashes}/><text x="${at + 24}" y="${y}">${escaped(text)}</text>`;
    at += 44 + 6.5 * text.length;
    return [line];
  });
}

interface Axis {
  readonly low: number;
  readonly high: number;
  readonly ticks: readonly number[];
}

type Scale = (value: number) => number;

const scale =
  ({ low, high }: Axis, from: number, to: number): Scale =>
  (value) =>
    Math.round(10 * (from + ((value - low) / (high - low)) * (to - from))) / 10;

/** From one round number to another, with all values between them. */
function axisOf(columns: readonly ArrayLike<number>[]): Axis {
  let [low, high] = [Infinity, -Infinity];
  for (const column of columns) {
    for (let row = 0; row < column.length; row++) {
      if (column[row] < low) low = column[row];
      if (column[row] > high) high = column[row];
    }
  }
  if (low > 0 && low < high / 2) low = 0;
  const raw = (high - low || 1) / ticksWanted;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = power * ([1, 2, 5].find((factor) => factor * power >= raw) ?? 10);
  const [first, last] = [Math.floor(low / step + 1e-9), Math.ceil(high / step - 1e-9)];
  const ticks = Array.from({ length: last - first + 1 }, (_, row) => (first + row) * step);
  return { low: first * step, high: last * step, ticks };
}

const label = (tick: number): string => String(Number(tick.toPrecision(6))).replace("-", "−");
const escaped = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
