// Registered models and their versions: found, made, changed.

import { del, get, type Options, patch, post } from "./client";
import type { ModelVersion, RegisteredModel } from "./entities";
import { nameIs } from "./filter";

const MODELS = "2.0/mlflow/registered-models";
const VERSIONS = "2.0/mlflow/model-versions";

/** The stages that a version can be in. */
export const STAGES = ["None", "Staging", "Production", "Archived"] as const;
export type Stage = (typeof STAGES)[number];

export interface ModelPage {
  models: RegisteredModel[];
  /** What to ask for the next page with; nothing on the last one. */
  next: string | undefined;
}

/** Return a page of registered models. */
export async function searchModels(
  search: { filter: string; order_by: readonly string[]; max_results: number; page_token?: string },
  options?: Options,
): Promise<ModelPage> {
  const reply = await get<{ registered_models?: RegisteredModel[]; next_page_token?: string }>(
    `${MODELS}/search`,
    search,
    options,
  );
  return { models: reply.registered_models ?? [], next: reply.next_page_token };
}

/** Return a registered model. */
export async function fetchModel(name: string, options?: Options): Promise<RegisteredModel> {
  return (await get<{ registered_model: RegisteredModel }>(`${MODELS}/get`, { name }, options)).registered_model;
}

export function createModel(name: string, description = ""): Promise<unknown> {
  return post(`${MODELS}/create`, { name, ...(description && { description }) });
}

export function renameModel(name: string, newName: string): Promise<unknown> {
  return post(`${MODELS}/rename`, { name, new_name: newName });
}

export function describeModel(name: string, description: string): Promise<unknown> {
  return patch(`${MODELS}/update`, { name, description });
}

export function deleteModel(name: string): Promise<unknown> {
  return del(`${MODELS}/delete`, { name });
}

export function setModelTag(name: string, key: string, value: string): Promise<unknown> {
  return post(`${MODELS}/set-tag`, { name, key, value });
}

export function deleteModelTag(name: string, key: string): Promise<unknown> {
  return del(`${MODELS}/delete-tag`, { name, key });
}

/** Point an alias to a version; it points to no other one then. */
export function setAlias(name: string, alias: string, version: string): Promise<unknown> {
  return post(`${MODELS}/alias`, { name, alias, version });
}

export function deleteAlias(name: string, alias: string): Promise<unknown> {
  return del(`${MODELS}/alias`, { name, alias });
}

/** Return all versions of a registered model, the newest first. */
export async function fetchVersions(name: string, options?: Options): Promise<ModelVersion[]> {
  const versions = await searchVersions(nameIs(name), options);
  return versions.filter((version) => version.name === name);
}

/** Return all versions that a filter finds, the newest of each model first. */
export async function searchVersions(filter: string, options?: Options): Promise<ModelVersion[]> {
  const versions: ModelVersion[] = [];
  let token: string | undefined;
  do {
    const query = { filter, max_results: 200, order_by: ["version_number DESC"], page_token: token };
    const reply = await get<{ model_versions?: ModelVersion[]; next_page_token?: string }>(
      `${VERSIONS}/search`,
      query,
      options,
    );
    versions.push(...(reply.model_versions ?? []));
    token = reply.next_page_token;
  } while (token);
  return versions;
}

/** Return a version. */
export async function fetchVersion(name: string, version: string, options?: Options): Promise<ModelVersion> {
  return (await get<{ model_version: ModelVersion }>(`${VERSIONS}/get`, { name, version }, options)).model_version;
}

/** Make a version of a registered model from the files of a run or of a logged model. */
export async function createVersion(made: {
  name: string;
  source: string;
  run_id?: string;
  model_id?: string;
  description?: string;
}): Promise<ModelVersion> {
  return (await post<{ model_version: ModelVersion }>(`${VERSIONS}/create`, made)).model_version;
}

export function describeVersion(name: string, version: string, description: string): Promise<unknown> {
  return patch(`${VERSIONS}/update`, { name, version, description });
}

export function deleteVersion(name: string, version: string): Promise<unknown> {
  return del(`${VERSIONS}/delete`, { name, version });
}

/** Put a version into a stage, and the other ones of that stage into the archive if asked for. */
export function moveToStage(name: string, version: string, stage: Stage, archivesOthers: boolean): Promise<unknown> {
  const body = { name, version, stage, archive_existing_versions: archivesOthers };
  return post(`${VERSIONS}/transition-stage`, body);
}

export function setVersionTag(name: string, version: string, key: string, value: string): Promise<unknown> {
  return post(`${VERSIONS}/set-tag`, { name, version, key, value });
}

export function deleteVersionTag(name: string, version: string, key: string): Promise<unknown> {
  return del(`${VERSIONS}/delete-tag`, { name, version, key });
}
