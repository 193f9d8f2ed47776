// The columns one can choose from.

import type { RunColumns } from "../api/tables";
import { ATTRIBUTES } from "./columns";
import type { ColumnSpec } from "./view";

/** A column that can be shown. */
export interface ColumnChoice {
  spec: ColumnSpec;
  /** Whether runs differ in it. */
  differs: boolean;
}

/**
 * Return the columns whose names hold all words of a text, by kind; those that differ between runs come first.
 *
 * @param labelOf What a column is called.
 */
export function columnChoices(
  columns: RunColumns | undefined,
  wanted: string,
  labelOf: (spec: ColumnSpec) => string,
): Record<ColumnSpec["kind"], readonly ColumnChoice[]> {
  const words = wanted.toLowerCase().split(/\s+/).filter(Boolean);
  const fits = ({ spec }: ColumnChoice) => {
    const name = labelOf(spec).toLowerCase();
    return words.every((word) => name.includes(word));
  };
  const of = (kind: ColumnSpec["kind"], found: readonly { key: string; differs: boolean }[]): ColumnChoice[] =>
    found
      .map(({ key, differs }) => ({ spec: { kind, key }, differs }))
      .filter(fits)
      .sort((a, b) => Number(b.differs) - Number(a.differs));
  return {
    metric: of("metric", columns?.metrics ?? []),
    param: of("param", columns?.params ?? []),
    attribute: of(
      "attribute",
      ATTRIBUTES.map((key) => ({ key, differs: false })),
    ),
    tag: of("tag", columns?.tags ?? []),
  };
}
