import type { Signal } from "@preact/signals";
import { useRef } from "preact/hooks";

import { Icon } from "../parts/icon";
import { Menu } from "../parts/menu";
import { sortKey, sortOf } from "../runs/sorting";
import type { RunsStore } from "../runs/store";
import { table } from "../text/table";
import { edit, kindOf, labelOf, menuOf, sort } from "./columns";
import { moved, resized } from "./edit";
import { isNumeric } from "./cells";
import { type Layout, NARROWEST, type PlacedColumn, type Sight } from "./layout";
import { Free } from "./row";

/** How far the pointer goes before it drags a head, in pixels. */
const DRAG = 6;

/** A column while its width or place is changed by pointer. */
export interface HeadDrag {
  id: string;
  /** Its width now, if that is what changes. */
  width?: number;
  /** The column it would be put at. */
  target?: string;
}

interface HeadProps {
  model: RunsStore;
  layout: Layout;
  sight: Sight;
  drag: Signal<HeadDrag | null>;
  /** The number of the column with the cursor, if it is in the heads; 0 otherwise. */
  activeColumn: number;
  activeId: string;
  /** Whether all matching runs have a tick, some of them, or none. */
  ticks: "all" | "some" | "none";
  onTickAll: () => void;
}

/** The heads of the columns. */
export function Head(props: HeadProps) {
  const { layout, sight, activeColumn, activeId } = props;
  const cell = (column: PlacedColumn) => (
    <HeadCell
      key={column.id}
      column={column}
      model={props.model}
      drag={props.drag}
      activeId={column.index === activeColumn ? activeId : undefined}
    />
  );
  return (
    <div role="rowgroup" class="table-head">
      <div role="row" aria-rowindex={1} class="table-heads">
        <div
          role="columnheader"
          aria-colindex={1}
          aria-label={table.lead}
          id={activeColumn === 1 ? activeId : undefined}
          class={`table-cell table-lead ${activeColumn === 1 ? "is-active" : ""}`}
        >
          <input
            type="checkbox"
            tabIndex={-1}
            aria-label={table.tickAll}
            title={table.tickAll}
            checked={props.ticks === "all"}
            indeterminate={props.ticks === "some"}
            onClick={(event) => {
              const box = event.currentTarget;
              props.onTickAll();
              // all of them are fetched first, and none are ticked at once: either way it is not on now
              window.setTimeout(() => (box.checked = false));
            }}
          />
        </div>
        {layout.pinned.map(cell)}
        <Free sight={sight}>{sight.columns.map(cell)}</Free>
      </div>
    </div>
  );
}

function HeadCell(props: {
  column: PlacedColumn;
  model: RunsStore;
  drag: Signal<HeadDrag | null>;
  activeId: string | undefined;
}) {
  const { column, model, drag, activeId } = props;
  const { spec, id } = column;
  const sorted = sortOf(spec, model.view.value.orderBy);
  const label = labelOf(spec);
  const fullName = spec.kind === "attribute" ? label : table.fullName(label, kindOf(spec));
  const isSortable = sortKey(spec) !== undefined;
  const start = useRef<number | null>(null);
  const classes = ["table-cell", "table-headcell"];
  if (isNumeric(spec)) classes.push("is-number");
  if (activeId !== undefined) classes.push("is-active");
  if (drag.value?.target === id) classes.push("is-target");
  if (drag.value?.id === id && drag.value.target !== undefined) classes.push("is-dragged");
  return (
    <div
      role="columnheader"
      aria-colindex={column.index}
      aria-sort={sorted ? (sorted.direction === "ASC" ? "ascending" : "descending") : undefined}
      id={activeId}
      data-column={id}
      class={classes.join(" ")}
      style={{ width: `${column.width}px` }}
      aria-label={fullName}
      title={fullName}
      onPointerDown={(event) => {
        if (event.button !== 0 || isControl(event)) return;
        start.current = event.clientX;
        event.currentTarget.setPointerCapture(event.pointerId);
      }}
      onPointerMove={(event) => {
        if (start.current === null || Math.abs(event.clientX - start.current) < DRAG) return;
        const target = columnAt(event.clientX, event.clientY);
        drag.value = { id, ...(target !== undefined && { target }) };
      }}
      onPointerUp={(event) => {
        if (start.current === null) return;
        start.current = null;
        const to = drag.value?.target;
        if (drag.value === null) {
          if (isSortable) sort(model, spec, event.shiftKey);
        } else if (to !== undefined) edit(model, (columns) => moved(columns, id, to));
        drag.value = null;
      }}
      onPointerCancel={() => {
        start.current = null;
        drag.value = null;
      }}
    >
      <span class="table-headtext">
        {spec.kind !== "attribute" && <span class="table-kind">{kindOf(spec)}</span>}
        <span class="table-label">
          <span class="table-name">{label}</span>
          {sorted && (
            <span class="table-sort">
              <Icon name={sorted.direction === "ASC" ? "sortUp" : "sortDown"} size={12} />
              {model.view.value.orderBy.length > 1 && sorted.rank}
            </span>
          )}
        </span>
      </span>
      <Menu
        label={table.columnMenu(label)}
        icon="more"
        class="plain small"
        tabIndex={-1}
        items={menuOf(model, column)}
      />
      <Resizer column={column} model={model} drag={drag} />
    </div>
  );
}

function Resizer({ column, model, drag }: { column: PlacedColumn; model: RunsStore; drag: Signal<HeadDrag | null> }) {
  const start = useRef(0);
  return (
    <div
      class="table-resizer"
      title={table.resize(labelOf(column.spec))}
      onPointerDown={(event) => {
        event.stopPropagation();
        start.current = event.clientX - column.width;
        event.currentTarget.setPointerCapture(event.pointerId);
      }}
      onPointerMove={(event) => {
        if (!event.currentTarget.hasPointerCapture(event.pointerId)) return;
        drag.value = { id: column.id, width: Math.max(NARROWEST, event.clientX - start.current) };
      }}
      onPointerUp={(event) => {
        event.stopPropagation();
        const width = drag.value?.width;
        if (width !== undefined) edit(model, (columns) => resized(columns, column.id, width));
        drag.value = null;
      }}
    />
  );
}

function isControl(event: Event): boolean {
  return event.target instanceof Element && event.target.closest("button, [popover], .table-resizer") !== null;
}

function columnAt(x: number, y: number): string | undefined {
  const cell = document.elementFromPoint(x, y)?.closest("[data-column]");
  return cell instanceof HTMLElement ? cell.dataset["column"] : undefined;
}
