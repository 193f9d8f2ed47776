// The colours of runs: the same run has the same colour everywhere, and neighbours in a list differ.

/** Twelve colours that are told apart on light and on dark ground, also by most who see colours differently. */
const COLORS = [
  "#3b78d8",
  "#d9622b",
  "#2a9d6f",
  "#b4489e",
  "#b58900",
  "#6a5acd",
  "#17a2b8",
  "#c2385a",
  "#6f8f2f",
  "#8d6e63",
  "#4f7f9f",
  "#a0522d",
] as const;

/** Return the colour at a place of a list. */
export function colorAt(index: number): string {
  return COLORS[((index % COLORS.length) + COLORS.length) % COLORS.length] ?? COLORS[0];
}

/** How many colours there are. */
export const COLOR_COUNT = COLORS.length;

/** Return a number from 0 up that stands for a run. */
export function hashOf(runId: string): number {
  let hash = 7;
  for (let i = 0; i < runId.length; i++) hash = (hash * 31 + runId.charCodeAt(i)) | 0;
  return hash >>> 0;
}

/** Return the colour of a run, by its id. */
export function colorOf(runId: string): string {
  return colorAt(hashOf(runId));
}
