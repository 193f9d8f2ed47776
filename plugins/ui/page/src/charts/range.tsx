import { useState } from "preact/hooks";

import { Dialog } from "../parts/dialog";
import { charts } from "../text/charts";
import type { CardState } from "./state";

/** Asks from where to where the y axis shall reach; what is left empty is as the values are. */
export function RangeDialog(props: {
  range: CardState["yRange"];
  onChange: (range: CardState["yRange"]) => void;
  onClose: () => void;
}) {
  const [low, setLow] = useState(String(props.range?.[0] ?? ""));
  const [high, setHigh] = useState(String(props.range?.[1] ?? ""));
  const [isWrong, setWrong] = useState(false);
  const apply = (event: Event) => {
    event.preventDefault();
    const ends = [read(low), read(high)] as const;
    const [from, to] = ends;
    if (Number.isNaN(from) || Number.isNaN(to) || (from !== null && to !== null && from >= to)) {
      setWrong(true);
      return;
    }
    props.onChange(from === null && to === null ? undefined : ends);
    props.onClose();
  };
  const field = (label: string, value: string, onInput: (text: string) => void) => (
    <label class="chart-field">
      {label}
      <input
        inputMode="decimal"
        value={value}
        placeholder={charts.automatic}
        aria-invalid={isWrong}
        onInput={(event) => onInput(event.currentTarget.value)}
      />
    </label>
  );
  return (
    <Dialog title={charts.rangeTitle} onClose={props.onClose}>
      <form class="row" onSubmit={apply}>
        {field(charts.lowest, low, setLow)}
        {field(charts.highest, high, setHigh)}
        <button class="primary">{charts.apply}</button>
      </form>
      {isWrong && <p role="alert">{charts.wrongRange}</p>}
    </Dialog>
  );
}

function read(text: string): number | null {
  return text.trim() === "" ? null : Number(text);
}
