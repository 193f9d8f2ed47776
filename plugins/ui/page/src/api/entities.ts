// The nouns of the protocol, as the server sends them. What is empty is left out of a reply.

import type { WireNumber } from "./client";

export interface Pair {
  key: string;
  value: string;
}

export interface Experiment {
  experiment_id: string;
  name: string;
  artifact_location: string;
  lifecycle_stage: "active" | "deleted";
  creation_time?: number;
  last_update_time?: number;
  tags?: Pair[];
}

export type RunStatus = "RUNNING" | "SCHEDULED" | "FINISHED" | "FAILED" | "KILLED";

export interface RunInfo {
  run_id: string;
  run_name: string;
  experiment_id: string;
  user_id?: string;
  status: RunStatus;
  start_time?: number;
  end_time?: number;
  artifact_uri: string;
  lifecycle_stage: "active" | "deleted";
}

export interface Metric {
  key: string;
  value: WireNumber;
  timestamp: number;
  step?: number;
  dataset_name?: string;
  dataset_digest?: string;
  model_id?: string;
}

export interface Dataset {
  name: string;
  digest: string;
  source_type: string;
  source: string;
  schema?: string;
  profile?: string;
}

export interface Run {
  info: RunInfo;
  data?: { metrics?: Metric[]; params?: Pair[]; tags?: Pair[] };
  inputs?: { dataset_inputs?: { dataset: Dataset; tags?: Pair[] }[]; model_inputs?: { model_id: string }[] };
  outputs?: { model_outputs?: { model_id: string; step?: number }[] };
}

export interface FileInfo {
  path: string;
  is_dir?: boolean;
  file_size?: number;
}

export interface RegisteredModel {
  name: string;
  creation_timestamp?: number;
  last_updated_timestamp?: number;
  description?: string;
  latest_versions?: ModelVersion[];
  tags?: Pair[];
  aliases?: { alias: string; version: string }[];
}

export interface ModelVersion {
  name: string;
  version: string;
  creation_timestamp?: number;
  last_updated_timestamp?: number;
  current_stage?: string;
  description?: string;
  source?: string;
  run_id?: string;
  run_link?: string;
  model_id?: string;
  status?: string;
  status_message?: string;
  tags?: Pair[];
  aliases?: string[];
}

export interface LoggedModel {
  info: {
    model_id: string;
    experiment_id: string;
    name: string;
    creation_timestamp_ms: number;
    last_updated_timestamp_ms: number;
    artifact_uri: string;
    status: string;
    model_type?: string;
    source_run_id?: string;
    tags?: Pair[];
  };
  data?: { params?: Pair[]; metrics?: (Metric & { run_id?: string })[] };
}

/** A metric of a run by columns, NaN and infinities as texts. */
export interface WireSeries {
  run_id: string;
  key: string;
  total: number;
  steps: number[];
  timestamps: number[];
  values: WireNumber[];
}

/** Return tags or params by key. */
export function byKey(pairs: readonly Pair[] | undefined): Record<string, string> {
  return Object.fromEntries((pairs ?? []).map(({ key, value }) => [key, value]));
}
