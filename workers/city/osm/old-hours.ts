import type { Moment } from "../moment";
import type { Finding } from "./findings";
import { findHours, parseHours } from "./hours";
import type { Tags } from "./tag-access";

/** Longer is no time and no day. */
const valueMost = 200;

/**
 * Whether a turn restriction holds by the tags that came before conditional ones, `day_on`, `day_off`, `hour_on`, `hour_off`;
 * it does without any of them. Days may be written out, and there may be several hours, separated by semicolons.
 * @see https://wiki.openstreetmap.org/wiki/Relation:restriction, section "Tags"
 */
export function findOldHours(tags: Tags, moment: Moment): Finding {
  const of = (key: string) => tags.get(key)?.trim();
  const [dayOn, dayOff, hourOn, hourOff] = ["day_on", "day_off", "hour_on", "hour_off"].map(of);
  if ([dayOn, dayOff, hourOn, hourOff].every((value) => value === undefined)) return "holds";
  if ((dayOn === undefined) !== (dayOff === undefined) || (hourOn === undefined) !== (hourOff === undefined))
    return "unknown";
  const days = joined(dayOn, dayOff, (name) => (dayNames.test(name) ? name.slice(0, 2) : null));
  const hours = joined(hourOn, hourOff, (time) => (/^\d{1,2}:\d{2}$/.test(time) ? time : null));
  const rules = days === null || hours === null ? null : parseHours(`${days} ${hours}`);
  return rules === null ? "unknown" : findHours(rules, moment);
}

const dayNames =
  /^(mo(n(day)?)?|tu(e(sday)?)?|we(d(nesday)?)?|th(u(rsday)?)?|fr(i(day)?)?|sa(t(urday)?)?|su(n(day)?)?)$/i;

/** "from-to" of each pair, as opening hours are written; null where they are no pairs. */
function joined(on: string | undefined, off: string | undefined, read: (text: string) => string | null): string | null {
  if (on === undefined || off === undefined) return "";
  if (on.length > valueMost || off.length > valueMost) return null;
  const [starts, ends] = [on, off].map((text) => text.split(";").map((part) => read(part.trim())));
  if (starts.length !== ends.length || starts.includes(null) || ends.includes(null)) return null;
  return starts.map((start, index) => `${start}-${ends[index]}`).join(",");
}
