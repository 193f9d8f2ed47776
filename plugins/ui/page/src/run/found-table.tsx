import "./run.css";

import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";

import { copyText } from "../app/clipboard";
import { attempt } from "../app/notices";
import { Copy } from "../parts/copy";
import { Icon } from "../parts/icon";
import { Search } from "../parts/search";
import { run as text } from "../text/run";
import { find, FIRST_STATE, type SortValue, sortedBy, type TableState } from "./find";
import { Pager } from "./pager";
import { toText } from "./tabular";

/** How many rows a page has; fewer rows than this are all shown. */
const PER_PAGE = 100;
/** With fewer rows than this there is nothing to search. */
const FEW = 9;

export interface FoundColumn<R> {
  id: string;
  label: string;
  /** What is shown. */
  cell: (row: R) => ComponentChildren;
  /** What is copied. */
  text: (row: R) => string;
  /** What rows are sorted by; a column without it cannot be sorted by. */
  sort?: ((row: R) => SortValue) | undefined;
  isNumber?: boolean;
}

/** A table that is in memory: searched, sorted, copied, and shown a page at a time. Its first column names the row. */
export function FoundTable<R>(props: {
  title: string;
  /** What it is called among others, if the title does not tell it apart. */
  label?: string;
  /** A heading of this level is shown; without it the title is for screen readers only. */
  level?: 2 | 3;
  rows: readonly R[];
  columns: readonly FoundColumn<R>[];
  rowKey: (row: R) => string;
  searchLabel: string;
  /** What is searched of a row. */
  searched: (row: R) => string;
  /** What the button in a row copies. */
  copied?: (row: R) => string;
  /** Told which rows are shown. */
  onShown?: (rows: readonly R[]) => void;
  /** Shown instead of a table without rows. */
  empty: ComponentChildren;
}) {
  const { rows, columns, rowKey, copied, onShown, label = props.title } = props;
  const [state, setState] = useState<TableState>(FIRST_STATE);
  const found = find(rows, state, {
    text: props.searched,
    value: columns.find((column) => column.id === state.sort)?.sort,
    perPage: PER_PAGE,
  });
  const shownKeys = found.shown.map(rowKey).join("\n");
  useEffect(() => {
    onShown?.(found.shown);
    // eslint-disable-next-line react-hooks/exhaustive-deps -- the keys say which rows these are
  }, [shownKeys, onShown]);

  const Heading = props.level === 3 ? "h3" : "h2";
  return (
    <section class="found" aria-label={label}>
      <div class="row found-head">
        <Heading class={props.level ? undefined : "hidden"}>{props.title}</Heading>
        {rows.length > 0 && (
          <span class="count" aria-live="polite">
            {found.matches.length === rows.length
              ? rows.length.toLocaleString("en")
              : text.found(found.matches.length, rows.length)}
          </span>
        )}
        <span class="grow" />
        {rows.length >= FEW && (
          <Search
            label={props.searchLabel}
            value={state.search}
            onChange={(search) => setState((now) => ({ ...now, search, page: 0 }))}
          />
        )}
        {rows.length > 0 && (
          <button
            class="plain small"
            aria-label={`${text.copyTable}: ${label}`}
            title={text.copyTable}
            onClick={() =>
              void attempt(() => copyText(toText(columns, found.matches)), text.tableCopied(found.matches.length))
            }
          >
            <Icon name="copy" size={14} />
          </button>
        )}
      </div>
      {found.matches.length === 0 ? (
        <div class="quiet found-none">{rows.length === 0 ? props.empty : text.noMatch}</div>
      ) : (
        // what is wider than the window scrolls by keyboard too
        <div class="found-scroll" tabIndex={0} role="group" aria-label={label}>
          <table class="list found-table">
            <thead>
              <tr>
                {columns.map((column) => (
                  <Head
                    key={column.id}
                    column={column}
                    state={state}
                    onSort={() => setState((now) => sortedBy(now, column.id))}
                  />
                ))}
                {copied && <td class="narrow" />}
              </tr>
            </thead>
            <tbody>
              {found.shown.map((row) => (
                <tr key={rowKey(row)}>
                  {columns.map((column, i) =>
                    i === 0 ? (
                      <th key={column.id} scope="row">
                        {column.cell(row)}
                      </th>
                    ) : (
                      <td key={column.id} class={column.isNumber ? "number" : undefined}>
                        {column.cell(row)}
                      </td>
                    ),
                  )}
                  {copied && (
                    <td class="narrow found-copy">
                      <Copy text={copied(row)} label={text.copyOf(rowKey(row))} />
                    </td>
                  )}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <Pager page={found.page} pages={found.pages} onPage={(page) => setState((now) => ({ ...now, page }))} />
    </section>
  );
}

function Head<R>(props: { column: FoundColumn<R>; state: TableState; onSort: () => void }) {
  const { column, state } = props;
  const isSorted = state.sort === column.id;
  return (
    <th
      scope="col"
      class={column.isNumber ? "number" : undefined}
      aria-sort={isSorted ? (state.isDescending ? "descending" : "ascending") : undefined}
    >
      {column.sort ? (
        <button class="plain sort" onClick={props.onSort}>
          {column.label}
          {isSorted && <Icon name={state.isDescending ? "sortDown" : "sortUp"} size={12} />}
        </button>
      ) : (
        column.label
      )}
    </th>
  );
}
