// What a model takes and gives, for a comparison: types by name.

import { ApiError } from "../api/client";
import { fetchText } from "../artifacts/contents";
import type { Field, Signature } from "../artifacts/model/mlmodel";
import { fileAddress, type Source } from "../artifacts/source";

/** Types by the name of a column; what has no name has its place. */
export type Columns = ReadonlyMap<string, string>;

const MOST = 4 << 20; // bytes

/** Return the signature of a model; nothing where it has none, or no file that could say so. */
export async function fetchSignature(source: Source, signal: AbortSignal): Promise<Signature | undefined> {
  let text: string;
  try {
    text = await fetchText(fileAddress(source, "MLmodel"), MOST, signal);
  } catch (error) {
    if (error instanceof ApiError && error.status >= 400 && error.status < 500) return undefined;
    throw error;
  }
  const { readModelInfo } = await import("../artifacts/model/mlmodel");
  return readModelInfo(text).signature;
}

/** Return fields by name, each with its type in words. */
export function columnsOf(fields: readonly Field[] | undefined): Columns {
  return new Map((fields ?? []).map((field, i) => [field.name || String(i), describe(field)]));
}

function describe({ type, shape, isRequired, initial }: Field): string {
  const whole = shape ? `${type} ${shape}` : type;
  return whole + (isRequired ? "" : " (optional)") + (initial === undefined ? "" : ` = ${initial}`);
}
