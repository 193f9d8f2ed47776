// What an MLmodel file says about a model.

import { CORE_SCHEMA, load } from "js-yaml";

/** What a model takes or gives: a column, a tensor or a param. */
export interface Field {
  /** Empty where it has none. */
  name: string;
  type: string;
  isRequired: boolean;
  /** Of tensors and of params that are lists; empty for others. */
  shape: string;
  /** Of params, as JSON. */
  initial?: string;
}

/** The parts of a signature; absent where it says nothing of them. */
export interface Signature {
  inputs?: Field[];
  outputs?: Field[];
  params?: Field[];
}

/** What is known of a model. */
export interface ModelInfo {
  flavors: { name: string; version?: string }[];
  signature: Signature | undefined;
  pythonVersion?: string;
  /** In bytes. */
  size?: number;
  modelId?: string;
  runId?: string;
  /** When it was made, in milliseconds since 1970 UTC. */
  created?: number;
  /** The path of the input example beside the file. */
  example?: string;
  /** The version of what saved it. */
  savedBy?: string;
}

type Fields = Record<string, unknown>;

/** Return what the text of an MLmodel file says. Throws what says why it cannot be read. */
export function readModelInfo(text: string): ModelInfo {
  const whole = load(text, { schema: CORE_SCHEMA });
  if (!isFields(whole)) throw new Error("it is no mapping");
  const flavors = isFields(whole["flavors"]) ? whole["flavors"] : {};
  const pythonVersion = isFields(flavors["python_function"])
    ? textOf(flavors["python_function"]["python_version"])
    : "";
  const example = isFields(whole["saved_input_example_info"])
    ? textOf(whole["saved_input_example_info"]["artifact_path"])
    : "";
  const created = Date.parse(`${textOf(whole["utc_time_created"]).replace(" ", "T").slice(0, 23)}Z`);
  const size = Number(whole["model_size_bytes"] ?? NaN);
  const ours = textOf(whole["runyard_version"]);
  const theirs = textOf(whole["mlflow_version"]);
  return {
    flavors: Object.entries(flavors).map(([name, fields]) => {
      const version = isFields(fields) && name !== "python_function" ? versionIn(fields) : "";
      return { name, ...(version && { version }) };
    }),
    signature: readSignature(whole["signature"]),
    ...(pythonVersion && { pythonVersion }),
    ...(Number.isFinite(size) && { size }),
    ...entry("modelId", whole["model_id"]),
    ...entry("runId", whole["run_id"]),
    ...(!Number.isNaN(created) && { created }),
    ...(example && { example }),
    ...((ours || theirs) && { savedBy: ours ? `runyard ${ours}` : `MLflow ${theirs}` }),
  };
}

/** Return the version of the library that a flavor is of: the field that ends so, such as `sklearn_version`. */
function versionIn(fields: Fields): string {
  return textOf(Object.entries(fields).find(([key]) => key.endsWith("_version"))?.[1]);
}

function readSignature(value: unknown): Signature | undefined {
  if (!isFields(value)) return undefined;
  const signature: Signature = {};
  for (const part of ["inputs", "outputs", "params"] as const) {
    const list = parseList(value[part]);
    if (list) signature[part] = list.map(toField);
  }
  return signature.inputs || signature.outputs || signature.params ? signature : undefined;
}

function parseList(value: unknown): Fields[] | undefined {
  if (typeof value !== "string") return undefined;
  try {
    const list: unknown = JSON.parse(value);
    return Array.isArray(list) ? list.filter(isFields) : undefined;
  } catch {
    return undefined;
  }
}

function toField(spec: Fields): Field {
  const tensor = isFields(spec["tensor-spec"]) ? spec["tensor-spec"] : undefined;
  const shape = tensor?.["shape"] ?? spec["shape"];
  return {
    name: textOf(spec["name"]),
    type: tensor ? textOf(tensor["dtype"]) : typeName(spec),
    isRequired: spec["required"] !== false,
    shape: Array.isArray(shape) ? `(${shape.map(String).join(", ")})` : "",
    ...("default" in spec && { initial: JSON.stringify(spec["default"]) }),
  };
}

/** Return a type in words, of nested ones with their parts: `array of {id: long, name?: string}`. */
export function typeName(spec: unknown): string {
  if (typeof spec === "string") return spec;
  if (!isFields(spec)) return "";
  const type = textOf(spec["type"]);
  if (type === "array") return `array of ${typeName(spec["items"])}`;
  if (type === "map") return `map of ${typeName(spec["values"])}`;
  if (type === "object" && isFields(spec["properties"])) {
    const parts = Object.entries(spec["properties"]).map(([name, part]) => {
      const isOptional = isFields(part) && part["required"] === false;
      return `${name}${isOptional ? "?" : ""}: ${typeName(part)}`;
    });
    return `{${parts.join(", ")}}`;
  }
  return type;
}

function entry<K extends string>(key: K, value: unknown): Partial<Record<K, string>> {
  const text = textOf(value);
  return text ? ({ [key]: text } as Record<K, string>) : {};
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : typeof value === "number" ? String(value) : "";
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
