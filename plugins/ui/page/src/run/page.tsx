// A run: all that is known of it, and what can be done with it.

import "./run.css";

import { lazy, Suspense } from "preact/compat";
import { useCallback, useMemo, useRef } from "preact/hooks";

import { ApiError } from "../api/client";
import type { Run } from "../api/entities";
import { fetchRun } from "../api/runs";
import type { ViewProps } from "../app/page";
import { usePolling, useResource } from "../app/resource";
import { go, href } from "../app/router";
import { Failure } from "../parts/failure";
import { TabPanel, Tabs } from "../parts/tabs";
import { common } from "../text/common";
import { run as text } from "../text/run";
import { Files } from "./files";
import { inOrder } from "./find";
import { Head } from "./head";
import { Overview } from "./overview";
import { readPlace, type RunPlace, runHref, type TabId, TABS } from "./place";

const Charts = lazy(() => import("./charts"));
const Datasets = lazy(() => import("./datasets"));

/** Milliseconds between readings of a run that goes on. */
const REFRESH = 4000;

export default function View({ place }: ViewProps) {
  const [, experimentId = "", , runId = ""] = place.path;
  return <RunView key={runId} experimentId={experimentId} runId={runId} shown={readPlace(place.query)} />;
}

function RunView({ experimentId, runId, shown }: { experimentId: string; runId: string; shown: RunPlace }) {
  const turn = useRef(0);
  const read = useResource(runId, async (signal) => {
    const run = await fetchRun(runId, { signal });
    return { run, turn: ++turn.current };
  });
  const { value, error, isLoading, reload } = read;
  const isBusy = useRef(isLoading);
  isBusy.current = isLoading;
  const refresh = useCallback(() => {
    if (!isBusy.current) reload(); // a slow server is not asked twice
  }, [reload]);
  const status = value?.run.info.status;
  usePolling(refresh, REFRESH, status === "RUNNING" || status === "SCHEDULED");

  if (error instanceof ApiError && error.status === 404) return <Missing experimentId={experimentId} runId={runId} />;
  if (!value) return error ? <Failure error={error} retry={reload} /> : <p class="view quiet">{common.loading}</p>;
  return (
    <div class="run">
      <Head run={value.run} reload={reload} />
      {error && (
        <p class="run-stale" role="status">
          {text.stale} <button onClick={reload}>{common.retry}</button>
        </p>
      )}
      <Contents run={value.run} refreshed={value.turn} shown={shown} reload={reload} />
    </div>
  );
}

function Contents(props: { run: Run; refreshed: number; shown: RunPlace; reload: () => void }) {
  const { run, refreshed, shown, reload } = props;
  const { info } = run;
  const [metrics, systemMetrics] = useMemo(() => {
    const all = inOrder(run.data?.metrics ?? []);
    return [all.filter(({ key }) => !isSystem(key)), all.filter(({ key }) => isSystem(key))];
  }, [run]);
  const counts: Partial<Record<TabId, number>> = {
    metrics: metrics.length,
    system: systemMetrics.length,
    datasets: run.inputs?.dataset_inputs?.length ?? 0,
  };
  const isLive = info.status === "RUNNING";
  return (
    <>
      <Tabs
        label={text.run}
        tabs={TABS.map((id) => ({ id, label: text.tabs[id], count: counts[id] || undefined }))}
        current={shown.tab}
        onChange={(tab) => go(runHref(info, { tab }))}
      />
      <TabPanel id={shown.tab}>
        {/* what follows has headings of its own */}
        <h2 class="hidden">{text.tabs[shown.tab]}</h2>
        <Suspense fallback={<p class="quiet">{common.loading}</p>}>
          {shown.tab === "overview" && (
            <Overview run={run} metrics={metrics} systemMetrics={systemMetrics} refreshed={refreshed} reload={reload} />
          )}
          {shown.tab === "metrics" && <Charts run={run} metrics={metrics} isLive={isLive} empty={text.noMetrics} />}
          {shown.tab === "system" && (
            <Charts
              run={run}
              metrics={systemMetrics}
              isLive={isLive}
              empty={text.noSystemMetrics}
              hint={text.systemMetricsHint}
              code={text.systemCode}
            />
          )}
          {shown.tab === "artifacts" && <Files run={run} shown={shown} />}
          {shown.tab === "datasets" && <Datasets run={run} />}
        </Suspense>
      </TabPanel>
    </>
  );
}

function isSystem(key: string): boolean {
  return key.startsWith("system/");
}

function Missing({ experimentId, runId }: { experimentId: string; runId: string }) {
  return (
    <div class="failure run-missing" role="alert">
      <h1>{text.missing(runId)}</h1>
      <p>{text.missingHint}</p>
      <p>
        <a href={href(["experiments", experimentId])}>{text.toExperiment}</a>
      </p>
    </div>
  );
}
