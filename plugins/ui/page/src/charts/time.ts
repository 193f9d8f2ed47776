// Marks along axes of time.

import type { Tick } from "./scales";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const DISTANCES = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500],
  ...[1, 2, 5, 10, 15, 30].map((n) => n * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((n) => n * MINUTE),
  ...[1, 2, 3, 6, 12].map((n) => n * HOUR),
  ...[1, 2, 7, 14, 30, 90, 180, 365, 730, 3650].map((n) => n * DAY),
];

function distanceFor(length: number, count: number): number {
  const wanted = length / Math.max(1, count);
  return DISTANCES.find((distance) => distance >= wanted) ?? Math.ceil(wanted / (3650 * DAY)) * 3650 * DAY;
}

const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const clockSeconds = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const day = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });
const month = new Intl.DateTimeFormat("en-GB", { month: "short", year: "numeric" });

/** Return marks at round times of the browser's time zone, in milliseconds since 1970 UTC. */
export function dateTicks(min: number, max: number, count: number): Tick[] {
  const distance = distanceFor(max - min, count);
  const zone = new Date(min).getTimezoneOffset() * MINUTE; // round where the clock stands, not where UTC does
  const found: Tick[] = [];
  let shownDay = "";
  for (let at = Math.ceil((min - zone) / distance) * distance + zone; at <= max; at += distance) {
    const time = new Date(at);
    const today = day.format(time);
    if (distance >= 30 * DAY) found.push({ at, label: month.format(time) });
    else if (distance >= DAY) found.push({ at, label: today });
    else {
      const text =
        distance >= MINUTE
          ? clock.format(time)
          : clockSeconds.format(time) +
            (distance < SECOND ? `.${String(time.getMilliseconds()).padStart(3, "0")}` : "");
      // the day is written where it begins and at the first mark
      found.push({ at, label: today === shownDay ? text : `${text}\n${today}` });
    }
    shownDay = today;
  }
  return found;
}

/** Return marks at round lengths of time, in milliseconds. */
export function lengthTicks(min: number, max: number, count: number): Tick[] {
  const distance = max > min ? distanceFor(max - min, count) : 1;
  const found: Tick[] = [];
  const first = max > min ? Math.ceil(min / distance) * distance : min;
  for (let at = first; at <= max; at += distance) found.push({ at, label: lengthLabel(at) });
  return found;
}

/** Return a length of time as it is written on an axis: `90 ms`, `1.5 s`, `2:30`, `1:00:00`, `3 d`. */
export function lengthLabel(milliseconds: number): string {
  const sign = milliseconds < 0 ? "−" : "";
  const size = Math.abs(milliseconds);
  if (size === 0) return "0";
  if (size < SECOND) return `${sign}${Number(size.toPrecision(3))} ms`;
  if (size < MINUTE) return `${sign}${Number((size / SECOND).toPrecision(4))} s`;
  const seconds = Math.round(size / SECOND);
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const two = (n: number) => String(n).padStart(2, "0");
  if (size < HOUR) return `${sign}${minutes}:${two(rest)}`;
  if (size >= 2 * DAY && seconds % 3600 === 0) {
    return `${sign}${Math.floor(hours / 24)} d${hours % 24 ? ` ${hours % 24} h` : ""}`;
  }
  return `${sign}${hours}:${two(minutes)}:${two(rest)}`;
}
