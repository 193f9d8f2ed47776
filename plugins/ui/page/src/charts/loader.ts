// The series of an experiment's charts: fetched for the charts that are in sight, in few requests, kept, and continued
// while runs go on.

import { type Signal, signal } from "@preact/signals";

import { fetchSeries, type Series, type SeriesRequest } from "../api/series";
import { append, bySteps, isComplete, type Range } from "./merging";

/** What a chart needs. */
export interface Wish {
  runs: readonly { runId: string; isLive: boolean }[];
  keys: readonly string[];
  /** How many points of a series at most. */
  points: number;
}

/** A finer piece of a series. */
export interface Piece {
  range: Range;
  series: Series;
}

interface Entry {
  /** Nothing where the run does not have the metric. */
  series: Series | undefined;
  points: number;
  /** Whether more may come. */
  isLive: boolean;
  /** How often nothing came. */
  idle: number;
}

interface Flight {
  runIds: readonly string[];
  keys: readonly string[];
  points: number;
  control: AbortController;
}

/** How many requests are on their way at once. */
const AT_ONCE = 4;
/** How many series a request asks for at most. */
const SERIES = 48;
/** A series that grew by so many times its points is fetched again as a whole, in fewer points. */
const GROWTH = 3;
/** How many finer pieces are kept. */
const PIECES = 400;

/** Return what a series is known by. */
export const pairOf = (runId: string, key: string) => `${runId}\n${key}`;

/** Return how many points of each series a chart of so many runs asks for; zooming shows the others. */
export function pointsFor(runs: number, isLarge = false): number {
  const usual = runs <= 20 ? 1000 : runs <= 50 ? 500 : 240;
  return isLarge ? 4 * usual : usual;
}

/** Fetches and keeps series. */
export class SeriesLoader {
  /** Why the last request failed. */
  readonly error = signal<Error>();
  private readonly entries = new Map<string, Entry>();
  private readonly changes = new Map<string, Signal<number>>();
  private readonly wishes = new Set<Wish>();
  private readonly pieces = new Map<string, Series | null>();
  private readonly begun = signal<readonly Flight[]>([]);
  private timer = 0;
  private turn = 0;

  constructor(private readonly fetch: typeof fetchSeries = fetchSeries) {}

  /** Ask for series, until the function that this returns is called. */
  want(wish: Wish): () => void {
    this.wishes.add(wish);
    this.plan();
    return () => {
      this.wishes.delete(wish);
      this.plan();
    };
  }

  /** Return a series if it is there; what reads it is told when it changes. */
  get(runId: string, key: string): Series | undefined {
    return this.changed(key).value < 0 ? undefined : this.entries.get(pairOf(runId, key))?.series;
  }

  /** Return whether something of a metric is on its way for the first time. */
  isLoading(runIds: readonly string[], keys: readonly string[]): boolean {
    return keys.some(
      (key) => this.changed(key).value === 0 || runIds.some((runId) => !this.entries.has(pairOf(runId, key))),
    );
  }

  /** Ask again for what failed. */
  retry(): void {
    this.error.value = undefined;
    this.plan();
  }

  /** Ask for what came since, of runs that go on. */
  async poll(): Promise<void> {
    this.turn += 1;
    const wanted = this.wantedRuns();
    // One request for each last step: most metrics of runs that are logged together have the same.
    const groups = new Map<string, { from: number | undefined; keys: string[]; runIds: string[] }>();
    const byRun = new Map<string, { from: number | undefined; keys: string[]; runId: string }>();
    for (const [runId, { keys, isLive }] of wanted) {
      for (const key of keys) {
        const entry = this.entries.get(pairOf(runId, key));
        if (!entry || !(entry.isLive || isLive) || this.turn % Math.min(8, 2 ** entry.idle) !== 0) continue;
        const from = entry.series?.steps.at(-1);
        const id = `${runId}\n${from}`;
        const group = byRun.get(id) ?? { from, keys: [], runId };
        group.keys.push(key);
        byRun.set(id, group);
      }
    }
    for (const { from, keys, runId } of byRun.values()) {
      const id = JSON.stringify([from, keys.sort()]);
      const group = groups.get(id) ?? { from, keys, runIds: [] };
      group.runIds.push(runId);
      groups.set(id, group);
    }
    await Promise.all(
      [...groups.values()].map(async ({ from, keys, runIds }) => {
        const control = new AbortController();
        const request = { run_ids: runIds, keys, max_points: 1000, ...(from !== undefined && { start_step: from }) };
        const found = await this.read(request, control);
        if (!found) return;
        const newer = new Map(found.map((series) => [pairOf(series.runId, series.key), series]));
        const touched = new Set<string>();
        for (const runId of runIds) {
          for (const key of keys) {
            const isLive = wanted.get(runId)?.isLive ?? false;
            if (this.continue(runId, key, newer.get(pairOf(runId, key)), isLive)) touched.add(key);
          }
        }
        for (const key of touched) this.changed(key).value += 1;
      }),
    );
  }

  /** Return finer points of a part of series, as many of them as are not known as a whole. Aborts pass as they are. */
  async refine(
    wish: Wish,
    rangeOf: (runId: string) => Range,
    options: { signal: AbortSignal },
  ): Promise<ReadonlyMap<string, Piece>> {
    const found = new Map<string, Piece>();
    const requests = new Map<string, { range: Range; key: string; runIds: string[] }>();
    for (const { runId, isLive } of wish.runs) {
      for (const key of wish.keys) {
        const whole = this.entries.get(pairOf(runId, key))?.series;
        if (!whole || isComplete(whole)) continue;
        const range = bySteps(whole, rangeOf(runId));
        const known = isLive ? undefined : this.pieces.get(pieceOf(runId, key, range, wish.points));
        if (known !== undefined) {
          if (known) found.set(pairOf(runId, key), { range, series: known });
          continue;
        }
        const id = JSON.stringify([range, key]);
        const request = requests.get(id) ?? { range, key, runIds: [] };
        request.runIds.push(runId);
        requests.set(id, request);
      }
    }
    await Promise.all(
      [...requests.values()].map(async ({ range, key, runIds }) => {
        const request = { run_ids: runIds, keys: [key], max_points: wish.points, ...boundsOf(range) };
        const replies = await this.fetch(request, options);
        for (const runId of runIds) {
          const series = replies.find((reply) => reply.runId === runId) ?? null;
          this.keep(pieceOf(runId, key, range, wish.points), series);
          if (series) found.set(pairOf(runId, key), { range, series });
        }
      }),
    );
    return found;
  }

  /** End all requests. */
  dispose(): void {
    this.wishes.clear();
    window.clearTimeout(this.timer);
    for (const { control } of this.begun.peek()) control.abort();
  }

  private changed(key: string): Signal<number> {
    let change = this.changes.get(key);
    if (!change) this.changes.set(key, (change = signal(0)));
    return change;
  }

  /** Fetch what is wished for in a moment, when all charts have said what they need. */
  private plan(): void {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.send());
  }

  private send(): void {
    const wanted = this.wantedRuns();
    const isWanted = (runId: string, key: string) => wanted.get(runId)?.keys.has(key) ?? false;
    const kept = this.begun.peek().filter((flight) => {
      if (flight.runIds.some((runId) => flight.keys.some((key) => isWanted(runId, key)))) return true;
      flight.control.abort();
      return false;
    });
    const coming = new Map<string, number>();
    for (const { runIds, keys, points } of kept) {
      for (const runId of runIds) for (const key of keys) coming.set(pairOf(runId, key), points);
    }
    for (const flight of this.missing(coming)) {
      if (kept.length >= AT_ONCE || this.error.peek()) break;
      kept.push(flight);
      void this.fill(flight, wanted);
    }
    this.begun.value = kept;
  }

  private async fill(flight: Flight, wanted: ReadonlyMap<string, { isLive: boolean }>): Promise<void> {
    const { runIds, keys, points } = flight;
    const found = await this.read({ run_ids: runIds, keys, max_points: points }, flight.control);
    this.begun.value = this.begun.peek().filter((each) => each !== flight);
    if (found) {
      const series = new Map(found.map((each) => [pairOf(each.runId, each.key), each]));
      for (const runId of runIds) {
        const isLive = wanted.get(runId)?.isLive ?? false;
        for (const key of keys) {
          const pair = pairOf(runId, key);
          this.entries.set(pair, { series: series.get(pair), points, isLive, idle: 0 });
        }
      }
      for (const key of keys) this.changed(key).value += 1;
    }
    this.plan();
  }

  /** Return requests for what is wished for and neither there nor coming, in the order of the charts. */
  private missing(coming: ReadonlyMap<string, number>): Flight[] {
    const wishes: { keys: string[]; runIds: string[]; points: number; id: string }[] = [];
    let count = 0;
    const seen = new Set<string>();
    for (const { runs, keys, points } of this.wishes) {
      for (const key of keys) {
        const runIds: string[] = [];
        for (const { runId } of runs) {
          const pair = pairOf(runId, key);
          const entry = this.entries.get(pair);
          const isWhole = entry && entry.points > 0 && (!entry.series || isComplete(entry.series));
          const isKnown = isWhole || (entry && entry.points >= points);
          if (isKnown || (coming.get(pair) ?? 0) >= points || seen.has(pair)) continue;
          seen.add(pair);
          runIds.push(runId);
        }
        if (runIds.length === 0) continue;
        count += runIds.length;
        const id = JSON.stringify([points, runIds]);
        const last = wishes.at(-1);
        if (last?.id === id) last.keys.push(key);
        else wishes.push({ id, keys: [key], runIds, points });
      }
    }
    // Several requests at once are answered sooner by a server with several processors, and what came is shown.
    const size = Math.min(SERIES, Math.max(2, Math.ceil(count / AT_ONCE)));
    return wishes.flatMap(({ keys, runIds, points }) => {
      const runsEach = Math.min(runIds.length, size);
      const keysEach = Math.max(1, Math.floor(size / runsEach));
      return slices(keys, keysEach).flatMap((some) =>
        slices(runIds, runsEach).map((few) => ({ runIds: few, keys: some, points, control: new AbortController() })),
      );
    });
  }

  private wantedRuns(): Map<string, { keys: Set<string>; isLive: boolean }> {
    const wanted = new Map<string, { keys: Set<string>; isLive: boolean }>();
    for (const { runs, keys } of this.wishes) {
      for (const { runId, isLive } of runs) {
        const run = wanted.get(runId) ?? { keys: new Set(), isLive };
        for (const key of keys) run.keys.add(key);
        wanted.set(runId, run);
      }
    }
    return wanted;
  }

  private async read(request: SeriesRequest, control: AbortController): Promise<Series[] | undefined> {
    try {
      const found = await this.fetch(request, { signal: control.signal });
      if (control.signal.aborted) return undefined;
      if (this.error.peek()) this.retry(); // the server answers again
      return found;
    } catch (error) {
      if (!control.signal.aborted) this.error.value = error instanceof Error ? error : new Error(String(error));
      return undefined;
    }
  }

  /** Put what came since to a series; return whether anything did. */
  private continue(runId: string, key: string, newer: Series | undefined, isLive: boolean): boolean {
    const pair = pairOf(runId, key);
    const entry = this.entries.get(pair);
    if (!entry) return false;
    const { series } = entry;
    const next = newer && (series ? append(series, newer) : newer);
    const isNew = next !== undefined && (next.total !== series?.total || next.values.length !== series.values.length);
    const idle = isNew ? 0 : entry.idle + 1;
    if (isNew && next.values.length > GROWTH * entry.points) {
      // shown until it comes again as a whole
      this.entries.set(pair, { series: next, points: 0, isLive, idle });
      this.plan();
    } else {
      this.entries.set(pair, { ...entry, series: isNew ? next : series, isLive, idle });
    }
    return isNew;
  }

  private keep(id: string, series: Series | null): void {
    this.pieces.set(id, series);
    const [oldest] = this.pieces.keys();
    if (this.pieces.size > PIECES && oldest !== undefined) this.pieces.delete(oldest);
  }
}

function pieceOf(runId: string, key: string, { by, start, end }: Range, points: number): string {
  return [runId, by, start, end, points, key].join("\n");
}

function boundsOf({ by, start, end }: Range): Partial<SeriesRequest> {
  return by === "step" ? { start_step: start, end_step: end } : { start_time: start, end_time: end };
}

function slices<T>(items: readonly T[], size: number): T[][] {
  const found: T[][] = [];
  for (let i = 0; i < items.length; i += size) found.push(items.slice(i, i + size));
  return found;
}
