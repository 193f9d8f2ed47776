// What a model takes and gives, as the file MLmodel beside it says.

import { ApiError } from "../api/client";
import { fetchText } from "../artifacts/contents";
import { fileAddress, type Source } from "../artifacts/source";

/** Types by the name of a column, in order. */
export type Columns = ReadonlyMap<string, string>;

export interface Signature {
  inputs: Columns;
  outputs: Columns;
  /** Params of a prediction, with what they are if they are not given. */
  params: Columns;
}

const NOTHING: Signature = { inputs: new Map(), outputs: new Map(), params: new Map() };
const MOST = 1 << 20; // bytes

/** Return the signature of a model; an empty one where it has none, or no file that could say so. */
export async function fetchSignature(source: Source, signal: AbortSignal): Promise<Signature> {
  let text: string;
  try {
    text = await fetchText(fileAddress(source, "MLmodel"), MOST, signal);
  } catch (error) {
    if (error instanceof ApiError && error.status >= 400 && error.status < 500) return NOTHING;
    throw error;
  }
  const { load } = await import("js-yaml");
  return readSignature(load(text));
}

/** Return the signature that the content of a file MLmodel tells of. */
export function readSignature(file: unknown): Signature {
  const { signature } = (file ?? {}) as { signature?: Record<string, unknown> | null };
  if (typeof signature !== "object" || signature === null) return NOTHING;
  return {
    inputs: readColumns(signature["inputs"]),
    outputs: readColumns(signature["outputs"]),
    params: readColumns(signature["params"]),
  };
}

interface WireType {
  type?: string;
  name?: string;
  required?: boolean;
  optional?: boolean;
  default?: unknown;
  items?: WireType;
  values?: WireType;
  properties?: Record<string, WireType>;
  "tensor-spec"?: { dtype: string; shape: number[] };
}

function readColumns(text: unknown): Columns {
  if (typeof text !== "string") return NOTHING.inputs;
  let columns: unknown;
  try {
    columns = JSON.parse(text);
  } catch {
    return NOTHING.inputs; // somebody wrote it by hand
  }
  if (!Array.isArray(columns)) return NOTHING.inputs;
  return new Map((columns as WireType[]).map((column, i) => [column.name ?? String(i), describe(column)]));
}

function describe(column: WireType): string {
  const isOptional = column.required === false || column.optional === true;
  const preset = "default" in column ? ` = ${JSON.stringify(column.default)}` : "";
  return nameOf(column) + (isOptional ? " (optional)" : "") + preset;
}

/** Return the name of a type, such as `array of long` or `tensor of float32 (-1, 28)`. */
function nameOf({ type = "any", items, values, properties, "tensor-spec": tensor }: WireType): string {
  if (tensor) return `tensor of ${tensor.dtype} (${tensor.shape.join(", ")})`;
  if (type === "array" && items) return `array of ${nameOf(items)}`;
  if (type === "map" && values) return `map of ${nameOf(values)}`;
  if (!properties) return type;
  const parts = Object.entries(properties).map(([name, each]) => `${name}: ${describe(each)}`);
  return `{${parts.join(", ")}}`;
}
