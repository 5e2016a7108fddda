/** Told of work that may be long: done, rate and time left in one line, first after a second, then every half second. */
export function createProgress(out: {
  write(text: string): unknown;
  readonly isTTY?: boolean;
}): (what: string) => (done: number, total: number) => void {
  const firstAfterMs = 1000;
  const everyMs = 500;
  return (what) => {
    const begunMs = performance.now();
    let shownMs = begunMs + firstAfterMs - everyMs;
    let shown = false;
    return (done, total) => {
      const nowMs = performance.now();
      const ended = done >= total;
      if (ended ? !shown : nowMs < shownMs + everyMs) return;
      shownMs = nowMs;
      shown = true;
      const elapsedS = (nowMs - begunMs) / 1000;
      const rate = done / Math.max(elapsedS, 0.001);
      const leftS = rate > 0 ? Math.max(0, (total - done) / rate) : Infinity;
      const percent = total > 0 ? Math.floor((100 * done) / total) : 0;
      const left = Number.isFinite(leftS) ? `${Math.ceil(leftS)} s left` : "";
      const line = `${what}: ${percent} % (${rate >= 10 ? Math.round(rate) : rate.toFixed(1)}/s, ${left})`;
      out.write(out.isTTY === true ? `\r\x1b[2K${line}${ended ? "\n" : ""}` : `${line}\n`);
    };
  };
}
