// What a chart shows now: the series it has, finer where it is zoomed.

import { useEffect, useMemo, useState } from "preact/hooks";

import type { Bar } from "./bars";
import type { Board, BoardRun } from "./board";
import { beginOf, between, type Figure, type Frame, frameOf, type Item, makeFigure } from "./figure";
import { useUnchanged } from "./hooks";
import { pairOf, type Piece, pointsFor, type Wish } from "./loader";
import { isComplete, type Range, refine } from "./merging";
import type { CardState, XKind } from "./state";

/** What a chart shows. */
export interface Content {
  items: readonly Item[];
  figure: Figure;
  frame: Frame;
  /** Whether nothing came yet. */
  isLoading: boolean;
  /** Whether finer points of the part in view are on their way. */
  isRefining: boolean;
  /** How many points are in view, and how many there are; no total where it is not known. */
  inView: { shown: number; total: number | undefined };
  /** Whether no run has more than one point: then there are bars in place of lines. */
  isSingle: boolean;
  bars: readonly Bar[];
}

const NO_PIECES: ReadonlyMap<string, Piece> = new Map();
/** Milliseconds without zooming before finer points are fetched. */
const REST = 140;

/** Return what a chart of some metrics shows, and ask for what it needs. */
export function useContent(board: Board, keys: readonly string[], card: CardState, isLarge = false): Content {
  const { loader } = board;
  const runs = board.runs.value;
  const { x, isLogX, smoothing, spread } = board.state.value;
  const isGrouped = board.isGrouped.value;
  const colors = board.groupColors.value;
  const wish = useMemo<Wish>(() => ({ runs, keys, points: pointsFor(runs.length, isLarge) }), [runs, keys, isLarge]);
  useEffect(() => loader.want(wish), [loader, wish]);

  const isLoading = loader.isLoading(
    runs.map(({ runId }) => runId),
    keys,
  );
  const pieces = usePieces(board, wish, card.zoom, x, !isLoading);
  const found = useUnchanged(runs.flatMap((run) => keys.map((key) => loader.get(run.runId, key))));
  const items = useMemo(() => {
    const all: Item[] = [];
    runs.forEach((run, i) =>
      keys.forEach((key, j) => {
        const whole = found[i * keys.length + j];
        if (!whole) return;
        const piece = pieces.found.get(pairOf(run.runId, key));
        all.push({ ...run, key, series: piece ? refine(whole, piece.series, piece.range) : whole });
      }),
    );
    return all;
  }, [runs, keys, found, pieces.found]);
  const figure = useMemo(
    () =>
      makeFigure(items, keys, { x, smoothing, spread, isGrouped, colorOfGroup: (group) => colors.get(group) ?? "" }),
    [items, keys, x, smoothing, spread, isGrouped, colors],
  );
  const frame = useMemo(() => frameOf(figure, x, isLogX, card), [figure, x, isLogX, card]);
  const isSingle = items.length > 0 && items.every(({ series }) => series.total <= 1);
  return {
    items,
    figure,
    frame,
    isSingle,
    bars: isSingle ? items.map((item) => ({ ...item, value: item.series.values[0] ?? NaN })) : [],
    isLoading: isLoading && items.length === 0,
    isRefining: pieces.isComing,
    inView: useMemo(
      () => countInView(items, pieces.found, card.zoom, x, figure),
      [items, pieces, card.zoom, x, figure],
    ),
  };
}

/** Return which steps or times of a run a part of the x axis shows. */
export function rangeOf(zoom: readonly [number, number], x: XKind, begin: number): Range {
  const by = x === "step" ? "step" : "time";
  const from = x === "relative" ? begin : 0;
  return { by, start: Math.floor(zoom[0] + from), end: Math.ceil(zoom[1] + from) };
}

function usePieces(board: Board, wish: Wish, zoom: CardState["zoom"], x: XKind, isReady: boolean) {
  const [state, setState] = useState({ found: NO_PIECES, isComing: false });
  const [start, end] = zoom ?? [];
  useEffect(() => {
    if (!isReady || start === undefined || end === undefined) {
      if (start === undefined) setState({ found: NO_PIECES, isComing: false });
      return;
    }
    const control = new AbortController();
    const begins = new Map(board.runs.peek().map((run) => [run.runId, run]));
    const range = (runId: string) => rangeOf([start, end], x, beginsAt(board, begins.get(runId), wish.keys));
    const timer = window.setTimeout(() => {
      setState((before) => ({ ...before, isComing: true }));
      board.loader.refine(wish, range, { signal: control.signal }).then(
        (found) => setState({ found, isComing: false }),
        (error: unknown) => {
          if (control.signal.aborted) return;
          board.loader.error.value = error instanceof Error ? error : new Error(String(error));
          setState((before) => ({ ...before, isComing: false }));
        },
      );
    }, REST);
    return () => {
      window.clearTimeout(timer);
      control.abort();
    };
  }, [board, wish, start, end, x, isReady]);
  return state;
}

function beginsAt(board: Board, run: BoardRun | undefined, keys: readonly string[]): number {
  if (!run) return 0;
  for (const key of keys) {
    const series = board.loader.get(run.runId, key);
    if (series) return beginOf(series, run.startTime);
  }
  return run.startTime ?? 0;
}

function countInView(
  items: readonly Item[],
  pieces: ReadonlyMap<string, Piece>,
  zoom: CardState["zoom"],
  x: XKind,
  figure: Figure,
): Content["inView"] {
  if (!zoom) return { shown: figure.shown, total: figure.total };
  let shown = 0;
  let total: number | undefined = 0;
  for (const { runId, key, series, startTime } of items) {
    const { by, start, end } = rangeOf(zoom, x, beginOf(series, startTime));
    const places = by === "step" ? series.steps : series.timestamps;
    const [from, to] = between(places, start, end);
    shown += to - from;
    const piece = pieces.get(pairOf(runId, key));
    if (isComplete(series)) total = total === undefined ? undefined : total + to - from;
    else if (!piece) total = undefined;
    // a piece may reach a little further than the view
    else total = total === undefined ? undefined : total + Math.max(to - from, piece.series.total);
  }
  return { shown, total };
}
