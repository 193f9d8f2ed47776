// What is known of a dataset that a run read. Schema, profile and source are JSON in a text, of several forms; what has
// none of them is shown as it is.

import type { Dataset } from "../api/entities";
import { webAddress } from "./source";

/** Tag of an input that tells what the dataset was read for, such as training. */
export const CONTEXT = "mlflow.data.context";

/** A column of a table, or an array by its name. */
export interface SchemaField {
  name: string;
  type: string;
  /** Whether it may be absent; nothing where the schema does not say. */
  isOptional?: boolean;
  /** What it is for, where a dataset has several parts: features, targets. */
  part?: string;
}

/** Return the fields of a schema; nothing where it has a form of its own. */
export function readSchema(text: string | undefined): SchemaField[] | undefined {
  const schema = parse(text);
  if (!isObject(schema)) return undefined;
  if ("mlflow_colspec" in schema) return fieldsOf(schema["mlflow_colspec"]);
  const tensors = schema["mlflow_tensorspec"];
  if (!isObject(tensors)) return undefined;
  const fields = Object.entries(tensors).map(([part, spec]) =>
    spec == null ? [] : fieldsOf(spec)?.map((field) => ({ ...field, part })),
  );
  return fields.every((part) => part !== undefined) ? fields.flat() : undefined;
}

function fieldsOf(given: unknown): SchemaField[] | undefined {
  const columns = typeof given === "string" ? parse(given) : given; // tensors are JSON in JSON
  if (!Array.isArray(columns) || !columns.every(isObject)) return undefined;
  return columns.map((column, i) => ({
    name: typeof column["name"] === "string" ? column["name"] : String(i),
    type: typeOf(column),
    ...(typeof column["required"] === "boolean" && { isOptional: !column["required"] }),
  }));
}

/** Return a type in few characters: `double`, `array(string)`, `object{a: long}`, `float64[-1, 3]`. */
function typeOf(spec: Record<string, unknown>): string {
  const tensor = spec["tensor-spec"];
  if (isObject(tensor)) {
    const shape = Array.isArray(tensor["shape"]) ? tensor["shape"].join(", ") : "";
    return `${plain(tensor["dtype"])}[${shape}]`;
  }
  const type = plain(spec["type"]);
  if (isObject(spec["items"])) return `${type}(${typeOf(spec["items"])})`;
  if (isObject(spec["properties"])) {
    const inner = Object.entries(spec["properties"]).map(
      ([key, value]) => `${key}: ${isObject(value) ? typeOf(value) : plain(value)}`,
    );
    return `${type}{${inner.join(", ")}}`;
  }
  return type;
}

/** Return what a JSON object has, as keys and texts: numbers are written in full. */
export function readFields(text: string | undefined): [key: string, value: string][] | undefined {
  const given = parse(text);
  if (!isObject(given)) return undefined;
  return Object.entries(given).map(([key, value]) => [key, plain(value)]);
}

/** Where a dataset comes from. */
export interface DatasetSource {
  /** A place, where its kind of source has one. */
  place: string | undefined;
  /** The place as an address to link to, if it is one of the web. */
  link: string | undefined;
  /** Whether clients can fetch it. */
  isLoadable: boolean;
  /** Everything that is known; nothing where that has a form of its own. */
  fields: [key: string, value: string][] | undefined;
}

/** Return where a dataset comes from. */
export function readDatasetSource(dataset: Pick<Dataset, "source">): DatasetSource {
  const fields = readFields(dataset.source);
  const places = new Map(fields);
  const named = ["url", "uri", "path", "table_name", "delta_table_name"].find((key) => places.get(key));
  const place = named === undefined ? undefined : places.get(named);
  return { place, link: webAddress(place)?.href, isLoadable: named === "url" || named === "uri", fields };
}

/** Return JSON with line breaks, and any other text as it is. */
export function pretty(text: string): string {
  const value = parse(text);
  return value !== null && typeof value === "object" ? JSON.stringify(value, null, 2) : text;
}

function parse(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? "");
  } catch {
    return undefined;
  }
}

function plain(value: unknown): string {
  if (value === undefined) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
