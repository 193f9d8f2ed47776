import type { ComponentChildren } from "preact";
import { memo } from "preact/compat";
import { useRef } from "preact/hooks";

import type { RunRow } from "../api/tables";
import { Icon } from "../parts/icon";
import type { Times } from "../runs/view";
import { table } from "../text/table";
import { contentOf, isNumeric, NameCell } from "./cells";
import { type Layout, type PlacedColumn, ROW, type Sight } from "./layout";

/** What a row of the table is given; it is drawn again only where something of it is another. */
export interface RowProps {
  index: number;
  row: RunRow | undefined;
  depth: number;
  isOpen: boolean;
  isNested: boolean;
  layout: Layout;
  sight: Sight;
  times: Times;
  isSelected: boolean;
  /** The colour of a run in charts. */
  color: string | undefined;
  /** The number of the column with the cursor; 0 if it is in another row. */
  activeColumn: number;
  /** The id of the cell with the cursor. */
  activeId: string;
}

/** A row; what is clicked in it says what it does by `data-act`. */
export const Row = memo(function Row(props: RowProps) {
  const { index, depth, isNested, layout, sight, activeColumn, activeId } = props;
  // while a run is fetched the elements of the one before stay, unseen: making them anew would slow down scrolling
  const last = useRef(props.row);
  if (props.row) last.current = props.row;
  const row = last.current;
  const idAt = (column: number) => (column === activeColumn ? activeId : undefined);
  const cell = (column: PlacedColumn) => {
    const isName = column.spec.kind === "attribute" && column.spec.key === "run_name";
    return (
      <div
        key={column.id}
        role="gridcell"
        aria-colindex={column.index}
        id={idAt(column.index)}
        class={classOf(column, column.index === activeColumn)}
        style={{ width: `${column.width}px` }}
      >
        {row &&
          (isName ? (
            <NameCell row={row} depth={depth} isOpen={props.isOpen} isNested={isNested} />
          ) : (
            contentOf(column.spec, row, props.times)
          ))}
      </div>
    );
  };
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      aria-selected={props.isSelected}
      aria-level={isNested ? depth + 1 : undefined}
      aria-expanded={isNested && row && row.childCount > 0 ? props.isOpen : undefined}
      aria-busy={props.row ? undefined : true}
      data-row={index}
      data-run={props.row?.runId}
      class={`table-row ${props.isSelected ? "is-selected" : ""} ${props.row ? "" : "is-coming"}`}
      style={{ transform: `translateY(${index * ROW}px)` }}
    >
      <div
        role="gridcell"
        aria-colindex={1}
        id={idAt(1)}
        class={`table-cell table-lead ${activeColumn === 1 ? "is-active" : ""}`}
      >
        {row && (
          <>
            <input
              type="checkbox"
              tabIndex={-1}
              data-act="tick"
              aria-label={table.tick(row.name)}
              checked={props.isSelected}
            />
            <Eye color={props.color} name={row.name} />
          </>
        )}
      </div>
      {layout.pinned.map(cell)}
      <Free sight={sight}>{sight.columns.map(cell)}</Free>
    </div>
  );
});

/** The free columns: they slide below the pinned ones when the table is scrolled sideways. */
export function Free({ sight, children }: { sight: Sight; children: ComponentChildren }) {
  return (
    <div class="table-free" role="presentation">
      <div class="table-slide" role="presentation">
        {sight.before > 0 && <div class="table-gap" style={{ width: `${sight.before}px` }} />}
        {children}
      </div>
    </div>
  );
}

function Eye({ color, name }: { color: string | undefined; name: string }) {
  return (
    <button
      type="button"
      class="plain eye"
      tabIndex={-1}
      data-act="chart"
      aria-pressed={color !== undefined}
      aria-label={table.chart(name)}
      title={color === undefined ? table.show : table.hide}
    >
      {color === undefined ? <Icon name="eyeOff" size={14} /> : <span class="swatch" style={{ background: color }} />}
    </button>
  );
}

function classOf(column: PlacedColumn, isActive: boolean): string {
  let names = "table-cell";
  if (isNumeric(column.spec)) names += " is-number";
  if (column.spec.key === "run_name" && column.spec.kind === "attribute") names += " is-name";
  return isActive ? `${names} is-active` : names;
}
