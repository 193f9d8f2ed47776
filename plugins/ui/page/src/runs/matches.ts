// All runs that a search finds, page by page.

import { fetchRows, type RunRow, type RunSearch, type TableRequest } from "../api/tables";

const PAGE = 1000;

/** Which of the runs' values are read, and in which order they come. */
export type MatchesRequest = RunSearch & Partial<Pick<TableRequest, "order_by" | "metrics" | "params" | "tags">>;

/** Read all runs that a search finds. Runs that come or go meanwhile may be missed, none comes twice. */
export async function* eachPage(
  request: MatchesRequest,
  signal: AbortSignal,
): AsyncGenerator<{ total: number; rows: RunRow[] }> {
  const seen = new Set<string>();
  const columns = { order_by: [], metrics: [], params: [], tags: [], ...request };
  for (let offset = 0, total = 1; offset < total; offset += PAGE) {
    const page = await fetchRows({ ...columns, offset, max_results: PAGE }, { signal });
    total = page.total;
    const rows = page.rows.filter(({ runId }) => !seen.has(runId));
    for (const { runId } of rows) seen.add(runId);
    yield { total, rows };
  }
}

/** Return the ids of all runs that a search finds. */
export async function fetchIds(search: RunSearch, signal: AbortSignal): Promise<string[]> {
  const ids: string[] = [];
  for await (const { rows } of eachPage(search, signal)) ids.push(...rows.map(({ runId }) => runId));
  return ids;
}
