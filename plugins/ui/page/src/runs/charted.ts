// Which runs charts and comparisons show, and in which colours.

import type { RunRow } from "../api/tables";
import { colorAt, hashOf, COLOR_COUNT } from "./colors";

/** How many runs are in charts when nobody chose. */
export const USUALLY_CHARTED = 10;

/** Gives runs colours: a run keeps its own while the page is open, and no two that are shown together share one. */
export class ColorBook {
  private readonly given = new Map<string, number>();

  /** Return the colours of runs that are shown together, by run. */
  assign(runIds: readonly string[]): Map<string, string> {
    const taken = new Set<number>();
    const kept = new Map<string, number>();
    for (const runId of runIds) {
      const index = this.given.get(runId);
      if (index === undefined || taken.has(index)) continue;
      kept.set(runId, index);
      taken.add(index);
    }
    const colors = new Map<string, string>();
    for (const runId of runIds) {
      let index = kept.get(runId);
      if (index === undefined) {
        index = free(hashOf(runId) % COLOR_COUNT, taken);
        taken.add(index);
      }
      this.given.set(runId, index);
      colors.set(runId, colorAt(index));
    }
    return colors;
  }
}

function free(wish: number, taken: ReadonlySet<number>): number {
  for (let i = 0; i < COLOR_COUNT; i++) {
    const index = (wish + i) % COLOR_COUNT;
    if (!taken.has(index)) return index;
  }
  return wish; // more runs than colours
}

/** Return the runs in charts after one of the table's is put there or taken away. */
export function toggled(charted: readonly string[], runId: string): readonly string[] {
  return charted.includes(runId) ? charted.filter((each) => each !== runId) : [...charted, runId];
}

/** Return rows in the order of the table; those that are not in it come last, as they were chosen. */
export function inTableOrder(runIds: readonly string[], fetched: Iterable<RunRow>): readonly string[] {
  const wanted = new Set(runIds);
  const ordered: string[] = [];
  for (const { runId } of fetched) {
    if (wanted.delete(runId)) ordered.push(runId);
    if (wanted.size === 0) break;
  }
  return [...ordered, ...wanted];
}
