// Views with a name, kept as tags of the experiment, so that all who see the experiment have them.

import { byKey, type Pair } from "../api/entities";
import { deleteExperimentTag, fetchExperiment, setExperimentTag } from "../api/experiments";
import { readView, type RunsView, writeView } from "./view";

const PREFIX = "runyard.view.";

/** A view with a name. */
export interface SavedView {
  name: string;
  view: RunsView;
}

/** Return the views among an experiment's tags, by name. */
export function viewsOf(tags: readonly Pair[] | undefined): SavedView[] {
  return Object.entries(byKey(tags))
    .filter(([key]) => key.startsWith(PREFIX) && key.length > PREFIX.length)
    .map(([key, query]) => ({ name: key.slice(PREFIX.length), view: readView(new URLSearchParams(query)) }))
    .sort((a, b) => a.name.localeCompare(b.name));
}

/** Return the views of an experiment. */
export async function fetchViews(experimentId: string, signal?: AbortSignal): Promise<SavedView[]> {
  return viewsOf((await fetchExperiment(experimentId, signal ? { signal } : {})).tags);
}

/** Keep a view; one of the same name is replaced. */
export async function saveView(experimentId: string, name: string, view: RunsView): Promise<void> {
  const query = writeView(view).toString();
  // an empty value may get lost on its way; any other query is at least as long
  await setExperimentTag(experimentId, PREFIX + name, query || "filter=");
}

/** Forget a view. */
export async function deleteView(experimentId: string, name: string): Promise<void> {
  await deleteExperimentTag(experimentId, PREFIX + name);
}

/** Give a view another name. */
export async function renameView(experimentId: string, saved: SavedView, name: string): Promise<void> {
  await saveView(experimentId, name, saved.view);
  await deleteView(experimentId, saved.name);
}

/** Whether two views show the same. */
export function isSameView(one: RunsView, other: RunsView): boolean {
  return writeView(one).toString() === writeView(other).toString();
}
