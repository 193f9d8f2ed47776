// Colours of values: a scale from dark to bright for numbers, colours that are told apart for categories.

import { colorAt } from "../runs/colors";
import type { Scale, Value } from "./scale";

/** From low to high, of like steps in lightness; known as viridis. */
const RAMP = [
  [68, 1, 84],
  [72, 40, 120],
  [62, 74, 137],
  [49, 104, 142],
  [38, 130, 142],
  [31, 158, 137],
  [53, 183, 121],
  [110, 206, 88],
  [181, 222, 43],
  [253, 231, 37],
] as const;

/** What is used of it, so that its ends stand out from the ground. */
const SHARE = { light: [0, 0.82], dark: [0.24, 1] } as const;

/** Lines are drawn colour by colour: with so many, steps cannot be seen. */
const STEPS = 48;

/** Return the colour at a place from 0 to 1. */
export function rampColor(place: number, isDark: boolean): string {
  const [from, to] = isDark ? SHARE.dark : SHARE.light;
  const stepped = Math.round(Math.min(1, Math.max(0, place)) * STEPS) / STEPS;
  const at = (from + stepped * (to - from)) * (RAMP.length - 1);
  const below = RAMP[Math.floor(at)] ?? RAMP[0];
  const above = RAMP[Math.ceil(at)] ?? below;
  const part = at - Math.floor(at);
  const [red, green, blue] = below.map((value, i) => Math.round(value + ((above[i] ?? value) - value) * part));
  return `rgb(${red ?? 0}, ${green ?? 0}, ${blue ?? 0})`;
}

/** Return the colour of a value; nothing for what has no place on the scale. */
export function colorOn(scale: Scale, value: Value, isDark: boolean): string | undefined {
  const place = scale.place(value);
  if (Number.isNaN(place)) return undefined;
  return scale.kind === "category" ? colorAt(scale.categories.indexOf(String(value))) : rampColor(place, isDark);
}
