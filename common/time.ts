/** Seconds since midnight of the session's day. */
export type DaySeconds = number;

export const secondsPerDay = 86_400;

/** "07:05" or "07:05:30" → seconds since midnight; undefined when it is not a time of day (24:00 is the day's end). */
export function parseTimeOfDay(text: string): DaySeconds | undefined {
  const match = /^(\d{1,2}):(\d{2})(?::(\d{2}))?$/.exec(text);
  if (!match) return undefined;
  const [hours, minutes, seconds] = [Number(match[1]), Number(match[2]), Number(match[3] ?? 0)];
  if (minutes > 59 || seconds > 59) return undefined;
  const total = hours * 3600 + minutes * 60 + seconds;
  return total <= secondsPerDay ? total : undefined;
}

/** Seconds since midnight → "07:05:30". Fractions are cut, days wrap. */
export function formatTimeOfDay(seconds: DaySeconds): string {
  const whole = Math.floor(seconds) % secondsPerDay;
  const two = (value: number) => String(value).padStart(2, "0");
  return `${two(Math.floor(whole / 3600))}:${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`;
}
