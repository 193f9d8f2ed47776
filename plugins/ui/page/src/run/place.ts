// The state of the run page, which the address holds whole.

import { href } from "../app/router";

export const TABS = ["overview", "metrics", "system", "artifacts", "datasets"] as const;
export type TabId = (typeof TABS)[number];

/** What is shown of a run. */
export interface RunPlace {
  tab: TabId;
  /** Which artifact is shown; empty for none. */
  path: string;
  /** The logged model whose files are shown; empty for those of the run. */
  model: string;
}

/** What the reference system calls tabs in its links. */
const ALIASES = new Map<string, TabId>([
  ["model-metrics", "metrics"],
  ["system-metrics", "system"],
]);

/** Return what the query of an address asks for; what is not known shows the overview. */
export function readPlace(query: URLSearchParams): RunPlace {
  const asked = query.get("tab") ?? "";
  const tab = ALIASES.get(asked) ?? TABS.find((each) => each === asked) ?? "overview";
  return { tab, path: query.get("path") ?? "", model: query.get("model") ?? "" };
}

/** Return the address of a run, or of what is shown of it. */
export function runHref(
  { experiment_id, run_id }: { experiment_id: string; run_id: string },
  { tab = "overview", path = "", model = "" }: Partial<RunPlace> = {},
): string {
  const query = { ...(tab !== "overview" && { tab }), ...(model && { model }), ...(path && { path }) };
  return href(["experiments", experiment_id, "runs", run_id], query);
}
