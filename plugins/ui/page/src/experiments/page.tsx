import "./page.css";

import { lazy, Suspense } from "preact/compat";
import { useEffect, useMemo } from "preact/hooks";

import type { ViewProps } from "../app/page";
import { place } from "../app/router";
import { createRunsModel, type RunsStore } from "../runs/store";
import { RunsTable } from "../table/table";
import { common } from "../text/common";
import { runs } from "../text/runs";
import { Splitter } from "./splitter";

const ChartsPanel = lazy(() => import("../charts/panel"));
const ComparePanel = lazy(() => import("../compare/panel"));

/** An experiment: its head, and its runs as a table, as charts, as both or compared. */
export function ExperimentPage({ place: { path } }: ViewProps) {
  const experimentId = path[1] ?? "";
  return <Experiment key={experimentId} experimentId={experimentId} />;
}

function Experiment({ experimentId }: { experimentId: string }) {
  const model = useMemo(() => createRunsModel([experimentId], place), [experimentId]);
  useEffect(() => () => model.dispose(), [model]);
  return (
    <div class="experiment">
      <Parts model={model} />
    </div>
  );
}

function Parts({ model }: { model: RunsStore }) {
  const { mode, split } = model.view.value;
  if (mode === "table") return <RunsTable model={model} />;
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
