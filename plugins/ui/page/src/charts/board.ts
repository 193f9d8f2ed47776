// What all charts of a view share.

import { computed, effect, type ReadonlySignal, signal } from "@preact/signals";

import { colorAt } from "../runs/colors";
import type { RunsModel } from "../runs/model";
import { SeriesLoader } from "./loader";
import { type ChartsState, FIRST_CHARTS, readCharts, writeCharts } from "./state";

/** A run in charts. */
export interface BoardRun {
  runId: string;
  name: string;
  color: string;
  /** In milliseconds since 1970 UTC. */
  startTime: number | null;
  isLive: boolean;
  /** The value of what runs are grouped by. */
  group: string | undefined;
}

/** What charts share. */
export interface Board {
  readonly loader: SeriesLoader;
  readonly runs: ReadonlySignal<readonly BoardRun[]>;
  /** Whether runs are shown by groups. */
  readonly isGrouped: ReadonlySignal<boolean>;
  /** The colours of groups. */
  readonly groupColors: ReadonlySignal<ReadonlyMap<string, string>>;
  readonly state: ReadonlySignal<ChartsState>;
  change(change: (state: ChartsState) => ChartsState): void;
  readonly hovered: ReadonlySignal<string | null>;
  hover(runId: string | null): void;
  dispose(): void;
}

/** How often at most a change is written to the address, in milliseconds: browsers allow only so many in a row. */
const WRITES_EVERY = 100;

/** Return what the charts of an experiment share. */
export function createBoard(model: RunsModel): Board {
  const state = signal(readCharts(model.view.peek().charts));
  let written = model.view.peek().charts;
  let timer = 0;
  const stop = effect(() => {
    const { charts } = model.view.value;
    if (charts === written) return; // it comes back from here
    written = charts;
    state.value = readCharts(charts);
  });
  function write(): void {
    const text = writeCharts(state.peek());
    timer = 0;
    if (text === written) return;
    written = text;
    model.change({ charts: text }, { replace: true });
    timer = window.setTimeout(write, WRITES_EVERY);
  }
  const groupBy = computed(() => model.view.value.groupBy);
  const isGrouped = computed(() => groupBy.value !== "");
  let before: readonly BoardRun[] = [];
  const runs = computed<readonly BoardRun[]>(() => {
    const group = groupBy.value;
    const found = model.charted.value.map(({ row, color }): BoardRun => ({
      runId: row.runId,
      name: row.name || row.runId,
      color,
      startTime: row.startTime,
      isLive: row.status === "RUNNING",
      group: group ? (valueOf(row, group) ?? "") : undefined,
    }));
    // rows are new whenever the table asks again; charts need to know only of what they show
    return JSON.stringify(found) === JSON.stringify(before) ? before : (before = found);
  });
  const groupColors = computed(() => {
    const groups = [...new Set(runs.value.map((run) => run.group ?? ""))].sort();
    return new Map(groups.map((group, i) => [group, colorAt(i)]));
  });
  const loader = new SeriesLoader();
  return {
    loader,
    runs,
    isGrouped,
    groupColors,
    state,
    change: (change) => {
      state.value = change(state.peek());
      if (timer === 0) write();
    },
    hovered: model.hovered,
    hover: (runId) => model.hover(runId),
    dispose: () => {
      window.clearTimeout(timer);
      stop();
      loader.dispose();
    },
  };
}

/** Return a board of a single run, whose state is kept as long as it is looked at. */
export function createRunBoard(run: ReadonlySignal<BoardRun>): Board {
  const state = signal(FIRST_CHARTS);
  const loader = new SeriesLoader();
  return {
    loader,
    runs: computed(() => [run.value]),
    isGrouped: signal(false),
    groupColors: signal(new Map()),
    state,
    change: (change) => (state.value = change(state.peek())),
    hovered: signal(null),
    hover: () => undefined,
    dispose: () => loader.dispose(),
  };
}

/** Return what a run has for a param or tag, such as `params.optimizer`. */
export function valueOf(
  row: { params: Readonly<Record<string, string | undefined>>; tags: Readonly<Record<string, string | undefined>> },
  name: string,
): string | undefined {
  const end = name.indexOf(".");
  const [kind, key] = [name.slice(0, end), name.slice(end + 1)];
  return kind === "params" ? row.params[key] : kind === "tags" ? row.tags[key] : undefined;
}
