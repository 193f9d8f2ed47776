// A table of which only the rows and columns in sight are drawn.

import type { ComponentChildren } from "preact";
import { useMemo, useState } from "preact/hooks";

import { Icon } from "../../parts/icon";
import { common } from "../../text/common";
import { tableText } from "../../text/artifacts";
import { mostRows, useRowWindow } from "../virtual";
import { type Cell, cellImage, cellText, type Frame, isNumeric, sortedBy } from "./frames";

const ROW_HEIGHT = 26;
const IMAGE_ROW_HEIGHT = 84;
const HEAD_HEIGHT = 32;
const SAMPLE = 100;
/** Widths in pixels: of a sign, and the least and most of a column. */
const SIGN = 7.7;
const [LEAST, MOST] = [60, 360];
/** Signs of a field that are drawn; the whole is shown with its row. */
const LONGEST = 300;

interface Order {
  column: number;
  isDescending: boolean;
}

/** Shows a table: sorted by any column, and any row as a whole. */
export function Grid(props: {
  label: string;
  frame: Frame;
  image: (path: string, label: string) => ComponentChildren;
}) {
  const { frame, label } = props;
  const [order, setOrder] = useState<Order>();
  const [whole, setWhole] = useState<number>();
  const hasImages = useMemo(() => frame.rows.slice(0, SAMPLE).some((row) => row.some(cellImage)), [frame]);
  const rowHeight = hasImages ? IMAGE_ROW_HEIGHT : ROW_HEIGHT;
  const count = Math.min(frame.rows.length, mostRows(rowHeight));
  const { ref, onScroll, first, end, height, left, width } = useRowWindow(count, rowHeight, HEAD_HEIGHT);
  const places = useMemo(() => order && sortedBy(frame, order.column, order.isDescending), [frame, order]);
  const layout = useMemo(() => layOut(frame, hasImages), [frame, hasImages]);
  const [from, to] = inSight(layout.lefts, left, width);
  const columns = frame.columns.slice(from, to).map((name, i) => ({ name, at: from + i }));
  const rows = Array.from({ length: Math.max(0, end - first) }, (_, i) => places?.[first + i] ?? first + i);

  const box = (at: number) => ({ left: `${layout.lefts[at] ?? 0}px`, width: `${layout.widths[at] ?? 0}px` });
  return (
    <div class="grid-frame">
      <div ref={ref} class="grid" onScroll={onScroll} tabIndex={0} role="region" aria-label={label}>
        <div
          role="table"
          aria-label={label}
          aria-rowcount={frame.rows.length + 1}
          aria-colcount={frame.columns.length + 1}
          style={{ height: `${height + HEAD_HEIGHT}px`, width: `${layout.total}px` }}
        >
          <div role="row" class="grid-head" aria-rowindex={1} style={{ width: `${layout.total}px` }}>
            <span role="columnheader" class="grid-number" style={{ width: `${layout.number}px` }} aria-colindex={1}>
              <span class="hidden">{tableText.row}</span>
            </span>
            {columns.map(({ name, at }) => (
              <span
                key={at}
                role="columnheader"
                class={layout.numeric[at] ? "number" : ""}
                aria-colindex={at + 2}
                aria-sort={order?.column !== at ? "none" : order.isDescending ? "descending" : "ascending"}
                style={box(at)}
              >
                <button
                  class="plain"
                  title={name}
                  aria-label={tableText.sort(name)}
                  onClick={() => setOrder(nextOrder(order, at))}
                >
                  <span class="tree-name">{name}</span>
                  {order?.column === at && <Icon name={order.isDescending ? "sortDown" : "sortUp"} size={12} />}
                </button>
              </span>
            ))}
          </div>
          {rows.map((row, i) => (
            <div
              key={row}
              role="row"
              class={row === whole ? "grid-row chosen" : "grid-row"}
              aria-rowindex={first + i + 2}
              style={{
                top: `${HEAD_HEIGHT + (first + i) * rowHeight}px`,
                height: `${rowHeight}px`,
                width: `${layout.total}px`,
              }}
            >
              <span role="rowheader" class="grid-number" style={{ width: `${layout.number}px` }} aria-colindex={1}>
                <button
                  class="plain"
                  aria-label={tableText.showRow(row + 1)}
                  aria-expanded={row === whole}
                  onClick={() => setWhole(row === whole ? undefined : row)}
                >
                  {row + 1}
                </button>
              </span>
              {columns.map(({ name, at }) => (
                <span
                  key={at}
                  role="cell"
                  class={layout.numeric[at] ? "number" : ""}
                  aria-colindex={at + 2}
                  style={box(at)}
                >
                  <Field cell={frame.rows[row]?.[at]} label={tableText.image(name, row + 1)} image={props.image} />
                </span>
              ))}
            </div>
          ))}
        </div>
      </div>
      {whole !== undefined && (
        <section class="grid-whole" aria-label={tableText.ofRow(whole + 1)}>
          <p class="row">
            <strong class="grow">{tableText.ofRow(whole + 1)}</strong>
            <button class="plain" aria-label={common.close} onClick={() => setWhole(undefined)}>
              <Icon name="close" />
            </button>
          </p>
          <dl tabIndex={0} aria-label={tableText.ofRow(whole + 1)}>
            {frame.columns.map((name, at) => (
              <div key={at}>
                <dt>{name}</dt>
                <dd>{cellText(frame.rows[whole]?.[at])}</dd>
              </div>
            ))}
          </dl>
        </section>
      )}
    </div>
  );
}

function Field(props: { cell: Cell; label: string; image: (path: string, label: string) => ComponentChildren }) {
  const image = cellImage(props.cell);
  if (image) return <>{props.image(image.compressed_filepath ?? image.filepath, props.label)}</>;
  if (props.cell === null) return <span class="quiet">null</span>;
  const text = cellText(props.cell);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

/** Return the order after a click on a column: up, down, and as it was. */
function nextOrder(order: Order | undefined, column: number): Order | undefined {
  if (order?.column !== column) return { column, isDescending: false };
  return order.isDescending ? undefined : { column, isDescending: true };
}

/** Return where the columns are, as wide as what the first rows have in them. */
function layOut(frame: Frame, hasImages: boolean) {
  const sample = frame.rows.slice(0, SAMPLE);
  const number = String(frame.rows.length).length * SIGN + 24;
  const least = hasImages ? 90 : LEAST;
  const widths = frame.columns.map((name, at) => {
    const lengths = sample.map((row) => (cellImage(row[at]) ? 0 : cellText(row[at]).length));
    return Math.min(MOST, Math.max(least, Math.max(name.length + 2, ...lengths) * SIGN + 20));
  });
  let total = number;
  const lefts = widths.map((width) => {
    total += width;
    return total - width;
  });
  const numeric = frame.columns.map((_, at) => isNumeric({ ...frame, rows: sample }, at));
  return { number, widths, lefts, total, numeric };
}

/** Return which columns are in sight, and some on both sides. */
function inSight(lefts: readonly number[], left: number, width: number): [number, number] {
  const from = Math.max(0, lefts.findLastIndex((each) => each <= left) - 1);
  const after = lefts.findIndex((each) => each > left + width);
  return [from, after < 0 ? lefts.length : after + 1];
}
