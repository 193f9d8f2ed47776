// What a run left behind besides numbers: models and tables, as its tags and its outputs tell.

import type { LoggedModel, ModelVersion, Run } from "../api/entities";
import { byKey } from "../api/entities";

/** A model that a run made. */
export interface MadeModel {
  /** A logged model; nothing for one whose files are among the run's own artifacts. */
  modelId?: string;
  name: string;
  /** The flavors that can load it, as far as is known here. */
  flavors: readonly string[];
  /** Its place among the artifacts of the run, if it is there. */
  path?: string;
  status?: string;
  type?: string;
  /** The step after which it was saved, if it was told. */
  step?: number;
  /** Versions of registered models that were made of it. */
  versions: readonly ModelVersion[];
}

/** Return the models that a run made: logged models, and those that older clients left among its artifacts. */
export function madeModels(run: Run, logged: readonly LoggedModel[], versions: readonly ModelVersion[]): MadeModel[] {
  const steps = new Map((run.outputs?.model_outputs ?? []).map((output) => [output.model_id, output.step]));
  const models: MadeModel[] = logged.map(({ info }) => {
    const step = steps.get(info.model_id);
    return {
      modelId: info.model_id,
      name: info.name,
      flavors: [],
      status: info.status,
      ...(info.model_type && { type: info.model_type }),
      ...(step !== undefined && { step }),
      versions: versions.filter((version) => modelOf(version) === info.model_id),
    };
  });
  const known = new Set(models.map((model) => model.modelId));
  for (const [modelId, step] of steps) {
    if (known.has(modelId)) continue;
    const made = versions.filter((version) => modelOf(version) === modelId);
    models.push({ modelId, name: modelId, flavors: [], versions: made, ...(step !== undefined && { step }) });
  }
  for (const { path, flavors } of history(run)) {
    const made = versions.filter((version) => version.source?.replace(/\/+$/, "").endsWith(`/${path}`));
    models.push({ name: path, path, flavors, versions: made });
  }
  return models;
}

/** Return the id of the logged model that a version was made of. */
export function modelOf(version: ModelVersion): string | undefined {
  return version.model_id || /^models:\/(m-[^/]+)$/.exec(version.source ?? "")?.[1];
}

function history(run: Run): { path: string; flavors: string[] }[] {
  const entries = listOf(byKey(run.data?.tags)["mlflow.log-model.history"]);
  const newest = new Map<string, { path: string; flavors: string[] }>();
  for (const entry of entries) {
    const { artifact_path: path, flavors } = entry as { artifact_path?: unknown; flavors?: unknown };
    if (typeof path !== "string" || !path) continue;
    const names = flavors !== null && typeof flavors === "object" ? Object.keys(flavors) : [];
    newest.set(path, { path, flavors: names.filter((name) => name !== "python_function") });
  }
  return [...newest.values()];
}

/** Return the paths of tables that were logged, each once. */
export function loggedTables(run: Run): string[] {
  const entries = listOf(byKey(run.data?.tags)["mlflow.loggedArtifacts"]);
  const paths = entries.map((entry) => {
    const { path, type } = entry as { path?: unknown; type?: unknown };
    return type === "table" && typeof path === "string" ? path : "";
  });
  return [...new Set(paths.filter(Boolean))];
}

function listOf(text: string | undefined): object[] {
  try {
    const read: unknown = JSON.parse(text ?? "");
    const items: unknown[] = Array.isArray(read) ? read : [];
    return items.filter((item) => typeof item === "object" && item !== null);
  } catch {
    return []; // a tag holds what somebody wrote
  }
}
