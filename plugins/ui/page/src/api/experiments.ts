// Experiments: found, made, changed.

import { ApiError, get, type Options, post } from "./client";
import type { Experiment } from "./entities";
import type { Lifecycle } from "./tables";

/** Tag that holds the note of an experiment, a run or a model in Markdown. */
export const NOTE = "mlflow.note.content";

/** Which experiments. */
export interface ExperimentSearch {
  /** In the filter language. */
  filter: string;
  view_type: Lifecycle;
  order_by: readonly string[];
  max_results: number;
  page_token?: string;
}

export interface ExperimentPage {
  experiments: Experiment[];
  /** What to ask for the next page with; nothing on the last one. */
  next: string | undefined;
}

/** Return a page of experiments. */
export async function searchExperiments(search: ExperimentSearch, options?: Options): Promise<ExperimentPage> {
  const reply = await post<{ experiments?: Experiment[]; next_page_token?: string }>(
    "2.0/mlflow/experiments/search",
    search,
    options,
  );
  return { experiments: reply.experiments ?? [], next: reply.next_page_token };
}

/** Return an experiment, deleted or not. */
export async function fetchExperiment(experimentId: string, options?: Options): Promise<Experiment> {
  const query = { experiment_id: experimentId };
  return (await get<{ experiment: Experiment }>("2.0/mlflow/experiments/get", query, options)).experiment;
}

/** How many active runs there are, and when the last one was started. */
export interface RunCount {
  runs: number;
  lastStart: number | undefined;
}

/** Return how many runs each of some experiments has. */
export async function countRuns(experimentIds: readonly string[], options?: Options): Promise<Map<string, RunCount>> {
  if (!experimentIds.length) return new Map();
  const reply = await post<{ counts: Record<string, number>; last_start_times: Record<string, number> }>(
    "2.0/runyard/experiments/counts",
    { experiment_ids: experimentIds },
    options,
  );
  return new Map(
    experimentIds.map((id) => [id, { runs: reply.counts[id] ?? 0, lastStart: reply.last_start_times[id] }]),
  );
}

/** Make an experiment and return its id. */
export async function createExperiment(name: string, artifactLocation: string): Promise<string> {
  const body = { name, ...(artifactLocation && { artifact_location: artifactLocation }) };
  return (await post<{ experiment_id: string }>("2.0/mlflow/experiments/create", body)).experiment_id;
}

export function renameExperiment(experimentId: string, name: string): Promise<unknown> {
  return post("2.0/mlflow/experiments/update", { experiment_id: experimentId, new_name: name });
}

export function deleteExperiment(experimentId: string): Promise<unknown> {
  return post("2.0/mlflow/experiments/delete", { experiment_id: experimentId });
}

export function restoreExperiment(experimentId: string): Promise<unknown> {
  return post("2.0/mlflow/experiments/restore", { experiment_id: experimentId });
}

export function setExperimentTag(experimentId: string, key: string, value: string): Promise<unknown> {
  return post("2.0/mlflow/experiments/set-experiment-tag", { experiment_id: experimentId, key, value });
}

export function deleteExperimentTag(experimentId: string, key: string): Promise<unknown> {
  return post("2.0/mlflow/experiments/delete-experiment-tag", { experiment_id: experimentId, key });
}

/** Set the note of an experiment, or take it away where it is empty. */
export async function setExperimentNote(experimentId: string, text: string): Promise<unknown> {
  if (text) return setExperimentTag(experimentId, NOTE, text);
  try {
    return await deleteExperimentTag(experimentId, NOTE);
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return undefined; // there was none
    throw error;
  }
}
