// Brushes: which part of an axis is looked at, and how a table is filtered by it.

import { nameOf, theseRuns, valueOf } from "../runs/names";
import { type Field, isMetric } from "./fields";
import { type Scale, toNumber, type Value } from "./scale";

/** From one number to another, or some categories. */
export type Brush = readonly [number, number] | readonly string[];

/** Whether a value is inside of a brush. */
export function isInside(value: Value, brush: Brush): boolean {
  if (isRange(brush)) {
    const number = toNumber(value);
    return number >= brush[0] && number <= brush[1];
  }
  return value !== undefined && brush.includes(String(value));
}

/** Whether a brush is of numbers. */
export function isRange(brush: Brush): brush is readonly [number, number] {
  return typeof brush[0] === "number";
}

/**
 * Return the brush between two places of a scale.
 *
 * Numbers are rounded to what can be seen, so that a filter made of them can be read; an end that is at the end of the
 * axis is exactly there. Nothing where the brush covers the whole axis.
 */
export function brushBetween(scale: Scale, from: number, to: number): Brush | undefined {
  const low = Math.max(0, Math.min(from, to));
  const high = Math.min(1, Math.max(from, to));
  if (low <= 0 && high >= 1) return undefined;
  if (scale.kind === "category") {
    const inside = scale.categories.filter((category) => {
      const place = scale.place(category);
      return place >= low && place <= high;
    });
    return inside.length === scale.categories.length ? undefined : inside;
  }
  const [first, last] = scale.domain;
  const round = (value: number, near: number) => {
    const size = scale.kind === "log" ? Math.abs(near) : last - first;
    const digits = Math.max(0, Math.min(100, 3 - Math.floor(Math.log10(size))));
    return Number(value.toFixed(digits));
  };
  const start = scale.valueAt(low);
  const end = scale.valueAt(high);
  return [low <= 0 ? first : round(start, start), high >= 1 ? last : round(end, end)];
}

/** Return the places that a brush covers; nothing where it covers nothing of the scale. */
export function placesOf(scale: Scale, brush: Brush): readonly [number, number] | undefined {
  if (scale.kind !== "category") {
    if (!isRange(brush)) return undefined;
    const low = brush[0] <= scale.domain[0] ? 0 : scale.place(brush[0]);
    const high = brush[1] >= scale.domain[1] ? 1 : scale.place(brush[1]);
    return low <= high ? [low, high] : undefined; // what has no place is not in order either
  }
  const half = 0.5 / scale.categories.length;
  const places = brush.map((category) => scale.place(category)).filter((place) => !Number.isNaN(place));
  return places.length ? [Math.min(...places) - half, Math.max(...places) + half] : undefined;
}

/** A brush on a field, and all values that runs have of it. */
export interface Brushed {
  field: Field;
  brush: Brush;
  values: readonly Value[];
}

/** So many values are excluded one by one at most. */
const MOST_EXCLUDED = 8;
const SUFFIXES = { latest: "", minimum: ".min", maximum: ".max" } as const;

/**
 * Return the filter that finds what is inside of all brushes.
 *
 * The filter language compares params and tags as texts and knows no "or"; where it cannot say what the brushes mean,
 * the filter names the runs.
 */
export function filterOf(brushed: readonly Brushed[], runIds: readonly string[]): string {
  const clauses = brushed.map(clause);
  return clauses.every((each) => each !== undefined) ? clauses.join(" and ") : theseRuns(runIds);
}

function clause({ field, brush, values }: Brushed): string | undefined {
  if (isMetric(field)) {
    if (!isRange(brush)) return undefined;
    const name = nameOf("metric", field.key) + SUFFIXES[field.kind as keyof typeof SUFFIXES];
    return `${name} >= ${brush[0]} and ${name} <= ${brush[1]}`;
  }
  const name = textName(field);
  if (name === undefined) return undefined;
  const all = [...new Set(values.filter((value) => value !== undefined).map(String))];
  const inside = all.filter((value) => isInside(value, brush));
  const outside = all.filter((value) => !isInside(value, brush));
  const told = inside.length === 1 ? inside : outside.length <= MOST_EXCLUDED ? outside : [];
  if (!told.length || told.some((text) => text.includes("'") && text.includes('"'))) return undefined;
  return told.map((text) => `${name} ${inside.length === 1 ? "=" : "!="} ${valueOf(text)}`).join(" and ");
}

function textName({ kind, key }: Field): string | undefined {
  if (kind === "param" || kind === "tag") return nameOf(kind, key);
  return key === "status" ? "status" : key === "user" ? "user_id" : undefined; // the server cannot ask for the others
}
