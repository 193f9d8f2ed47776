// Versions side by side: what differs among them.

import { readNumber } from "../api/client";
import type { ModelVersion, Run } from "../api/entities";
import type { Signature } from "../artifacts/model/mlmodel";
import { formatNumber } from "../parts/number";
import { models as text } from "../text/models";
import { columnsOf } from "./signature";

/** A version with what is known of how it was made. */
export interface Known {
  version: ModelVersion;
  /** Nothing where none is known or it is gone. */
  run: Run | undefined;
  signature: Signature | undefined;
}

/** A line of a comparison; a version that lacks it has nothing. */
export interface Line {
  key: string;
  values: readonly (string | undefined)[];
  differs: boolean;
}

export type Group = "params" | "metrics" | "inputs" | "outputs";

/** Return the lines of each group, by key. */
export function compare(known: readonly Known[]): Record<Group, Line[]> {
  const pick = (of: (each: Known) => ReadonlyMap<string, string>) => lines(known.map(of));
  return {
    params: pick(({ run }) => new Map((run?.data?.params ?? []).map(({ key, value }) => [key, value]))),
    metrics: pick(
      ({ run }) =>
        new Map((run?.data?.metrics ?? []).map(({ key, value }) => [key, formatNumber(readNumber(value), 6)])),
    ),
    inputs: pick(
      ({ signature }) => new Map([...columnsOf(signature?.inputs), ...prefixed(columnsOf(signature?.params))]),
    ),
    outputs: pick(({ signature }) => columnsOf(signature?.outputs)),
  };
}

function lines(columns: readonly ReadonlyMap<string, string>[]): Line[] {
  const keys = new Set(columns.flatMap((column) => [...column.keys()]));
  return [...keys].map((key) => {
    const values = columns.map((column) => column.get(key));
    return { key, values, differs: new Set(values).size > 1 };
  });
}

function prefixed(params: ReadonlyMap<string, string>): [string, string][] {
  return [...params].map(([name, type]) => [`${text.param} ${name}`, type]);
}
