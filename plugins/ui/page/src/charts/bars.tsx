import { formatNumber } from "../parts/number";
import { charts } from "../text/charts";
import { pairOf } from "./loader";

/** A run's only value of a metric. */
export interface Bar {
  runId: string;
  /** The run's name. */
  name: string;
  color: string;
  key: string;
  value: number;
}

/** Return what bars are called: by their runs, and by their metrics if there are several. */
export function labelsOf(bars: readonly Bar[]): string[] {
  const hasKeys = new Set(bars.map(({ key }) => key)).size > 1;
  return bars.map(({ name, key }) => (hasKeys ? `${name} · ${key}` : name));
}

/** Return where a bar begins and how long it is, as shares of the width; the axis holds all values and 0. */
export function spanOf(value: number, values: readonly number[]): { start: number; length: number } {
  const finite = values.filter(Number.isFinite);
  const low = Math.min(0, ...finite);
  const high = Math.max(0, ...finite);
  const whole = high - low || 1;
  if (Number.isNaN(value)) return { start: -low / whole, length: 0 };
  const end = Math.min(high, Math.max(low, value)); // infinities go to the edge
  return { start: (Math.min(0, end) - low) / whole, length: Math.abs(end) / whole };
}

/** Shows single values of runs, one bar each. */
export function Bars(props: {
  bars: readonly Bar[];
  title: string;
  hovered: string | null;
  onHover: (runId: string | null) => void;
}) {
  const { bars } = props;
  const values = bars.map(({ value }) => value);
  const labels = labelsOf(bars);
  return (
    <div
      class="chart-bars"
      tabIndex={0}
      role="group"
      aria-label={charts.chart(props.title, bars.length)}
      onMouseLeave={() => props.onHover(null)}
    >
      <ul>
        {bars.map(({ runId, key, color, value }, i) => {
          const { start, length } = spanOf(value, values);
          return (
            <li
              key={pairOf(runId, key)}
              class={`chart-bar ${props.hovered === runId ? "is-lit" : ""}`}
              onMouseEnter={() => props.onHover(runId)}
            >
              <span class="chart-bar-name" title={labels[i]}>
                {labels[i]}
              </span>
              <span class="chart-bar-track">
                <span
                  class="chart-bar-fill"
                  style={{ background: color, left: `${100 * start}%`, width: `${100 * length}%` }}
                />
              </span>
              <span class="chart-bar-value">{formatNumber(value, 5)}</span>
            </li>
          );
        })}
      </ul>
    </div>
  );
}
