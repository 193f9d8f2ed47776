// The runs that are compared, read with the fields that are shown.

import type { Options } from "../api/client";
import { fetchRows, type RunRow, type RunSearch } from "../api/tables";
import { theseRuns } from "../runs/names";
import type { Keys } from "./fields";

/** So many runs are compared at most. */
export const MOST_RUNS = 5000;

/** How many rows and how many keys of a kind the server gives at once. */
const PAGE = 1000;
const MOST_KEYS = 200;

/** Return what finds these runs, deleted ones too. */
export function searchFor(experimentIds: readonly string[], runIds: readonly string[]): RunSearch {
  return {
    experiment_ids: runIds.length ? experimentIds : [],
    filter: runIds.length ? theseRuns(runIds) : "",
    run_view_type: "ALL",
  };
}

/** Return the first of the runs that a search finds, in an order, and how many there are in all. */
export async function fetchRuns(
  search: RunSearch,
  orderBy: readonly string[],
  keys: Keys,
  limit: number,
  options?: Options,
): Promise<{ total: number; rows: RunRow[] }> {
  const rows: RunRow[] = [];
  let total = Infinity;
  while (rows.length < Math.min(total, limit)) {
    const page = await fetchPage(search, orderBy, keys, rows.length, Math.min(PAGE, limit - rows.length), options);
    total = page.total;
    if (!page.rows.length) break; // runs were deleted meanwhile
    rows.push(...page.rows);
  }
  return { total: Number.isFinite(total) ? total : 0, rows };
}

async function fetchPage(
  search: RunSearch,
  orderBy: readonly string[],
  keys: Keys,
  offset: number,
  size: number,
  options?: Options,
): Promise<{ total: number; rows: RunRow[] }> {
  const turns = Math.max(
    1,
    ...Object.values(keys).map((each: readonly string[]) => Math.ceil(each.length / MOST_KEYS)),
  );
  const pages = await Promise.all(
    Array.from({ length: turns }, (_, turn) => {
      const some = (of: readonly string[]) => of.slice(turn * MOST_KEYS, (turn + 1) * MOST_KEYS);
      return fetchRows(
        {
          ...search,
          order_by: orderBy,
          offset,
          max_results: size,
          metrics: some(keys.metrics),
          params: some(keys.params),
          tags: some(keys.tags),
        },
        options,
      );
    }),
  );
  const [first = { total: 0, rows: [] }, ...others] = pages;
  if (!others.length) return first;
  const byId = others.map(({ rows }) => new Map(rows.map((row) => [row.runId, row])));
  return {
    total: first.total,
    rows: first.rows.map((row) => {
      const parts = [row, ...byId.flatMap((page) => page.get(row.runId) ?? [])];
      return {
        ...row,
        metrics: Object.assign({}, ...parts.map(({ metrics }) => metrics)) as RunRow["metrics"],
        params: Object.assign({}, ...parts.map(({ params }) => params)) as RunRow["params"],
        tags: Object.assign({}, ...parts.map(({ tags }) => tags)) as RunRow["tags"],
      };
    }),
  };
}
