import { signal } from "@preact/signals";

/** The time now, in milliseconds, renewed every half minute so that "a minute ago" stays true. */
const now = signal(Date.now());
window.setInterval(() => {
  now.value = Date.now();
}, 30_000);

const UNITS: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ["year", 31_557_600],
  ["month", 2_629_800],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];
const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
const absolute = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "medium" });

/** Return how long ago a time is, in words. */
export function ago(milliseconds: number, from: number): string {
  const seconds = (milliseconds - from) / 1000;
  for (const [unit, size] of UNITS) {
    if (Math.abs(seconds) >= size) return relative.format(Math.trunc(seconds / size), unit);
  }
  return relative.format(0, "second");
}

/** Return a time in the browser's time zone. */
export function dateTime(milliseconds: number): string {
  return absolute.format(milliseconds);
}

/** Return a length of time in words: `1 h 2 min`, `3.1 s`, `40 ms`. */
export function duration(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  const seconds = milliseconds / 1000;
  if (seconds < 60) return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds).toString()} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${Math.floor(seconds % 60)} s`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** Shows a time in milliseconds since 1970 UTC: how long ago, and when exactly on hover and to screen readers. */
export function Time({ value, isAbsolute = false }: { value: number | undefined | null; isAbsolute?: boolean }) {
  if (value == null) return <span class="quiet">–</span>;
  return (
    <time dateTime={new Date(value).toISOString()} title={dateTime(value)}>
      {isAbsolute ? dateTime(value) : ago(value, now.value)}
    </time>
  );
}
