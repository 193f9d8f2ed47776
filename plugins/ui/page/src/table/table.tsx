import "./table.css";

import { useComputed, useSignal, useSignalEffect } from "@preact/signals";
import { useCallback, useId, useLayoutEffect, useMemo, useRef } from "preact/hooks";

import type { RunRow } from "../api/tables";
import { go, href } from "../app/router";
import { idOf } from "../runs/columns";
import { toggled } from "../runs/charted";
import type { RunsStore } from "../runs/store";
import { table } from "../text/table";
import { titleOf } from "./cells";
import { edit, sort, widen } from "./columns";
import { shifted } from "./edit";
import { Head, type HeadDrag } from "./head";
import { type Cursor, moveCursor } from "./keys";
import { inSight, LEAD, layoutOf, type PlacedColumn, ROW, rowsInSight } from "./layout";
import { Row } from "./row";
import { tick, tickAll, tickRange } from "./ticks";

/** Rows beyond the edges that are drawn already when they are scrolled to. */
const SPARE = 6;
/** The height of the heads in pixels; `table.css` has it too. */
const HEAD = 42;

/** The runs as a table, of which only what is in sight is drawn. */
export function RunsTable({ model }: { model: RunsStore }) {
  const scroller = useRef<HTMLDivElement>(null);
  const activeId = useId();
  const keysId = useId();
  const scroll = useSignal({ top: 0, left: 0 });
  const size = useSignal({ width: 900, height: 700 });
  const cursor = useSignal<Cursor | null>(null);
  const drag = useSignal<HeadDrag | null>(null);
  const anchor = useRef<number | null>(null);
  const titled = useRef<HTMLElement | null>(null);

  const { list } = model.rows.value;
  const { times, nested } = model.view.value;
  const count = list.count;
  const layout = useComputed(() => {
    const width = drag.value?.width;
    const shown = model.shown.value;
    return layoutOf(
      width === undefined ? shown : shown.map((spec) => (idOf(spec) === drag.value?.id ? { ...spec, width } : spec)),
    );
  }).value;
  const { from, to } = rowsInSight(scroll.value.top, size.value.height - HEAD, count);
  const left = Math.floor(scroll.value.left / 50) * 50; // other columns come in sight in steps
  const sight = useMemo(() => inSight(layout, left, size.value.width + 50), [layout, left, size.value.width]);

  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const observer = new ResizeObserver(() => {
      size.value = { width: element.clientWidth, height: element.clientHeight };
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [size]);
  const turn = model.top.value;
  useLayoutEffect(() => {
    if (scroller.current && turn > 0) scroller.current.scrollTop = 0;
  }, [turn]);
  useLayoutEffect(() => model.look(from, to), [model, list, from, to]);
  useHover(model, scroller.current);

  const place = (event: Event): number | undefined => {
    const row = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-row]") : null;
    return row ? Number(row.dataset["row"]) : undefined;
  };
  const show = useCallback((at: Cursor, columns: readonly PlacedColumn[], pinnedWidth: number) => {
    const element = scroller.current;
    if (!element) return;
    if (at.row >= 0) {
      const top = at.row * ROW;
      if (top < element.scrollTop) element.scrollTop = top;
      const bottom = top + ROW + HEAD - element.clientHeight;
      if (bottom > element.scrollTop) element.scrollTop = bottom;
    }
    const column = columns.find(({ index }) => index === at.column);
    if (!column) return;
    if (column.left - pinnedWidth < element.scrollLeft) element.scrollLeft = column.left - pinnedWidth;
    const right = column.left + column.width - element.clientWidth;
    if (right > element.scrollLeft) element.scrollLeft = right;
  }, []);
  const columnAt = (at: Cursor) => [...layout.pinned, ...layout.free].find(({ index }) => index === at.column);
  const chart = (runId: string) =>
    model.change({ charted: toggled(model.chartedIds.peek(), runId) }, { replace: true });
  const expand = (runId: string) =>
    model.change({ expanded: toggled(model.view.peek().expanded, runId) }, { replace: true });

  /** Say on hover what has no room in a cell; on all cells at once it would slow down scrolling. */
  const explain = (target: EventTarget | null, row: RunRow) => {
    const cell = target instanceof Element ? target.closest<HTMLElement>("[role=gridcell]") : null;
    const column = cell && columnAt({ row: 0, column: Number(cell.getAttribute("aria-colindex")) });
    if (!column) return;
    titled.current = cell;
    cell.title = titleOf(column.spec, row) ?? "";
  };

  const act = (action: string | undefined, index: number, isRange: boolean) => {
    const runId = list.at(index).row?.runId;
    if (runId === undefined) return;
    if (action === "chart") chart(runId);
    else if (action === "expand") expand(runId);
    else if (isRange && anchor.current !== null) void tickRange(model, anchor.current, index);
    else {
      tick(model, runId);
      anchor.current = index;
    }
  };
  const click = (event: MouseEvent) => {
    const index = place(event);
    if (index === undefined || !(event.target instanceof Element) || event.target.closest("a")) return;
    const action = event.target.closest<HTMLElement>("[data-act]")?.dataset["act"];
    const column = Number(event.target.closest("[aria-colindex]")?.getAttribute("aria-colindex") ?? 1);
    cursor.value = { row: index, column };
    if (event.target instanceof HTMLInputElement) settle(event.target, () => isTicked(index));
    if (action !== undefined || event.shiftKey || event.ctrlKey || event.metaKey) act(action, index, event.shiftKey);
    else anchor.current = index;
  };
  const isTicked = (index: number) => model.selected.peek().has(list.at(index).row?.runId ?? "");
  const open = (index: number) => {
    const row = list.at(index).row;
    if (row) go(href(["experiments", row.experimentId, "runs", row.runId]));
  };

  const pressInHeads = (event: KeyboardEvent, at: Cursor): boolean => {
    const column = columnAt(at);
    if (!column) {
      if (event.key !== " " && event.key !== "Enter") return false;
      toggleAll();
      return true;
    }
    const { id, spec } = column;
    const isSide = event.key === "ArrowLeft" || event.key === "ArrowRight";
    const by = event.key === "ArrowLeft" ? -1 : 1;
    if (event.key === "Enter" || event.key === " ") sort(model, spec, event.shiftKey);
    else if (isSide && (event.ctrlKey || event.metaKey)) {
      edit(model, (columns) => shifted(columns, id, by));
      cursor.value = { ...at, column: Math.max(2, Math.min(model.shown.peek().length + 1, at.column + by)) };
    } else if (isSide && event.shiftKey) widen(model, id, spec, by * 16);
    else if ((event.key === "ArrowDown" && event.altKey) || event.key === "ContextMenu") {
      document.getElementById(activeId)?.querySelector<HTMLElement>(".menu-button")?.click();
    } else return false;
    return true;
  };
  const pressInRows = (event: KeyboardEvent, at: Cursor): boolean => {
    const { row, isOpen } = list.at(at.row);
    if (event.key === "Enter") open(at.row);
    else if (event.key === " ") act("tick", at.row, event.shiftKey);
    else if (event.key === "e" && row) chart(row.runId);
    else if (event.key === "Escape" && model.selected.peek().size > 0) model.select(new Set());
    else if (nested && row && row.childCount > 0 && event.key === (isOpen ? "ArrowLeft" : "ArrowRight")) {
      if (columnAt(at)?.spec.key !== "run_name") return false;
      expand(row.runId);
    } else return false;
    return true;
  };
  const press = (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget || count === 0) return;
    const at = cursor.value ?? { row: 0, column: 2 };
    const isDone = at.row < 0 ? pressInHeads(event, at) : pressInRows(event, at);
    if (isDone) {
      event.preventDefault();
      return;
    }
    if (event.key === "a" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      void tickAll(model);
      return;
    }
    const isFar = event.ctrlKey || event.metaKey;
    const page = Math.floor((size.value.height - HEAD) / ROW) - 1;
    const extent = { rows: count, columns: model.shown.peek().length + 1, page };
    const next = moveCursor(event.key, isFar, cursor.value ?? { row: -1, column: 2 }, extent);
    if (!next) return;
    event.preventDefault();
    cursor.value = next;
    show(next, layout.free, layout.pinnedWidth);
    if (event.shiftKey && next.row >= 0 && at.row >= 0 && next.row !== at.row) {
      anchor.current ??= at.row;
      void tickRange(model, anchor.current, next.row);
    } else if (!event.shiftKey) anchor.current = next.row;
  };

  const selected = model.selected.value;
  const isAll = selected.size > 0 && selected.size >= (model.total.value ?? Infinity);
  function toggleAll(): void {
    if (model.selected.peek().size > 0) model.select(new Set());
    else void tickAll(model);
  }
  const colors = new Map(model.charted.value.map(({ row, color }) => [row.runId, color]));
  const first = Math.max(0, from - SPARE);
  const last = Math.min(count, to + SPARE);
  // a row keeps its elements until another one needs its slot
  const slots = Math.ceil(size.value.height / ROW) + 2 * SPARE + 2;
  const drawn = [];
  for (let index = first; index < last; index++) {
    const { row, depth, isOpen } = list.at(index);
    drawn.push(
      <Row
        key={index % slots}
        index={index}
        row={row}
        depth={depth}
        isOpen={isOpen}
        isNested={nested}
        layout={layout}
        sight={sight}
        times={times}
        isSelected={row !== undefined && selected.has(row.runId)}
        color={row && colors.get(row.runId)}
        activeColumn={cursor.value?.row === index ? cursor.value.column : 0}
        activeId={activeId}
      />,
    );
  }
  const isCursorDrawn =
    cursor.value !== null && (cursor.value.row < 0 || (cursor.value.row >= first && cursor.value.row < last));
  return (
    <>
      <p id={keysId} class="hidden">
        {table.keys}
      </p>
      <div
        ref={scroller}
        class={model.isLoading.value ? "table is-loading" : "table"}
        role={nested ? "treegrid" : "grid"}
        aria-label={table.label}
        aria-describedby={keysId}
        aria-rowcount={count + 1}
        aria-colcount={model.shown.value.length + 1}
        aria-multiselectable="true"
        aria-busy={model.isLoading.value}
        aria-activedescendant={isCursorDrawn ? activeId : undefined}
        tabIndex={0}
        style={{ "--lead": `${LEAD}px`, "--view": `${size.value.width}px`, "--slide": `${-scroll.value.left}px` }}
        onScroll={(event) => {
          titled.current?.removeAttribute("title"); // its elements show another run now
          scroll.value = { top: event.currentTarget.scrollTop, left: event.currentTarget.scrollLeft };
        }}
        onFocus={(event) => {
          if (event.target === event.currentTarget) cursor.value ??= { row: count > 0 ? 0 : -1, column: 2 };
        }}
        onKeyDown={press}
        onClick={click}
        onDblClick={(event) => {
          const index = place(event);
          if (index !== undefined && event.target instanceof Element && !event.target.closest("[data-act]"))
            open(index);
        }}
        onMouseDown={(event) => {
          const isControl = event.target instanceof Element && event.target.closest("[data-act], .table-lead");
          if (!isControl) return;
          event.preventDefault(); // keys go on where they were
          event.currentTarget.focus({ preventScroll: true });
        }}
        onPointerOver={(event) => {
          const index = place(event);
          const row = index === undefined ? undefined : list.at(index).row;
          model.hover(row?.runId ?? null);
          if (row) explain(event.target, row);
        }}
        onPointerLeave={() => model.hover(null)}
      >
        <Head
          model={model}
          layout={layout}
          sight={sight}
          drag={drag}
          activeColumn={cursor.value?.row === -1 ? cursor.value.column : 0}
          activeId={activeId}
          ticks={isAll ? "all" : selected.size > 0 ? "some" : "none"}
          onTickAll={toggleAll}
        />
        <div role="rowgroup" class="table-body" style={{ width: `${layout.width}px`, height: `${count * ROW}px` }}>
          <div class="table-layer" role="presentation">
            {drawn}
          </div>
        </div>
      </div>
    </>
  );
}

/** Have a box show what is ticked, whatever the browser made of a click. */
function settle(box: HTMLInputElement, isTicked: () => boolean): void {
  window.setTimeout(() => (box.checked = isTicked()));
}

/** Mark the row that the pointer is on, in the table or in a chart, without drawing any row again. */
function useHover(model: RunsStore, scroller: HTMLElement | null): void {
  useSignalEffect(() => {
    const runId = model.hovered.value;
    for (const row of scroller?.querySelectorAll<HTMLElement>(".table-row") ?? []) {
      row.toggleAttribute("data-hovered", runId !== null && row.dataset["run"] === runId);
    }
  });
}
