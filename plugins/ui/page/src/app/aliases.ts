// Links to the reference system's page, which lead here too when a server is changed.

import type { Place } from "./router";

/** Tabs of an experiment there, which are all one view here. */
const TABS = new Set(["overview", "runs", "models", "traces", "evaluation-runs", "datasets"]);

/** Return a place of the reference system's page as the one here that shows the same; any other place as it is. */
export function asOurs(place: Place): Place {
  const [area, id, part, runId, tab, ...below] = place.path;
  if (area !== "experiments" || id === undefined || part === undefined) return place;
  if (runId === undefined) return TABS.has(part) ? { ...place, path: [area, id] } : place;
  if (part !== "runs" || tab === undefined) return place;
  const query = new URLSearchParams(place.query);
  query.set("tab", tab);
  if (below.length > 0) query.set("path", below.join("/"));
  return { path: [area, id, part, runId], query };
}
