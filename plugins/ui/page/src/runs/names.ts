// Names of columns as the language of filters and orders has them.

import type { ColumnSpec } from "./view";

const PREFIXES = { attribute: "", metric: "metrics.", param: "params.", tag: "tags." } as const;
const BARE = /^[\w.\-/:@$#]+$/;
const ENDS_LIKE_AGGREGATE = /\.(min|max|last)$/i;

/**
 * Return the name of a column in a filter or an order, such as ``metrics.`val loss` ``.
 *
 * A key that has every kind of quote cannot be written; it is given in backticks, and the server says what is wrong.
 */
export function nameOf(kind: ColumnSpec["kind"], key: string): string {
  if (kind === "attribute") return key;
  const isPlain = BARE.test(key) && !(kind === "metric" && ENDS_LIKE_AGGREGATE.test(key));
  return PREFIXES[kind] + (isPlain ? key : quoted(key));
}

function quoted(key: string): string {
  const quote = ["`", '"', "'"].find((mark) => !key.includes(mark)) ?? "`";
  return quote + key + quote;
}

/** Return a text as a value of a filter. */
export function valueOf(text: string): string {
  return text.includes("'") ? `"${text}"` : `'${text}'`;
}

/** Return the filter that finds exactly these runs. */
export function theseRuns(runIds: readonly string[]): string {
  return `run_id IN (${runIds.map(valueOf).join(", ")})`;
}
