import "./page.css";

import { lazy, Suspense } from "preact/compat";
import { useCallback, useEffect, useMemo } from "preact/hooks";

import type { ViewProps } from "../app/page";
import { usePolling } from "../app/resource";
import { place } from "../app/router";
import { NoRuns } from "../runs/empty";
import { createRunsModel, type RunsStore } from "../runs/store";
import { Toolbar } from "../runs/toolbar";
import { RunsTable } from "../table/table";
import { common } from "../text/common";
import { runs } from "../text/runs";
import { ExperimentHead } from "./head";
import { Splitter } from "./splitter";

const ChartsPanel = lazy(() => import("../charts/panel"));
const ComparePanel = lazy(() => import("../compare/panel"));

/** How often newer values are asked for while a run runs, and otherwise, in milliseconds. */
const LIVE = 5_000;
const QUIET = 30_000;

/** An experiment, or several: its head, and its runs as a table, as charts, as both or compared. */
export function ExperimentPage({ place: { path } }: ViewProps) {
  const ids = path[1] ?? "";
  return <Experiment key={ids} ids={ids} />;
}

function Experiment({ ids }: { ids: string }) {
  const model = useMemo(() => createRunsModel(ids.split(","), place), [ids]);
  useEffect(() => () => model.dispose(), [model]);
  const poll = useCallback(() => void model.poll(), [model]);
  usePolling(poll, model.isLive.value ? LIVE : QUIET, true);
  const [first = "", ...also] = model.experimentIds;
  return (
    <div class="experiment">
      <ExperimentHead experimentId={first} also={also} />
      <Toolbar model={model} />
      <Parts model={model} />
    </div>
  );
}

function Parts({ model }: { model: RunsStore }) {
  const { mode, split } = model.view.value;
  const { list } = model.rows.value;
  if (list.total === 0 && !model.isLoading.value) return <NoRuns model={model} />;
  // where nothing could be read at first, the table says why, and there is nothing to wait for beside it
  const isRefused = model.error.value !== undefined && model.columns.value === undefined;
  if (mode === "table" || isRefused) return <RunsTable model={model} />;
  const second = (
    <Suspense fallback={<p class="view quiet">{common.loading}</p>}>
      {mode === "compare" ? <ComparePanel model={model} /> : <ChartsPanel model={model} />}
    </Suspense>
  );
  if (mode !== "split") return <div class="experiment-part">{second}</div>;
  return (
    <Splitter
      share={split}
      onShare={(share) => model.change({ split: share }, { replace: true })}
      label={runs.splitter}
      first={<RunsTable model={model} />}
      second={second}
    />
  );
}
