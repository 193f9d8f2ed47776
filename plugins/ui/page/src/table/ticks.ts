// The ticks of the table.

import { attempt } from "../app/notices";
import { fetchIds } from "../runs/matches";
import type { RunsStore } from "../runs/store";

/** Give a run a tick, or take it away. */
export function tick(model: RunsStore, runId: string): void {
  const selected = new Set(model.selected.peek());
  if (!selected.delete(runId)) selected.add(runId);
  model.select(selected);
}

/** Give all runs between two places a tick, these included; those out of sight are fetched for it. */
export async function tickRange(model: RunsStore, one: number, other: number): Promise<void> {
  const { list } = model.rows.peek();
  const [from, to] = one < other ? [one, other] : [other, one];
  await list.load(from, to + 1);
  const selected = new Set(model.selected.peek());
  for (let index = from; index <= to; index++) {
    const runId = list.at(index).row?.runId;
    if (runId !== undefined) selected.add(runId);
  }
  model.select(selected);
}

/** Give all matching runs a tick, those that were never fetched too. */
export async function tickAll(model: RunsStore): Promise<void> {
  await attempt(async () => {
    model.select(new Set(await fetchIds(model.search.peek(), new AbortController().signal)));
  });
}
