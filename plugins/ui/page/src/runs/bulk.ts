// What is done with several runs at once.

import { deleteRun, restoreRun, setRunTag } from "../api/runs";
import { tell, tellError } from "../app/notices";
import { bulk as text } from "../text/bulk";
import { forEach, withProgress } from "./progress";
import type { RunsStore } from "./store";

/** Move runs to the trash; they can be taken out again. */
export function deleteRuns(model: RunsStore, runIds: readonly string[]): Promise<void> {
  return change(model, runIds, deleteRun, text.deleting, text.deleted, (done) => void restoreRuns(model, done));
}

/** Take runs out of the trash. */
export function restoreRuns(model: RunsStore, runIds: readonly string[]): Promise<void> {
  return change(model, runIds, restoreRun, text.restoring, text.restored, (done) => void deleteRuns(model, done));
}

/** Set a tag of runs. */
export function tagRuns(model: RunsStore, runIds: readonly string[], key: string, value: string): Promise<void> {
  return change(model, runIds, (runId) => setRunTag(runId, key, value), text.tagging, text.tagged);
}

async function change(
  model: RunsStore,
  runIds: readonly string[],
  action: (runId: string) => Promise<void>,
  doing: string,
  told: (count: number) => string,
  undo?: (runIds: readonly string[]) => void,
): Promise<void> {
  const outcome = await withProgress(doing, (step, signal) => forEach(runIds, action, step, signal));
  const { done, error } = outcome;
  if (done.length > 0) tell(told(done.length), undo && (() => undo(done)));
  if (error) tellError(new Error(text.stopped(done.length, runIds.length, error.message)));
  const left = new Set(model.selected.peek());
  if (undo) for (const runId of done) left.delete(runId);
  model.select(left);
  model.refresh();
}
