// The runs that an address names, as a view that charts and comparisons can show.

import { computed, type ReadonlySignal, signal } from "@preact/signals";

import { get } from "../api/client";
import type { Run } from "../api/entities";
import { fetchColumns, type RunColumns, type RunRow } from "../api/tables";
import { go, href, type Place } from "../app/router";
import { ColorBook } from "../runs/charted";
import type { RunsModel } from "../runs/model";
import { readView, writeView } from "../runs/view";
import { fetchRuns, searchFor } from "./load";

/** Which runs an address names. */
export interface Named {
  runIds: readonly string[];
  experimentIds: readonly string[];
}

/**
 * Return the runs that an address names.
 *
 * Lists are written `a,b`; links to the reference system's page have them as JSON: `["a","b"]`.
 */
export function readNamed(query: URLSearchParams): Named {
  return { runIds: list(query.get("runs")), experimentIds: list(query.get("experiments")) };
}

function list(text: string | null): string[] {
  let items: unknown = [];
  if (text?.trim().startsWith("[")) {
    try {
      items = JSON.parse(text);
    } catch {
      // written by hand; what is between commas may still be ids
    }
  } else items = (text ?? "").split(",");
  const texts = Array.isArray(items) ? items.filter((item) => typeof item === "string") : [];
  return [...new Set(texts.map((item) => item.trim()).filter(Boolean))];
}

/** Return the address of a comparison of runs. */
export function comparisonHref({ runIds, experimentIds }: Named, rest = new URLSearchParams()): string {
  const query = new URLSearchParams({ runs: runIds.join(","), experiments: experimentIds.join(",") });
  for (const [name, value] of rest) query.set(name, value);
  return href(["compare"], query);
}

/** What is known of named runs. */
export interface Found {
  experimentIds: readonly string[];
  rows: readonly RunRow[];
  columns: RunColumns;
}

/** Fetch named runs, in the order of their names in the address; those that are not there are left out. */
export async function fetchNamed({ runIds, experimentIds }: Named, aborted: AbortSignal): Promise<Found> {
  const experiments = experimentIds.length ? experimentIds : await experimentsOf(runIds, aborted);
  const search = searchFor(experiments, runIds);
  const keys = { metrics: [], params: [], tags: [] };
  const [{ rows }, columns] = await Promise.all([
    fetchRuns(search, [], keys, runIds.length, { signal: aborted }),
    fetchColumns(search, { signal: aborted }),
  ]);
  const places = new Map(runIds.map((id, i) => [id, i]));
  rows.sort((a, b) => (places.get(a.runId) ?? 0) - (places.get(b.runId) ?? 0));
  return { experimentIds: experiments, rows, columns };
}

async function experimentsOf(runIds: readonly string[], aborted: AbortSignal): Promise<string[]> {
  const replies = await Promise.all(
    runIds.map((id) => get<{ run: Run }>("2.0/mlflow/runs/get", { run_id: id }, { signal: aborted })),
  );
  return [...new Set(replies.map(({ run }) => run.info.experiment_id))];
}

/** Return named runs as a view; its state is in the address of the comparison. */
export function namedModel(found: ReadonlySignal<Found>, place: ReadonlySignal<Place>, refresh: () => void): RunsModel {
  const view = computed(() => readView(place.value.query));
  const search = computed(() =>
    searchFor(
      found.value.experimentIds,
      found.value.rows.map(({ runId }) => runId),
    ),
  );
  const book = new ColorBook();
  const charted = computed(() => {
    const colors = book.assign(found.value.rows.map(({ runId }) => runId));
    return found.value.rows.map((row) => ({ row, color: colors.get(row.runId) ?? "" }));
  });
  const selected = signal<ReadonlySet<string>>(new Set());
  const hovered = signal<string | null>(null);
  return {
    experimentIds: found.peek().experimentIds,
    view,
    change: (part, options) => {
      const { charted: kept, ...rest } = part;
      const runIds = kept ?? found.peek().rows.map(({ runId }) => runId);
      const query = writeView({ ...view.peek(), ...rest });
      go(comparisonHref({ runIds, experimentIds: found.peek().experimentIds }, query), options);
    },
    search,
    columns: computed(() => found.value.columns),
    total: computed(() => found.value.rows.length),
    charted,
    selected,
    select: (runIds) => (selected.value = runIds),
    hovered,
    hover: (runId) => (hovered.value = runId),
    refresh,
  };
}
