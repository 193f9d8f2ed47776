// A tree as the ARIA pattern has it, of which only the rows in sight are drawn: for files, and for the parts of JSON.

import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";

import { Icon } from "../parts/icon";
import { useRowWindow } from "./virtual";

export const ROW_HEIGHT = 26;
const TYPING_MILLISECONDS = 700;

/** A row of a tree. */
export interface TreeRow {
  id: string;
  /** 1 at the top. */
  level: number;
  /** Its place among those beside it, from 1 on, and how many they are. */
  position: number;
  siblings: number;
  /** Whether what is below it is shown; absent where nothing can be below. */
  isOpen?: boolean;
  /** What typed letters find. */
  text: string;
}

/** Shows a tree; one row is the active one, the keys move it. */
export function Tree<Row extends TreeRow>(props: {
  label: string;
  /** Those that are shown, in order. */
  rows: readonly Row[];
  /** The row that is chosen; absent where nothing can be chosen. */
  selected?: string;
  onSelect?: (row: Row) => void;
  /** Open or close a row. */
  onToggle: (row: Row) => void;
  children: (row: Row) => ComponentChildren;
}) {
  const { rows, selected } = props;
  const prefix = useId();
  const [active, setActive] = useState({ id: selected, at: 0 });
  const { ref, onScroll, first, end, height, show } = useRowWindow(rows.length, ROW_HEIGHT);
  const typed = useRef({ text: "", at: 0 });
  const kept = rows.findIndex((row) => row.id === active.id);
  // Where a row is gone, such as "loading", what came in its place is the active one
  const activeAt = kept >= 0 ? kept : Math.max(0, Math.min(active.at, rows.length - 1));

  const selectedAt = rows.findIndex((row) => row.id === selected);
  useEffect(() => {
    if (selectedAt < 0) return;
    setActive({ id: selected, at: selectedAt });
    show(selectedAt);
    // Rows that are opened above must not scroll the tree: only another choice does, or its coming into the list
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [selected, selectedAt < 0]);

  const moveTo = (index: number) => {
    const at = Math.min(Math.max(0, index), rows.length - 1);
    setActive({ id: rows[at]?.id, at });
    show(at);
  };
  const press = (event: KeyboardEvent) => {
    const row = rows[activeAt];
    if (!row || event.ctrlKey || event.metaKey || event.altKey) return;
    const page = Math.max(1, Math.floor((ref.current?.clientHeight ?? 0) / ROW_HEIGHT) - 1);
    const moves: Record<string, () => void> = {
      ArrowDown: () => moveTo(activeAt + 1),
      ArrowUp: () => moveTo(activeAt - 1),
      PageDown: () => moveTo(activeAt + page),
      PageUp: () => moveTo(activeAt - page),
      Home: () => moveTo(0),
      End: () => moveTo(rows.length - 1),
      ArrowRight: () => {
        if (row.isOpen === false) props.onToggle(row);
        else if (row.isOpen && rows[activeAt + 1]?.level === row.level + 1) moveTo(activeAt + 1);
      },
      ArrowLeft: () => {
        if (row.isOpen) props.onToggle(row);
        else moveTo(parentAt(rows, activeAt));
      },
      Enter: () => choose(row),
      " ": () => choose(row),
    };
    const move = moves[event.key];
    if (move) {
      event.preventDefault();
      move();
    } else if (event.key.length === 1) {
      const now = event.timeStamp;
      const fresh = now - typed.current.at > TYPING_MILLISECONDS;
      typed.current = { text: (fresh ? "" : typed.current.text) + event.key.toLowerCase(), at: now };
      moveTo(findTyped(rows, activeAt + (fresh ? 1 : 0), typed.current.text) ?? activeAt);
    }
  };
  const choose = (row: Row) => {
    setActive({ id: row.id, at: rows.indexOf(row) });
    if (props.onSelect) props.onSelect(row);
    else if (row.isOpen !== undefined) props.onToggle(row);
  };
  const click = (event: MouseEvent) => {
    const target = event.target as Element;
    const row = rows[Number(target.closest<HTMLElement>("[data-row]")?.dataset["row"] ?? -1)];
    if (!row) return;
    if (target.closest(".tree-arrow") && row.isOpen !== undefined) {
      setActive({ id: row.id, at: rows.indexOf(row) });
      props.onToggle(row);
    } else {
      choose(row);
    }
  };

  const isActiveInSight = activeAt >= first && activeAt < end;
  return (
    <div
      ref={ref}
      class="tree"
      role="tree"
      aria-label={props.label}
      tabIndex={0}
      aria-activedescendant={isActiveInSight ? `${prefix}-${activeAt}` : undefined}
      onScroll={onScroll}
      onKeyDown={press}
      onClick={click}
    >
      <div class="tree-rows" role="presentation" style={{ height: `${height}px` }}>
        {rows.slice(first, end).map((row, i) => (
          <div
            key={row.id}
            id={`${prefix}-${first + i}`}
            data-row={first + i}
            role="treeitem"
            class={`tree-row ${first + i === activeAt ? "active" : ""}`}
            aria-level={row.level}
            aria-posinset={row.position}
            aria-setsize={row.siblings}
            aria-expanded={row.isOpen}
            aria-selected={row.id === selected}
            style={{ top: `${(first + i) * ROW_HEIGHT}px`, paddingLeft: `${(row.level - 1) * 16 + 4}px` }}
          >
            <span class="tree-arrow">
              {row.isOpen !== undefined && <Icon name={row.isOpen ? "chevronDown" : "chevronRight"} size={14} />}
            </span>
            {props.children(row)}
          </div>
        ))}
      </div>
    </div>
  );
}

/** Return the place of the row that another one is below; its own at the top. */
export function parentAt(rows: readonly TreeRow[], at: number): number {
  const level = rows[at]?.level ?? 1;
  for (let i = at - 1; i >= 0; i--) if ((rows[i]?.level ?? 0) < level) return i;
  return at;
}

/** Return the place of the first row from `from` on, and then from the top, that begins with what was typed. */
export function findTyped(rows: readonly TreeRow[], from: number, typed: string): number | undefined {
  for (let i = 0; i < rows.length; i++) {
    const at = (from + i) % rows.length;
    if (rows[at]?.text.toLowerCase().startsWith(typed)) return at;
  }
  return undefined;
}
