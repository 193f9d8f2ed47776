// Scales of axes: where between 0 and 1 a value is, and which ticks tell it.

import { ticks } from "../charts/scales";
import { isNumberText } from "./fields";

/** What a run has: a number, a text, or nothing. */
export type Value = number | string | undefined;

export type ScaleKind = "linear" | "log" | "category";

export interface Tick {
  place: number;
  label: string;
}

export interface Scale {
  readonly kind: ScaleKind;
  /** The numbers at the places 0 and 1; meaningless for categories. */
  readonly domain: readonly [number, number];
  /** In order; empty for numbers. */
  readonly categories: readonly string[];
  /** Return where a value is, from 0 to 1; NaN where it has no place: nothing, NaN, an infinity, a log of no number. */
  place(value: Value): number;
  /** Return the number at a place; NaN for categories. */
  valueAt(place: number): number;
  /** Return ticks, about so many. */
  ticks(count: number): Tick[];
}

/** From this quotient of the largest and the smallest value a scale is logarithmic unless another is chosen. */
const AUTO_LOG = 1000;
const natural = new Intl.Collator("en", { numeric: true });

/** Return a value as a number; NaN where it is none. */
export function toNumber(value: Value): number {
  if (typeof value === "number") return value;
  return value === undefined || value.trim() === "" ? NaN : Number(value);
}

/**
 * Return a scale over values.
 *
 * @param values What is to have a place.
 * @param chosen Its kind. Otherwise numbers over several powers of ten are logarithmic, other numbers linear, texts
 *   categories. What cannot be (a logarithm of no positive number) is as if nothing was chosen.
 * @param margin How much room is left beyond the ends, as a part of the whole.
 */
export function makeScale(values: readonly Value[], chosen?: ScaleKind, margin = 0): Scale {
  const present = values.filter((value) => value !== undefined);
  const isNumeric = present.every((value) => typeof value === "number" || isNumberText(value));
  if (chosen === "category" || !isNumeric) return categoryScale(present.map(String));
  let low = Infinity;
  let high = -Infinity;
  let leastPositive = Infinity;
  for (const value of present) {
    const number = toNumber(value);
    if (!Number.isFinite(number)) continue;
    low = Math.min(low, number);
    high = Math.max(high, number);
    if (number > 0) leastPositive = Math.min(leastPositive, number);
  }
  if (low > high) return numberScale("linear", 0, 1, 0);
  const isLog = chosen === "log" ? high > 0 : chosen === undefined && low > 0 && high / low >= AUTO_LOG;
  return isLog ? numberScale("log", leastPositive, high, margin) : numberScale("linear", low, high, margin);
}

function numberScale(kind: "linear" | "log", low: number, high: number, margin: number): Scale {
  const to = kind === "log" ? Math.log10 : (value: number) => value;
  const from = kind === "log" ? (value: number) => 10 ** value : (value: number) => value;
  let start = to(low);
  let end = to(high);
  if (start === end) {
    const room = kind === "log" ? 0.5 : Math.abs(low) / 2 || 0.5;
    start -= room;
    end += room;
  }
  const room = (end - start) * margin;
  start -= room;
  end += room;
  const domain = [margin || low === high ? from(start) : low, margin || low === high ? from(end) : high] as const;
  return {
    kind,
    domain,
    categories: [],
    place(value) {
      const number = toNumber(value);
      if (!Number.isFinite(number) || (kind === "log" && number <= 0)) return NaN;
      return (to(number) - start) / (end - start);
    },
    valueAt: (place) => from(start + place * (end - start)),
    ticks: (count) =>
      ticks({ min: start, max: end, isLog: kind === "log", unit: "number" }, count).map(({ at, label }) => ({
        place: (at - start) / (end - start),
        label,
      })),
  };
}

function categoryScale(values: readonly string[]): Scale {
  const categories = [...new Set(values)].sort(compareTexts);
  const index = new Map(categories.map((category, i) => [category, i]));
  const placeAt = (i: number) => (i + 0.5) / categories.length;
  return {
    kind: "category",
    domain: [NaN, NaN],
    categories,
    place(value) {
      const i = value === undefined ? undefined : index.get(String(value));
      return i === undefined ? NaN : placeAt(i);
    },
    valueAt: () => NaN,
    ticks(count) {
      const every = Math.max(1, Math.ceil(categories.length / Math.max(1, count * 2)));
      return categories.flatMap((label, i) => (i % every ? [] : [{ place: placeAt(i), label }]));
    },
  };
}

/** Compare texts as people order them: numbers by their size, `a2` before `a10`. */
export function compareTexts(a: string, b: string): number {
  return (isNumberText(a) && isNumberText(b) && toNumber(a) - toNumber(b)) || natural.compare(a, b);
}
