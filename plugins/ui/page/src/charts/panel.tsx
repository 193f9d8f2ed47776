import "./charts.css";

import { useCallback, useEffect, useId, useMemo, useRef } from "preact/hooks";

import { usePolling } from "../app/resource";
import { Empty } from "../parts/empty";
import { Failure } from "../parts/failure";
import { Icon } from "../parts/icon";
import type { RunsModel } from "../runs/model";
import { charts } from "../text/charts";
import { common } from "../text/common";
import { type Board, createBoard } from "./board";
import { columnsOf, Grid } from "./grid";
import { useWidth } from "./hooks";
import { ADDED, type Section, sectionsOf, SYSTEM } from "./sections";
import { Toolbar } from "./toolbar";

/** How often runs that go on are asked for what came, in milliseconds. */
const POLLS_EVERY = 2500;

/** The charts of an experiment. */
export default function ChartsPanel({ model }: { model: RunsModel }) {
  const board = useMemo(() => createBoard(model), [model]);
  useEffect(() => () => board.dispose(), [board]);
  const heading = useId();
  const columns = model.columns.value;
  const metrics = useMemo(() => columns?.metrics.map(({ key }) => key) ?? [], [columns]);
  if (!columns) return <p class="charts quiet">{common.loading}</p>;
  return (
    <section class="charts" aria-labelledby={heading}>
      <h2 id={heading} class="hidden">
        {charts.label}
      </h2>
      <Toolbar
        board={board}
        metrics={metrics}
        groups={{
          by: model.view.value.groupBy,
          columns,
          onChange: (groupBy) => model.change({ groupBy }),
        }}
      />
      {metrics.length === 0 ? (
        <Empty title={charts.noMetrics} code={charts.code}>
          {charts.noMetricsHint}
        </Empty>
      ) : (
        <Sections board={board} metrics={metrics} />
      )}
    </section>
  );
}

/** Charts of metrics, under headings; kept up to date while runs go on. */
export function Sections({ board, metrics }: { board: Board; metrics: readonly string[] }) {
  const root = useRef<HTMLDivElement>(null);
  const columns = columnsOf(useWidth(root));
  const state = board.state.value;
  const sections = sectionsOf(metrics, state);
  const runs = board.runs.value;
  const error = board.loader.error.value;
  usePolling(
    useCallback(() => void board.loader.poll(), [board]),
    POLLS_EVERY,
    runs.some(({ isLive }) => isLive),
  );
  // a run that ended may have logged something since it was asked
  const living = runs.map(({ runId, isLive }) => (isLive ? runId : "")).join();
  useEffect(() => void board.loader.poll(), [board, living]);
  return (
    <div ref={root} class="chart-sections">
      {error && <Failure error={error} retry={() => board.loader.retry()} />}
      {runs.length === 0 && <p class="quiet">{charts.noRuns}</p>}
      {runs.length > 0 && sections.length === 0 && <p class="quiet">{charts.nothingFound(state.search)}</p>}
      {runs.length > 0 &&
        sections.map((section) => <Part key={section.prefix} board={board} section={section} columns={columns} />)}
    </div>
  );
}

function Part({ board, section, columns }: { board: Board; section: Section; columns: number }) {
  const { prefix, cards, isOpen } = section;
  const names: Record<string, string> = { [ADDED]: charts.sections.added, "": charts.sections.none };
  const name = prefix === SYSTEM ? charts.sections.system : (names[prefix] ?? prefix);
  const toggle = () =>
    board.change((state) => ({
      ...state,
      toggled: state.toggled.includes(prefix)
        ? state.toggled.filter((each) => each !== prefix)
        : [...state.toggled, prefix],
    }));
  return (
    <section class="chart-section" aria-label={charts.section(name, cards.length)}>
      <h3>
        <button class="plain chart-section-head" aria-expanded={isOpen} onClick={toggle}>
          <Icon name={isOpen ? "chevronDown" : "chevronRight"} size={14} />
          {name}
          <span class="count">{cards.length}</span>
        </button>
      </h3>
      {isOpen && <Grid board={board} section={section} columns={columns} />}
    </section>
  );
}
