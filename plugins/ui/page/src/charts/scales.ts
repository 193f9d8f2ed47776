// Where numbers stand on an axis, and what is written along it.

import { formatNumber } from "../parts/number";
import { dateTicks, lengthTicks } from "./time";

/** A mark on an axis. */
export interface Tick {
  /** Where, on the axis as it is drawn: the logarithm where it is logarithmic. */
  at: number;
  label: string;
}

/** What is measured along an axis: a number, a time in milliseconds since 1970 UTC, or milliseconds. */
export type Unit = "number" | "time" | "length";

/** An axis. Its ends are given as they are drawn: the logarithm (of base 10) where it is logarithmic. */
export interface Axis {
  min: number;
  max: number;
  isLog: boolean;
  unit: Unit;
}

/** Return where a number is drawn; NaN where a logarithmic axis has no place for it. */
export function placeOf(value: number, isLog: boolean): number {
  return isLog ? (value > 0 ? Math.log10(value) : NaN) : value;
}

/** Return the number that is drawn at a place. */
export function valueAt(place: number, isLog: boolean): number {
  return isLog ? 10 ** place : place;
}

/** Return an axis from one number to another; with room beside them unless it has to end there. */
export function makeAxis(low: number, high: number, isLog: boolean, unit: Unit, room = 0): Axis {
  let [min, max] = [placeOf(low, isLog), placeOf(high, isLog)];
  if (!Number.isFinite(min) || !Number.isFinite(max)) [min, max] = [0, 1];
  if (min === max) {
    const around = isLog ? 0.5 : Math.abs(min) * 0.05 || 0.5;
    [min, max] = [min - around, max + around];
  }
  const more = (max - min) * room;
  return { min: min - more, max: max + more, isLog, unit };
}

/** The smallest and the largest of numbers that can be drawn; infinity and minus infinity if there is none. */
export type Extent = [low: number, high: number];

export const NOTHING: Extent = [Infinity, -Infinity];

/** Return an extent that has further numbers, from one index to another. */
export function widen(extent: Extent, values: ArrayLike<number>, isLog: boolean, from = 0, to = values.length): Extent {
  let [low, high] = extent;
  for (let i = from; i < to; i++) {
    const value = values[i] ?? NaN;
    if (!Number.isFinite(value) || (isLog && value <= 0)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return [low, high];
}

/** Return the extent of numbers without the few that are far from all others; of sorted numbers. */
export function withoutOutliers(sorted: ArrayLike<number>): Extent {
  if (sorted.length === 0) return NOTHING;
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))] ?? NaN;
  const [low, quarter, threeQuarters, high] = [at(0), at(0.25), at(0.75), at(1)];
  const far = 3 * (threeQuarters - quarter);
  if (far === 0) return [low, high];
  return [Math.max(low, quarter - far), Math.min(high, threeQuarters + far)];
}

/** Return marks along an axis, about as many as asked for. */
export function ticks(axis: Axis, count: number): Tick[] {
  if (axis.isLog) return logTicks(axis, count);
  if (axis.unit === "time") return dateTicks(axis.min, axis.max, count);
  if (axis.unit === "length") return lengthTicks(axis.min, axis.max, count);
  return linearTicks(axis.min, axis.max, count);
}

/** Return a round number near a distance, so that marks at it are easy to read. */
export function niceStep(distance: number): number {
  const power = 10 ** Math.floor(Math.log10(distance));
  const share = distance / power;
  return (share > 5 ? 10 : share > 2 ? 5 : share > 1 ? 2 : 1) * power;
}

function linearTicks(min: number, max: number, count: number): Tick[] {
  const step = niceStep((max - min) / Math.max(1, count));
  if (!(step > 0) || !Number.isFinite(step)) return [];
  const found: Tick[] = [];
  const slack = 1e-9; // 10 ** Math.log10(8) is a little less than 8
  for (let i = Math.ceil(min / step - slack); i * step <= max + slack * step && found.length <= 2 * count + 2; i++) {
    // the product may be 0.30000000000000004
    const value = Number((i * step).toPrecision(12));
    found.push({ at: value, label: tickLabel(value, step) });
  }
  return found;
}

const compact = new Intl.NumberFormat("en", { notation: "compact", maximumSignificantDigits: 6 });

/** Return a number as it stands on an axis where marks have a distance. */
export function tickLabel(value: number, step: number): string {
  const size = Math.abs(value);
  if (value === 0) return "0";
  if (size >= 1e15 || size < 1e-4) return formatNumber(value, 3);
  if (size >= 1e4 && step >= 100) return compact.format(value);
  const digits = Math.min(12, Math.max(0, -Math.floor(Math.log10(step) + 1e-9)));
  return value.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

function logTicks(axis: Axis, count: number): Tick[] {
  const { min, max, unit } = axis;
  if (max - min < 1) {
    // within one power of ten round numbers are nearer together
    const linear: Axis = { min: 10 ** min, max: 10 ** max, isLog: false, unit };
    return ticks(linear, count)
      .filter(({ at }) => at > 0)
      .map(({ at, label }) => ({ at: Math.log10(at), label }));
  }
  const every = Math.max(1, Math.ceil((max - min) / Math.max(1, count)));
  const parts = max - min < count / 2 ? [1, 2, 5] : [1];
  const found: Tick[] = [];
  for (let power = Math.floor(min / every) * every; power <= max; power += every) {
    for (const part of parts) {
      const at = power + Math.log10(part);
      if (at < min || at > max) continue;
      const value = part * 10 ** power;
      found.push({
        at,
        label: unit === "length" ? (lengthTicks(value, value, 1)[0]?.label ?? "") : tickLabel(value, value),
      });
    }
  }
  return found;
}
