// The state of an experiment's view: what the address says, and what the server answered to it.

import { batch, computed, effect, type ReadonlySignal, signal, untracked } from "@preact/signals";

import { countRuns } from "../api/experiments";
import {
  fetchColumns,
  fetchRows,
  type RunColumns,
  type RunRow,
  type RunSearch,
  type TableRequest,
} from "../api/tables";
import { tellError } from "../app/notices";
import { go, href, type Place } from "../app/router";
import { ColorBook, inTableOrder, USUALLY_CHARTED } from "./charted";
import { groupColumns, keysOf, tellingColumns, usualColumns } from "./columns";
import type { ChartedRun, RunsModel } from "./model";
import { theseRuns } from "./names";
import { type ReadWindow, RowList, type RowsContext, WINDOW } from "./rows";
import { type ColumnSpec, readView, type RunsView, writeView } from "./view";

/** What the table needs beyond what charts and comparisons share. */
export interface RunsStore extends RunsModel {
  /** The rows to show; those of the last request stay until some of the next one are there. New when a row changed. */
  readonly rows: ReadonlySignal<{ list: RowList }>;
  /** The columns that are shown. */
  readonly shown: ReadonlySignal<readonly ColumnSpec[]>;
  /** Why there are no rows, such as a mistake in the filter. */
  readonly error: ReadonlySignal<Error | undefined>;
  /** Whether other rows than those shown are on their way. */
  readonly isLoading: ReadonlySignal<boolean>;
  /** How many active runs there are, whatever the filter; known while there is a filter. */
  readonly unfiltered: ReadonlySignal<number | undefined>;
  /** How many runs came since the rows were fetched. */
  readonly arrived: ReadonlySignal<number>;
  /** Counts up when the table has to go to its first row. */
  readonly top: ReadonlySignal<number>;
  /** Show the first rows as they are now. */
  toTop(): void;
  /** Whether a run that is shown still runs. */
  readonly isLive: ReadonlySignal<boolean>;
  /** The ids of the runs in charts. */
  readonly chartedIds: ReadonlySignal<readonly string[]>;
  /** Say which places of the table are in sight. */
  look(from: number, to: number): void;
  /** Ask for newer values of what is in sight; rows stay where they are unless the first one is in sight. */
  poll(): Promise<void>;
  dispose(): void;
}

/** How many runs are looked at for columns before all are. */
const FIRST_LOOK = 500;

/** What a list of rows answers. */
interface TableQuery {
  request: Omit<TableRequest, "offset" | "max_results" | "nested" | "parent_run_id">;
  isNested: boolean;
  /** Which rows and in which order, apart from what of them is shown. */
  order: string;
}

/** Return the state of experiments' view; its first requests leave at once. */
export function createRunsModel(experimentIds: readonly string[], place: ReadonlySignal<Place>): RunsStore {
  const address = experimentIds.join(",");
  const view = signal(readView(place.peek().query));
  const known = signal({ byId: new Map<string, RunRow>() });
  const columns = signal<RunColumns>();
  const telling = signal<readonly ColumnSpec[]>([]);
  const error = signal<Error>();
  const isLoading = signal(true);
  const unfiltered = signal<number>();
  const arrived = signal(0);
  const top = signal(0);
  const selected = signal<ReadonlySet<string>>(new Set());
  const hovered = signal<string | null>(null);
  const book = new ColorBook();
  const life = new AbortController();
  let sight = { from: 0, to: 40 };
  let polls = 0;

  const chosen = computed(() => view.value.columns);
  const shown = computed(() => chosen.value ?? usualColumns(telling.value));
  const searchKey = computed(() => {
    const { filter, lifecycle } = view.value;
    return JSON.stringify({ experiment_ids: experimentIds, filter, run_view_type: lifecycle });
  });
  const search = computed(() => JSON.parse(searchKey.value) as RunSearch);
  const queryKey = computed(() => {
    const { orderBy, nested, groupBy } = view.value;
    const order = { ...search.value, order_by: orderBy };
    const request = { ...order, ...keysOf([...shown.value, ...groupColumns(groupBy)]) };
    return JSON.stringify({
      request,
      isNested: nested,
      order: JSON.stringify([order, nested]),
    } satisfies TableQuery);
  });
  const expandedKey = computed(() => JSON.stringify(view.value.expanded));

  function reader({ request, isNested }: TableQuery): ReadWindow {
    return async (parentRunId, offset, aborted) => {
      const level = parentRunId === undefined ? isNested && { nested: true } : { parent_run_id: parentRunId };
      const reply = await fetchRows({ ...request, ...level, offset, max_results: WINDOW }, { signal: aborted });
      learn(reply.rows);
      return reply;
    };
  }

  function learn(newer: readonly RunRow[]): void {
    const { byId } = known.peek();
    for (const row of newer) byId.set(row.runId, row);
    known.value = { byId };
  }

  function listOf(query: TableQuery): RowList {
    const context: RowsContext = {
      read: reader(query),
      get expanded() {
        return query.isNested ? expanded.peek() : NONE;
      },
      onError: (failed) => {
        error.value = failed;
        isLoading.value = false;
      },
    };
    return new RowList(context);
  }
  const expanded = computed<ReadonlySet<string>>(() => new Set(JSON.parse(expandedKey.value) as string[]));

  const firstQuery = JSON.parse(queryKey.peek()) as TableQuery;
  let shownQuery = firstQuery;
  const lists = signal(listOf(firstQuery));
  const rows = computed(() => ({ list: lists.value, version: lists.value.version.value }));
  let next: RowList | undefined;
  let showing = Promise.resolve();

  /** Fetch rows for what is asked for now, and show them when those in sight are there. */
  async function show(key: string): Promise<void> {
    const query = JSON.parse(key) as TableQuery;
    const list = listOf(query);
    next?.end();
    next = list;
    isLoading.value = true;
    error.value = undefined;
    const isOtherOrder = query.order !== shownQuery.order;
    const { from, to } = isOtherOrder ? { from: 0, to: sight.to - sight.from } : sight;
    await list.load(from, to);
    if (next !== list) return;
    next = undefined;
    if (list.total === undefined) return; // the error says why
    batch(() => {
      lists.peek().end();
      lists.value = list;
      shownQuery = query;
      if (isOtherOrder) top.value += 1;
      isLoading.value = false;
      arrived.value = 0;
    });
  }

  async function readColumns(asked: RunSearch, signalOfRead: AbortSignal): Promise<void> {
    try {
      // what the first runs tell comes sooner, and is enough to begin with
      const looks = columns.peek() === undefined ? [{ ...asked, max_runs: FIRST_LOOK }, asked] : [asked];
      for (const look of looks) {
        const found = await fetchColumns(look, { signal: signalOfRead });
        if (signalOfRead.aborted) return;
        batch(() => {
          columns.value = found;
          telling.value = tellingColumns(found, telling.peek());
        });
        if (found.runs === found.total) return;
        await showing;
      }
    } catch (failed) {
      // a mistake in the filter is told with the rows
      if (!signalOfRead.aborted && columns.peek() === undefined) error.value ??= failed as Error;
    }
  }

  async function countAll(signalOfRead: AbortSignal): Promise<void> {
    const counts = await countRuns(experimentIds, { signal: signalOfRead });
    unfiltered.value = [...counts.values()].reduce((sum, { runs }) => sum + runs, 0);
  }

  const stops = [
    effect(() => {
      const key = queryKey.value;
      untracked(() => {
        showing = show(key);
      });
    }),
    effect(() => {
      const asked = search.value;
      const control = new AbortController();
      void readColumns(asked, control.signal);
      return () => control.abort();
    }),
    effect(() => {
      // without a filter the number of matches says it all
      if (search.value.filter === "" || search.value.run_view_type !== "ACTIVE_ONLY") return;
      const control = new AbortController();
      countAll(control.signal).catch(() => (unfiltered.value = undefined));
      return () => control.abort();
    }),
    effect(() => {
      if (expandedKey.value === "") return;
      untracked(() => {
        const list = lists.peek();
        if (list.total === undefined) return;
        list.arrange();
        list.version.value += 1;
        void list.load(sight.from, sight.to);
      });
    }),
    effect(() => {
      const { path, query } = place.value;
      if (path[0] !== "experiments" || path[1] !== address || path.length !== 2) return; // on the way to elsewhere
      const there = readView(query);
      if (writeView(there).toString() !== writeView(view.peek()).toString()) view.value = there;
    }),
  ];

  const total = computed(() => {
    const { list } = rows.value;
    return view.value.nested ? columns.value?.total : list.total;
  });
  const chartedKey = computed(() => {
    const { list } = rows.value;
    const { charted } = view.value;
    if (charted) return JSON.stringify(inTableOrder(charted, list.fetched()));
    const first: string[] = [];
    for (const { runId } of list.fetched()) if (first.push(runId) === USUALLY_CHARTED) break;
    return JSON.stringify(first);
  });
  const chartedIds = computed(() => JSON.parse(chartedKey.value) as string[]);
  let lastCharted: readonly ChartedRun[] = [];
  const charted = computed<readonly ChartedRun[]>(() => {
    const { byId } = known.value;
    const colors = book.assign(chartedIds.value);
    const found = chartedIds.value.flatMap((runId) => {
      const row = byId.get(runId);
      return row ? [{ row, color: colors.get(runId) ?? "" }] : [];
    });
    // the same list as long as nothing of it changed, so that scrolling draws no chart again
    const isSame =
      found.length === lastCharted.length &&
      found.every(({ row, color }, i) => row === lastCharted[i]?.row && color === lastCharted[i].color);
    return isSame ? lastCharted : (lastCharted = found);
  });
  // runs that somebody chose for the charts need not be among those that the table has fetched
  stops.push(
    effect(() => {
      const { list } = rows.value;
      if (list.total === undefined) return;
      const missing = chartedIds.value.filter((runId) => !known.peek().byId.has(runId));
      if (missing.length === 0) return;
      these(missing).catch((failed: unknown) => {
        if (!life.signal.aborted) tellError(failed);
      });
    }),
  );

  const isLive = computed(() => {
    const { list } = rows.value;
    for (const row of list.fetched()) if (row.status === "RUNNING") return true;
    return false;
  });

  /** Read runs by their ids, deleted or not. */
  async function these(runIds: readonly string[]): Promise<ReadonlyMap<string, RunRow>> {
    const found = { ...shownQuery.request, filter: theseRuns(runIds), order_by: [], run_view_type: "ALL" as const };
    const page = { offset: 0, max_results: Math.min(1000, Math.max(1, runIds.length)) };
    const { rows: read } = await fetchRows({ ...found, ...page }, life);
    learn(read);
    return new Map(read.map((row) => [row.runId, row]));
  }

  function refresh(): void {
    const list = lists.peek();
    error.value = undefined;
    arrived.value = 0;
    list.markStale();
    void list.load(sight.from, sight.to);
    void readColumns(search.peek(), life.signal);
    if (unfiltered.peek() !== undefined) countAll(life.signal).catch(() => undefined);
  }

  async function poll(): Promise<void> {
    const list = lists.peek();
    if (next || list.total === undefined) return; // something newer is on its way
    try {
      if (sight.from === 0) {
        list.markStale();
        await list.load(sight.from, sight.to);
      } else await renew(list);
      polls += 1;
      if (polls % COLUMNS_EVERY === 0) await readColumns(search.peek(), life.signal);
    } catch {
      // the next one may come through; what somebody does meanwhile says what is wrong
    }
  }

  /** Read the values of the rows in sight, and how many others there are by now. */
  async function renew(list: RowList): Promise<void> {
    const ids = [];
    for (let index = sight.from; index < Math.min(sight.to, list.count); index++) {
      const runId = list.at(index).row?.runId;
      if (runId !== undefined) ids.push(runId);
    }
    const { request, isNested } = shownQuery;
    const nothing = { metrics: [], params: [], tags: [], offset: 0, max_results: 1 };
    const [newer, first] = await Promise.all([
      these(ids),
      fetchRows({ ...request, ...(isNested && { nested: true }), ...nothing }, life),
    ]);
    list.update(newer);
    arrived.value = Math.max(0, first.total - (list.total ?? 0));
  }

  return {
    experimentIds,
    view,
    search,
    columns,
    total,
    charted,
    chartedIds,
    selected,
    hovered,
    rows,
    shown,
    error,
    isLoading,
    unfiltered,
    arrived,
    top,
    isLive,
    change: (part, options = {}) => {
      const changed: RunsView = { ...view.peek(), ...part };
      batch(() => {
        view.value = changed;
        go(href(["experiments", address], writeView(changed)), options);
      });
    },
    select: (runIds) => (selected.value = runIds),
    hover: (runId) => {
      hovered.value = runId;
    },
    look: (from, to) => {
      const isDown = from >= sight.from;
      sight = { from, to };
      const list = lists.peek();
      if (list.total === undefined) return;
      // before it is known which columns there are, nothing is fetched that would be fetched again with them
      const ahead = chosen.peek() || columns.peek() ? WINDOW : 0;
      void list.load(from - (isDown ? 0 : ahead), to + (isDown ? ahead : 0));
    },
    toTop: () => {
      sight = { from: 0, to: sight.to - sight.from };
      top.value += 1;
      refresh();
    },
    refresh,
    poll,
    dispose: () => {
      for (const stop of stops) stop();
      next?.end();
      lists.peek().end();
      life.abort();
    },
  };
}

const NONE: ReadonlySet<string> = new Set();
/** New metrics appear seldom: every so many polls it is asked for columns. */
const COLUMNS_EVERY = 4;
