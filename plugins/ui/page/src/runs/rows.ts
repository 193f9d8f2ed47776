// The rows of a table, fetched by windows when they come in sight. Below a row its children can be open, which are
// a list of the same kind.

import { batch, signal, type Signal } from "@preact/signals";

import type { RunRow } from "../api/tables";

/** How many rows a request asks for. */
export const WINDOW = 100;
/** Windows that are kept when the table is scrolled far. */
const KEPT = 150;

/** Reads a window of the roots, or of the children of a run. */
export type ReadWindow = (
  parentRunId: string | undefined,
  offset: number,
  signal: AbortSignal,
) => Promise<{ total: number; rows: RunRow[] }>;

/** What a place of the table shows. */
export interface Entry {
  /** Nothing while it is fetched. */
  row: RunRow | undefined;
  /** How many parents stand above it. */
  depth: number;
  isOpen: boolean;
}

interface Window {
  rows: RunRow[] | undefined;
  isFresh: boolean;
  control: AbortController | undefined;
  done: Promise<void>;
}

/** What all lists of a table share. */
export interface RowsContext {
  read: ReadWindow;
  /** The runs whose children are open. */
  expanded: ReadonlySet<string>;
  /** Told that a window could not be read. */
  onError: (error: Error) => void;
}

/** Rows of one parent, and what is open below them. */
export class RowList {
  /** Counts up when something to be shown has changed; shared by the lists of a table. */
  readonly version: Signal<number>;
  /** How many rows there are, without open children; nothing before that is known. */
  total: number | undefined;
  private readonly windows = new Map<number, Window>();
  private readonly children = new Map<string, RowList>();
  private open: readonly { offset: number; list: RowList }[] = [];

  constructor(
    private readonly context: RowsContext,
    private readonly parentRunId?: string,
    private readonly depth = 0,
    version?: Signal<number>,
  ) {
    this.version = version ?? signal(0);
  }

  /** How many places the table has: rows, with open children; one for children that are not counted yet. */
  get count(): number {
    let count = this.total ?? (this.depth > 0 ? 1 : 0);
    for (const { list } of this.open) count += list.count;
    return count;
  }

  /** Return what a place of the table shows. */
  at(index: number): Entry {
    const { list, offset } = this.locate(index);
    const row = list.rowAt(offset);
    return { row, depth: list.depth, isOpen: row !== undefined && this.context.expanded.has(row.runId) };
  }

  /** Return the place of a run among those that were fetched; -1 if it is none of them. */
  indexOf(runId: string): number {
    for (let index = 0, count = this.count; index < count; index++) {
      if (this.at(index).row?.runId === runId) return index;
    }
    return -1;
  }

  /** All rows that were fetched, in the order of the table. */
  *fetched(): Generator<RunRow> {
    for (const index of [...this.windows.keys()].sort((a, b) => a - b)) {
      for (const row of this.windows.get(index)?.rows ?? []) {
        yield row;
        if (this.context.expanded.has(row.runId)) yield* this.children.get(row.runId)?.fetched() ?? [];
      }
    }
  }

  /**
   * Fetch what places show, where that is not there or not fresh, and end requests for others.
   *
   * @param from The first place.
   * @param to The place after the last one.
   * @returns When it is all there.
   */
  async load(from: number, to: number): Promise<void> {
    const wanted = new Map<RowList, Set<number>>();
    const end = Math.max(1, this.total === undefined ? to : Math.min(to, this.count)); // an empty list may grow
    for (let index = Math.max(0, from); index < end; index++) {
      const { list, offset } = this.locate(index);
      const windows = wanted.get(list) ?? new Set();
      wanted.set(list, windows.add(Math.floor(offset / WINDOW)));
    }
    this.endOthers(wanted);
    const before = this.count;
    const reading = [...wanted].flatMap(([list, windows]) => [...windows].map((window) => list.need(window)));
    await Promise.all(reading);
    // children that came open with these rows stand below them, perhaps in sight
    if (reading.length > 0 && this.count !== before && this.open.length > 0) await this.load(from, to);
  }

  /** Have every row fetched again when it comes in sight, and show it as it was until then. */
  markStale(): void {
    for (const window of this.windows.values()) window.isFresh = false;
    for (const list of this.children.values()) list.markStale();
  }

  /** Open or close children as the context says. */
  arrange(): void {
    const open: { offset: number; list: RowList }[] = [];
    for (const [window, { rows }] of this.windows) {
      rows?.forEach((row, i) => {
        if (row.childCount === 0 || !this.context.expanded.has(row.runId)) return;
        let list = this.children.get(row.runId);
        if (!list) {
          list = new RowList(this.context, row.runId, this.depth + 1, this.version);
          this.children.set(row.runId, list);
        }
        list.arrange();
        open.push({ offset: window * WINDOW + i, list });
      });
    }
    this.open = open.sort((a, b) => a.offset - b.offset);
  }

  /** Show newer values of rows where these stand. */
  update(newer: ReadonlyMap<string, RunRow>): void {
    for (const window of this.windows.values()) {
      if (window.rows) window.rows = window.rows.map((row) => newer.get(row.runId) ?? row);
    }
    for (const list of this.children.values()) list.update(newer);
    this.version.value += 1;
  }

  /** End every request. */
  end(): void {
    this.endOthers(new Map());
  }

  private rowAt(offset: number): RunRow | undefined {
    return this.windows.get(Math.floor(offset / WINDOW))?.rows?.[offset % WINDOW];
  }

  private locate(index: number): { list: RowList; offset: number } {
    let shift = 0;
    for (const { offset, list } of this.open) {
      const first = offset + shift + 1;
      if (index < first) break;
      if (index < first + list.count) return list.locate(index - first);
      shift += list.count;
    }
    return { list: this, offset: index - shift };
  }

  private endOthers(wanted: ReadonlyMap<RowList, ReadonlySet<number>>): void {
    for (const [index, window] of this.windows) {
      if (!window.control || wanted.get(this)?.has(index)) continue;
      window.control.abort();
      window.control = undefined;
      if (!window.rows) this.windows.delete(index);
    }
    for (const list of this.children.values()) list.endOthers(wanted);
  }

  private need(index: number): Promise<void> {
    const window = this.windows.get(index);
    if (window?.control) return window.done;
    if (window?.isFresh) return Promise.resolve();
    const control = new AbortController();
    const begun: Window = { rows: window?.rows, isFresh: false, control, done: Promise.resolve() };
    begun.done = this.fill(index, begun, control);
    this.windows.set(index, begun);
    return begun.done;
  }

  private async fill(index: number, window: Window, control: AbortController): Promise<void> {
    try {
      const { total, rows } = await this.context.read(this.parentRunId, index * WINDOW, control.signal);
      if (control.signal.aborted) return;
      batch(() => {
        window.rows = rows;
        window.isFresh = true;
        window.control = undefined;
        this.total = total;
        this.forget(index);
        this.arrange();
        this.version.value += 1;
      });
    } catch (error) {
      if (control.signal.aborted) return;
      window.control = undefined;
      if (!window.rows) this.windows.delete(index);
      this.context.onError(error instanceof Error ? error : new Error(String(error)));
    }
  }

  private forget(near: number): void {
    const last = Math.ceil((this.total ?? 0) / WINDOW);
    for (const [index, window] of this.windows) {
      const isFar = this.windows.size > KEPT && Math.abs(index - near) > KEPT / 2 && this.open.length === 0;
      if (index >= last || isFar) {
        window.control?.abort();
        this.windows.delete(index);
      }
    }
  }
}
