import "./parts.css";

import type { ComponentChildren } from "preact";
import { useId, useRef } from "preact/hooks";

export interface Tab<Id extends string = string> {
  id: Id;
  label: string;
  /** How many things are behind it. */
  count?: number | undefined;
}

/** A row of tabs; one can be reached with Tab, the arrows move among them and choose. */
export function Tabs<Id extends string>(props: {
  tabs: readonly Tab<Id>[];
  current: Id;
  onChange: (id: Id) => void;
  label?: string;
}) {
  const list = useRef<HTMLDivElement>(null);
  const move = (event: KeyboardEvent) => {
    const { tabs } = props;
    const at = tabs.findIndex((tab) => tab.id === props.current);
    const to = target(event.key, at, tabs.length);
    const tab = to === undefined ? undefined : tabs[to];
    if (to === undefined || !tab) return;
    event.preventDefault();
    props.onChange(tab.id);
    list.current?.querySelectorAll<HTMLElement>("[role=tab]")[to]?.focus();
  };
  return (
    // The tabs themselves take the focus and the keys; the row only hears them
    // eslint-disable-next-line jsx-a11y/interactive-supports-focus
    <div class="tabs" role="tablist" aria-label={props.label} ref={list} onKeyDown={move}>
      {props.tabs.map((tab) => (
        <button
          key={tab.id}
          type="button"
          id={`tab-${tab.id}`}
          role="tab"
          class="tab"
          aria-selected={tab.id === props.current}
          tabIndex={tab.id === props.current ? 0 : -1}
          onClick={() => props.onChange(tab.id)}
        >
          {tab.label}
          {tab.count !== undefined && <span class="count">{tab.count.toLocaleString("en")}</span>}
        </button>
      ))}
    </div>
  );
}

/** What is behind the tab with an id. */
export function TabPanel({ id, children }: { id: string; children: ComponentChildren }) {
  const panel = useId();
  return (
    <div id={panel} role="tabpanel" aria-labelledby={`tab-${id}`} class="tab-panel">
      {children}
    </div>
  );
}

function target(key: string, at: number, count: number): number | undefined {
  if (key === "ArrowRight") return (at + 1) % count;
  if (key === "ArrowLeft") return (at - 1 + count) % count;
  if (key === "Home") return 0;
  return key === "End" ? count - 1 : undefined;
}
