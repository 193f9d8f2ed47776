// A run: reading it, changing it, and what belongs to it.

import { ApiError, get, type Options, post } from "./client";
import type { LoggedModel, ModelVersion, Run, RunInfo } from "./entities";
import { NOTE } from "./experiments";
import { fetchRows, type MetricSummary, type RunRow } from "./tables";

/** How many keys of metrics can be asked for at once. */
export const MOST_KEYS = 200;

/** Return a run with its latest metrics, deleted or not. */
export async function fetchRun(runId: string, options?: Options): Promise<Run> {
  const reply = await get<{ run: Run }>("2.0/mlflow/runs/get", { run_id: runId }, options);
  return reply.run;
}

/** Change a run's name. */
export async function renameRun(runId: string, name: string): Promise<RunInfo> {
  const reply = await post<{ run_info: RunInfo }>("2.0/mlflow/runs/update", { run_id: runId, run_name: name });
  return reply.run_info;
}

/** Move a run to the trash. */
export async function deleteRun(runId: string): Promise<void> {
  await post("2.0/mlflow/runs/delete", { run_id: runId });
}

/** Take a run out of the trash. */
export async function restoreRun(runId: string): Promise<void> {
  await post("2.0/mlflow/runs/restore", { run_id: runId });
}

/** Set a tag of a run. */
export async function setRunTag(runId: string, key: string, value: string): Promise<void> {
  await post("2.0/mlflow/runs/set-tag", { run_id: runId, key, value });
}

/** Remove a tag of a run. */
export async function deleteRunTag(runId: string, key: string): Promise<void> {
  await post("2.0/mlflow/runs/delete-tag", { run_id: runId, key });
}

/** Set the note of a run, or take it away where it is empty. */
export async function setRunNote(runId: string, text: string): Promise<void> {
  if (text) return setRunTag(runId, NOTE, text);
  try {
    await deleteRunTag(runId, NOTE);
  } catch (error) {
    if (!(error instanceof ApiError && error.status === 404)) throw error; // there was none
  }
}

/** Which of the runs that are nested in a run. */
export interface ChildrenRequest {
  parentRunId: string;
  experimentId: string;
  offset: number;
  count: number;
  orderBy?: readonly string[];
  /** Metrics and params that are shown of each. */
  metrics?: readonly string[];
  params?: readonly string[];
}

/** Return runs that are nested in a run, the newest first unless asked otherwise, and how many there are in all. */
export function fetchChildren(request: ChildrenRequest, options?: Options): Promise<{ total: number; rows: RunRow[] }> {
  return fetchRows(
    {
      experiment_ids: [request.experimentId],
      filter: "",
      run_view_type: "ACTIVE_ONLY",
      order_by: request.orderBy ?? [],
      offset: request.offset,
      max_results: request.count,
      metrics: request.metrics ?? [],
      params: request.params ?? [],
      tags: [],
      parent_run_id: request.parentRunId,
    },
    options,
  );
}

/** Return the smallest and largest values of up to `MOST_KEYS` metrics of a run. */
export async function fetchMetricSummaries(
  runId: string,
  experimentId: string,
  keys: readonly string[],
  options?: Options,
): Promise<Map<string, MetricSummary>> {
  const { rows } = await fetchRows(
    {
      experiment_ids: [experimentId],
      filter: `attributes.run_id = '${runId}'`,
      run_view_type: "ALL",
      order_by: [],
      offset: 0,
      max_results: 1,
      metrics: keys,
      params: [],
      tags: [],
    },
    options,
  );
  const found = Object.entries(rows[0]?.metrics ?? {});
  return new Map(found.filter((entry): entry is [string, MetricSummary] => entry[1] !== undefined));
}

/** Return the logged models that a run made, at most 100 of them. */
export async function fetchModelsOfRun(runId: string, experimentId: string, options?: Options): Promise<LoggedModel[]> {
  const body = { experiment_ids: [experimentId], filter: `source_run_id = '${runId}'`, max_results: 100 };
  const reply = await post<{ models?: LoggedModel[] }>("2.0/mlflow/logged-models/search", body, options);
  return reply.models ?? [];
}

/** Return a logged model. */
export async function fetchLoggedModel(modelId: string, options?: Options): Promise<LoggedModel> {
  const path = `2.0/mlflow/logged-models/${encodeURIComponent(modelId)}`;
  return (await get<{ model: LoggedModel }>(path, {}, options)).model;
}

/** Return the versions of registered models that came from a run, at most 200 of them. */
export async function fetchVersionsOfRun(runId: string, options?: Options): Promise<ModelVersion[]> {
  const query = { filter: `run_id = '${runId}'`, max_results: 200 };
  const reply = await get<{ model_versions?: ModelVersion[] }>("2.0/mlflow/model-versions/search", query, options);
  return reply.model_versions ?? [];
}
