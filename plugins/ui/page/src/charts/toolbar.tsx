import { useState } from "preact/hooks";

import type { RunColumns } from "../api/tables";
import { Menu } from "../parts/menu";
import { Search } from "../parts/search";
import { charts } from "../text/charts";
import type { Board } from "./board";
import { withChart } from "./sections";
import type { Method } from "./smoothing";
import { type ChartsState, unzoomed, type XKind } from "./state";
import type { Spread } from "./bands";

/** How all charts of a view are drawn. */
export function Toolbar(props: {
  board: Board;
  metrics: readonly string[];
  /** What runs can be grouped by; nothing where there is one run only. */
  groups?: { by: string; columns: RunColumns | undefined; onChange: (by: string) => void };
}) {
  const { board, groups } = props;
  const state = board.state.value;
  const change = (part: Partial<ChartsState>) => board.change((before) => ({ ...before, ...part }));
  return (
    <div class="charts-bar row" role="group" aria-label={charts.label}>
      <Search value={state.search} label={charts.search} onChange={(search) => change({ search })} />
      <Select
        label={charts.xAxis}
        value={state.x}
        options={Object.entries(charts.xKinds)}
        // what is zoomed into is of another axis
        onChange={(x) => board.change((before) => ({ ...unzoomed(before), x: x as XKind }))}
      />
      {state.x !== "time" && (
        <label class="chart-check">
          <input
            type="checkbox"
            checked={state.isLogX}
            onChange={(event) => change({ isLogX: event.currentTarget.checked })}
          />
          {charts.logX}
        </label>
      )}
      <SmoothingChoice board={board} />
      {groups && (
        <Select
          label={charts.group}
          value={groups.by}
          options={[["", charts.noGroup], ...groupOptions(groups.columns, groups.by)]}
          onChange={groups.onChange}
        />
      )}
      {board.isGrouped.value && (
        <Select
          label={charts.spread}
          value={state.spread}
          options={Object.entries(charts.spreads)}
          onChange={(spread) => change({ spread: spread as Spread })}
        />
      )}
      <Menu label={charts.add} icon="add" text={charts.add}>
        {(close) => (
          <Adding
            metrics={props.metrics}
            onAdd={(keys) => {
              board.change((before) => withChart(before, keys));
              close();
            }}
          />
        )}
      </Menu>
    </div>
  );
}

function Select(props: {
  label: string;
  value: string;
  options: readonly (readonly [value: string, text: string])[];
  onChange: (value: string) => void;
}) {
  return (
    <label class="chart-field">
      <span>{props.label}</span>
      <select value={props.value} onChange={(event) => props.onChange(event.currentTarget.value)}>
        {props.options.map(([value, text]) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}

function SmoothingChoice({ board }: { board: Board }) {
  const { method, amount } = board.state.value.smoothing;
  const change = (part: Partial<ChartsState["smoothing"]>) =>
    board.change((before) => ({ ...before, smoothing: { ...before.smoothing, ...part } }));
  return (
    <span class="chart-smoothing" title={charts.smoothingHint}>
      <label class="chart-field">
        <span>{charts.smoothing}</span>
        <input
          type="range"
          min="0"
          max="0.99"
          step="0.01"
          value={amount}
          aria-valuetext={amount > 0 ? amount.toFixed(2) : charts.smoothingOff}
          onInput={(event) => change({ amount: Number(event.currentTarget.value) })}
        />
      </label>
      <output class="chart-amount">{amount > 0 ? amount.toFixed(2) : charts.smoothingOff}</output>
      {amount > 0 && (
        <select
          aria-label={charts.method}
          value={method}
          onChange={(event) => change({ method: event.currentTarget.value as Method })}
        >
          {Object.entries(charts.methods).map(([value, text]) => (
            <option key={value} value={value}>
              {text}
            </option>
          ))}
        </select>
      )}
    </span>
  );
}

/** As many values at most make groups that can be told apart. */
const MOST_GROUPS = 60;

/** Return what runs can be grouped by: params and tags in which they differ, with few values. */
export function groupOptions(columns: RunColumns | undefined, chosen: string): (readonly [string, string])[] {
  const found: (readonly [string, string])[] = (["params", "tags"] as const).flatMap((kind) =>
    (columns?.[kind] ?? [])
      .filter(({ key, distinct, differs }) => differs && distinct <= MOST_GROUPS && !key.startsWith("mlflow."))
      .map(({ key }) => [`${kind}.${key}`, key] as const),
  );
  if (chosen && !found.some(([value]) => value === chosen)) {
    found.push([chosen, chosen.slice(chosen.indexOf(".") + 1)]);
  }
  return found;
}

/** How many metrics are offered at once. */
const OFFERED = 200;

function Adding(props: { metrics: readonly string[]; onAdd: (keys: readonly string[]) => void }) {
  const [text, setText] = useState("");
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const found = props.metrics.filter((key) => words.every((word) => key.toLowerCase().includes(word)));
  return (
    <div class="chart-adding">
      <Search value={text} label={charts.search} onChange={setText} />
      <p class="quiet">{charts.addHint}</p>
      <div class="chart-choices">
        {found.slice(0, OFFERED).map((key) => (
          <label key={key} class="chart-check">
            <input
              type="checkbox"
              checked={chosen.includes(key)}
              onChange={({ currentTarget: { checked } }) =>
                setChosen(checked ? [...chosen, key] : chosen.filter((each) => each !== key))
              }
            />
            {key}
          </label>
        ))}
        {found.length === 0 && <p class="quiet">{charts.noneToAdd}</p>}
        {found.length > OFFERED && <p class="quiet">{charts.more(found.length - OFFERED)}</p>}
      </div>
      <button class="primary" disabled={chosen.length === 0} onClick={() => props.onAdd(chosen)}>
        {charts.addOne}
      </button>
    </div>
  );
}
