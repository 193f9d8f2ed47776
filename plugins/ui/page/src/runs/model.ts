// What the table, the charts and the comparison of an experiment share.

import type { ReadonlySignal } from "@preact/signals";

import type { RunColumns, RunRow, RunSearch } from "../api/tables";
import type { RunsView } from "./view";

/** A run that charts and comparisons show. */
export interface ChartedRun {
  row: RunRow;
  /** Its colour everywhere, as CSS has it. */
  color: string;
}

/** The state of an experiment's view; made by `createRunsModel` in `runs/store.ts`. */
export interface RunsModel {
  /** The experiments whose runs are shown. */
  readonly experimentIds: readonly string[];
  /** What the address says. */
  readonly view: ReadonlySignal<RunsView>;
  /** Change a part of it, and with it the address; `replace` makes no step to go back to. */
  change(part: Partial<RunsView>, options?: { replace?: boolean }): void;
  /** What the server is asked for. */
  readonly search: ReadonlySignal<RunSearch>;
  /** Which columns there are among all matches; nothing before they came. */
  readonly columns: ReadonlySignal<RunColumns | undefined>;
  /** How many runs match; nothing before that is known. */
  readonly total: ReadonlySignal<number | undefined>;
  /** The runs in charts, in the order of the table. */
  readonly charted: ReadonlySignal<readonly ChartedRun[]>;
  /** Which runs have a tick, for what is done with several. */
  readonly selected: ReadonlySignal<ReadonlySet<string>>;
  /** Give exactly these runs a tick. */
  select(runIds: ReadonlySet<string>): void;
  /** The run that the pointer is on, in the table or a chart. */
  readonly hovered: ReadonlySignal<string | null>;
  hover(runId: string | null): void;
  /** Ask the server again, without forgetting what is shown. */
  refresh(): void;
}
