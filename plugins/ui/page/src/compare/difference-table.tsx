import { useMemo, useState } from "preact/hooks";

import { download } from "../app/download";
import { attempt } from "../app/notices";
import { Time } from "../parts/time";
import { toCsv } from "../parts/csv";
import { Icon } from "../parts/icon";
import type { ChartedRun } from "../runs/model";
import { compare, fieldLabel } from "../text/compare";
import { type DifferenceRow, differences, type Section, sourceOf } from "./difference";
import type { Keys } from "./fields";
import type { PlotProps } from "./panel-props";
import type { Value } from "./scale";
import { formatValue, runHref } from "./values";
import { diffWords } from "./words";

const { table: words } = compare;
/** Texts from this length are compared word by word, and cut. */
const LONG = 48;
const CUT = 280;

interface TableProps extends PlotProps {
  keys: Keys;
  /** Takes a run out of the comparison. */
  onRemove: ((runId: string) => void) | undefined;
}

/** What differs between runs: a row for each param, metric and tag, a column for each run. */
export function DifferenceTable({ runs, keys, state, change, onRemove, model }: TableProps) {
  const { all, base } = state.table;
  const sections = useMemo(() => differences(runs, keys, state.better, all), [runs, keys, state.better, all]);
  const first = Math.max(
    0,
    runs.findIndex(({ row }) => row.runId === base),
  );
  const shown = sections.filter(({ rows }) => rows.length > 0);
  const csv = () => csvOf(runs, shown);
  const hovered = model.hovered.value;
  return (
    <>
      <div class="compare-tools row">
        <label>
          <input type="checkbox" checked={all} onChange={() => change({ table: { ...state.table, all: !all } })} />
          {words.all}
        </label>
        <span class="grow" />
        <button onClick={() => void attempt(() => navigator.clipboard.writeText(csv()), words.copied)}>
          <Icon name="copy" />
          {words.copy}
        </button>
        <button onClick={() => download("comparison.csv", csv(), "text/csv")}>
          <Icon name="download" />
          {words.save}
        </button>
      </div>
      {runs.length === 1 && <p class="quiet">{compare.one}</p>}
      {shown.length === 0 && runs.length > 1 && <p class="quiet">{words.same}</p>}
      <div class="differences" tabIndex={0} role="region" aria-label={words.label}>
        <table>
          <thead>
            <tr>
              <th scope="col" class="key">
                {words.key}
              </th>
              {runs.map(({ row, color }, i) => (
                <th
                  key={row.runId}
                  scope="col"
                  class={row.runId === hovered ? "hovered" : undefined}
                  onMouseEnter={() => model.hover(row.runId)}
                  onMouseLeave={() => model.hover(null)}
                >
                  <span class="run-name">
                    <span class="dot" style={{ background: color }} />
                    <a href={runHref(row)}>{row.name || row.runId}</a>
                    {onRemove && runs.length > 1 && (
                      <button
                        class="plain small"
                        aria-label={words.remove(row.name || row.runId)}
                        title={words.remove(row.name || row.runId)}
                        onClick={() => onRemove(row.runId)}
                      >
                        <Icon name="close" size={12} />
                      </button>
                    )}
                  </span>
                  <span class="quiet">
                    <Time value={row.startTime} isAbsolute />
                  </span>
                  {sourceOf(row) && <span class="quiet source">{sourceOf(row)}</span>}
                  {runs.length > 1 && (
                    <button
                      class="plain small base"
                      aria-pressed={i === first}
                      aria-label={`${i === first ? words.isBase : words.base}: ${row.name || row.runId}`}
                      title={i === first ? words.isBase : words.base}
                      onClick={() => change({ table: { ...state.table, base: row.runId } })}
                    >
                      <Icon name="pin" size={12} />
                    </button>
                  )}
                </th>
              ))}
            </tr>
          </thead>
          {shown.map((section) => (
            <tbody key={section.kind}>
              <tr class="section">
                <th scope="rowgroup">
                  {words.sections[section.kind]}{" "}
                  <span class="quiet">
                    {words.rows(section.rows.filter(({ differs }) => differs).length, section.total)}
                  </span>
                </th>
                <td colSpan={runs.length} />
              </tr>
              {section.rows.map((row) => (
                <Row key={row.id} row={row} runs={runs} base={first} state={state} change={change} />
              ))}
            </tbody>
          ))}
        </table>
      </div>
    </>
  );
}

function Row({
  row,
  runs,
  base,
  state,
  change,
}: Pick<PlotProps, "runs" | "state" | "change"> & { row: DifferenceRow; base: number }) {
  const { field, goal } = row;
  return (
    <tr class={row.differs ? undefined : "same"}>
      <th scope="row" class="key">
        <span class="row-name">{fieldLabel(field)}</span>
        {goal && (
          <button
            class="plain small"
            aria-label={`${field.key}: ${words.goal[goal]}`}
            title={words.goal[goal]}
            onClick={() => {
              const other = goal === "minimize" ? "maximize" : "minimize";
              change({ better: { ...state.better, [field.key]: other } });
            }}
          >
            <Icon name={goal === "minimize" ? "sortDown" : "sortUp"} size={12} />
          </button>
        )}
      </th>
      {row.values.map((value, i) => (
        <Cell
          key={runs[i]?.row.runId ?? i}
          value={value}
          base={i === base ? undefined : row.values[base]}
          isBest={row.best?.has(i) ?? false}
        />
      ))}
    </tr>
  );
}

function Cell({ value, base, isBest }: { value: Value; base: Value; isBest: boolean }) {
  if (typeof value === "number") {
    return (
      <td class={isBest ? "number best" : "number"} title={String(value)}>
        {formatValue(value)}
        {isBest && <span class="hidden"> {words.best}</span>}
      </td>
    );
  }
  if (value === undefined) return <td class="quiet">–</td>;
  const isLong = value.length > LONG || value.includes("\n");
  return (
    <td class={isLong ? "long" : undefined}>
      {isLong ? <LongText text={value} base={typeof base === "string" ? base : undefined} /> : value}
    </td>
  );
}

/** A long text with the words that differ from another; cut until all of it is asked for. */
function LongText({ text, base }: { text: string; base: string | undefined }) {
  const [isWhole, setWhole] = useState(false);
  const parts = useMemo(
    () => (base === undefined || base === text ? [{ kind: "same" as const, text }] : diffWords(base, text)),
    [base, text],
  );
  let room = isWhole ? Infinity : CUT;
  const total = parts.reduce((sum, part) => sum + part.text.length, 0);
  return (
    <>
      {parts.map((part, i) => {
        if (room <= 0) return null;
        const shown = part.text.slice(0, room);
        room -= part.text.length;
        if (part.kind === "added") return <ins key={i}>{shown}</ins>;
        return part.kind === "removed" ? <del key={i}>{shown}</del> : <span key={i}>{shown}</span>;
      })}
      {total > CUT && (
        <>
          {!isWhole && "…"}{" "}
          <button class="plain small" onClick={() => setWhole(!isWhole)}>
            {isWhole ? words.collapse : words.expand}
          </button>
        </>
      )}
    </>
  );
}

/** Return the table as CSV: a column for each run, values in full. */
function csvOf(runs: readonly ChartedRun[], sections: readonly Section[]): string {
  const time = (value: number | null) => (value === null ? "" : new Date(value).toISOString());
  return toCsv([
    ["kind", "name", ...runs.map(({ row }) => row.name)],
    ["run", "run_id", ...runs.map(({ row }) => row.runId)],
    ["run", "start_time", ...runs.map(({ row }) => time(row.startTime))],
    ["run", "source", ...runs.map(({ row }) => sourceOf(row))],
    ...sections.flatMap(({ kind, rows }) =>
      rows.map(({ field, values }) => [kind === "attribute" ? "run" : kind, field.key, ...values]),
    ),
  ]);
}
