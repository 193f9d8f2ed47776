import { formatNumber } from "../parts/number";
import { dateTime } from "../parts/time";
import { charts } from "../text/charts";
import type { Near } from "./figure";
import type { Pointing } from "./plot";
import type { XKind } from "./state";
import { lengthLabel } from "./time";

/** How many lines are told of where the pointer is. */
const MOST = 8;

/** Return an x as people read it. */
export function xText(x: number, kind: XKind): string {
  if (kind === "step") return charts.step(Math.round(x * 100) / 100);
  return kind === "time" ? dateTime(x) : lengthLabel(Math.round(x));
}

/** Says which values are near to the pointer; where another chart is pointed at, only that of the same run. */
export function Tooltip(props: { pointing: Pointing; x: XKind; hovered: string | null }) {
  const { isHere, near, left, top, x } = props.pointing;
  const told = isHere ? near.slice(0, MOST) : near.filter(({ line }) => line.runId === props.hovered && line.runId);
  const first = told[0];
  if (!first) return null;
  const at = isHere ? (first.line.x[first.index] ?? x) : x;
  return (
    <div class={`chart-tip ${isHere ? "" : "chart-tip-far"}`} ref={(element) => place(element, left, top)}>
      {isHere && <div class="quiet">{xText(at, props.x)}</div>}
      {told.map((each) => (
        <Value key={`${each.line.runId}${each.line.label}`} near={each} isNearest={isHere && each === first} />
      ))}
      {isHere && near.length > MOST && <div class="quiet">{charts.more(near.length - MOST)}</div>}
    </div>
  );
}

function Value({ near: { line, index }, isNearest }: { near: Near; isNearest: boolean }) {
  const value = line.y[index] ?? NaN;
  const raw = line.raw?.[index];
  const { band } = line;
  return (
    <div class={`chart-tip-row ${isNearest ? "is-nearest" : ""}`}>
      <span class="chart-dot" style={{ background: line.color }} />
      <span class="chart-tip-name">{line.label || charts.ungrouped}</span>
      <span class="chart-tip-value">
        {formatNumber(value, 5)}
        {raw !== undefined && <span class="quiet"> ({formatNumber(raw, 5)})</span>}
        {band && <span class="quiet"> {charts.band(band.low[index] ?? NaN, band.high[index] ?? NaN)}</span>}
      </span>
    </div>
  );
}

/** Put the box beside the pointer, on the side where the chart has room. */
function place(element: HTMLElement | null, left: number, top: number): void {
  const chart = element?.parentElement;
  if (!element || !chart) return;
  const isRight = left > chart.clientWidth / 2;
  element.style.left = isRight ? "" : `${left + 14}px`;
  element.style.right = isRight ? `${chart.clientWidth - left + 14}px` : "";
  element.style.top = `${Math.max(0, Math.min(top - 10, chart.clientHeight - element.offsetHeight - 4))}px`;
}
