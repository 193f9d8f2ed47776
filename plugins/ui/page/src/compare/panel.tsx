// The comparison of runs: those in the charts, or all that match.

import "./compare.css";

import { useMemo } from "preact/hooks";

import { fetchColumns, type RunColumns, type RunSearch } from "../api/tables";
import { usePolling, useResource } from "../app/resource";
import { Empty } from "../parts/empty";
import { Failure } from "../parts/failure";
import { TabPanel, Tabs } from "../parts/tabs";
import { colorOf } from "../runs/colors";
import type { ChartedRun, RunsModel } from "../runs/model";
import { common } from "../text/common";
import { compare } from "../text/compare";
import { BoxPlot } from "./box-plot";
import { choose, shownFields } from "./chosen";
import { ContourPlot } from "./contour-plot";
import { DifferenceTable } from "./difference-table";
import { type Keys, keysOf } from "./fields";
import { fetchRuns, MOST_RUNS, searchFor } from "./load";
import type { PlotProps } from "./panel-props";
import { ParallelPlot } from "./parallel-plot";
import { ScatterPlot } from "./scatter-plot";
import { type CompareState, type PlotKind, PLOTS, readState, type Scope, writeState } from "./state";

/** So many runs stand beside each other in a table. */
const MOST_COLUMNS = 50;
/** While a run goes on, few of them are read again so often. */
const EVERY = 10_000;
const FEW = 200;

const NO_KEYS: Keys = { metrics: [], params: [], tags: [] };

/**
 * Compares runs of a view.
 *
 * @param isFixed Whether all runs of the model are compared, with nothing to choose from.
 */
export default function ComparePanel({ model, isFixed = false }: { model: RunsModel; isFixed?: boolean }) {
  const view = model.view.value;
  const state = useMemo(() => readState(view.compare), [view.compare]);
  const change = (part: Partial<CompareState>) => model.change({ compare: writeState({ ...state, ...part }) });
  const scope: Scope = isFixed ? "charted" : state.scope;
  const charted = model.charted.value;
  const chartedIds = charted.map(({ row }) => row.runId).join();
  const search = useMemo<RunSearch>(
    () =>
      scope === "all" ? model.search.value : searchFor(model.experimentIds, chartedIds ? chartedIds.split(",") : []),
    [scope, model.search.value, model.experimentIds, chartedIds],
  );
  const searchKey = JSON.stringify(search);
  const known = useResource(`${scope} ${searchKey}`, (signal) => fetchColumns(search, { signal }));
  const columns = known.value;
  const chosen = useMemo(() => columns && choose(state, columns), [state, columns]);
  const keys = useMemo(
    () =>
      !columns || !chosen ? NO_KEYS : state.plot === "table" ? allKeys(columns) : keysOf(shownFields(state, chosen)),
    [state, columns, chosen],
  );
  const orderBy = scope === "all" ? view.orderBy : [];
  const limit = state.plot === "table" ? MOST_COLUMNS : MOST_RUNS;
  const isReady = columns !== undefined;
  const wanted = JSON.stringify([searchKey, orderBy, limit, isReady, keys]);
  const read = useResource(wanted, async (signal) =>
    isReady ? { ...(await fetchRuns(search, orderBy, keys, limit, { signal })), wanted } : undefined,
  );
  const found = read.value;
  // what is on its way may have other fields: what is shown meanwhile is not to be taken for it
  const isOld = found?.wanted !== wanted;
  const runs = useMemo<readonly ChartedRun[]>(
    () => arrange(found?.rows ?? [], scope === "all" ? undefined : charted),
    // the colours and the order of runs in charts change with their ids only
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [found, scope, chartedIds],
  );
  const isLive = runs.length <= FEW && runs.some(({ row }) => row.status === "RUNNING");
  usePolling(read.reload, EVERY, isLive);

  const error = known.error ?? read.error;
  const onRemove = (runId: string) => {
    model.change({ charted: charted.flatMap(({ row }) => (row.runId === runId ? [] : row.runId)) });
  };
  return (
    <section class="compare">
      <div class="compare-head">
        <Tabs
          label={compare.views}
          tabs={PLOTS.map((id) => ({ id, label: compare.plots[id] }))}
          current={state.plot}
          onChange={(plot) => change({ plot })}
        />
        {!isFixed && (
          <label class="choice">
            {compare.scope}
            <select
              value={scope}
              onChange={(event) => change({ scope: event.currentTarget.value === "all" ? "all" : "charted" })}
            >
              <option value="charted">{compare.scopes.charted(charted.length)}</option>
              <option value="all">{compare.scopes.all(model.total.value)}</option>
            </select>
          </label>
        )}
        {found && runs.length > 0 && <span class="quiet">{compare.shown(runs.length, found.total)}</span>}
      </div>
      <TabPanel id={state.plot}>
        <div class={isOld ? "compare-old" : undefined} aria-busy={isOld}>
          {error ? (
            <Failure
              error={error}
              retry={() => {
                known.reload();
                read.reload();
              }}
            />
          ) : !found || !columns || !chosen ? (
            <p class="quiet">{common.loading}</p>
          ) : runs.length === 0 ? (
            <Empty title={compare.none}>{isFixed ? compare.noneNamed : compare.noneHint}</Empty>
          ) : state.plot === "table" ? (
            <DifferenceTable
              {...{ model, runs, columns, state, chosen, change, isFixed, keys }}
              onRemove={scope === "charted" ? onRemove : undefined}
            />
          ) : (
            <Plot kind={state.plot} {...{ model, runs, columns, state, chosen, change, isFixed }} />
          )}
        </div>
      </TabPanel>
    </section>
  );
}

const VIEWS = { parallel: ParallelPlot, scatter: ScatterPlot, contour: ContourPlot, box: BoxPlot } as const;

function Plot({ kind, ...props }: PlotProps & { kind: Exclude<PlotKind, "table"> }) {
  const View = VIEWS[kind];
  return <View {...props} />;
}

function allKeys(columns: RunColumns): Keys {
  const of = (some: readonly { key: string }[]) => some.map(({ key }) => key);
  return { metrics: of(columns.metrics), params: of(columns.params), tags: of(columns.tags) };
}

/** Return rows with their colours; those in charts in their order there. */
function arrange(rows: readonly ChartedRun["row"][], charted: readonly ChartedRun[] | undefined): ChartedRun[] {
  if (!charted) return rows.map((row) => ({ row, color: colorOf(row.runId) }));
  const byId = new Map(rows.map((row) => [row.runId, row]));
  return charted.flatMap(({ row: { runId }, color }) => {
    const row = byId.get(runId);
    return row ? [{ row, color }] : [];
  });
}
