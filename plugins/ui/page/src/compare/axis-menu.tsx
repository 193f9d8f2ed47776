import { useState } from "preact/hooks";

import type { RunColumns } from "../api/tables";
import { Menu } from "../parts/menu";
import { Search } from "../parts/search";
import { compare, fieldLabel } from "../text/compare";
import { type FieldKind, idOf } from "./fields";
import { fieldsOf } from "./picker";

const KINDS: readonly FieldKind[] = ["param", "latest", "minimum", "maximum", "attribute"];
/** So many fields of a kind are listed; a search finds the others. */
const MOST_LISTED = 60;

/** Chooses the axes of parallel coordinates. */
export function AxisMenu(props: {
  columns: RunColumns;
  axes: readonly string[];
  onChange: (axes: readonly string[]) => void;
}) {
  const [text, setText] = useState("");
  const { axes, onChange } = props;
  return (
    <Menu label={compare.parallel.axes} icon="columns" text={compare.parallel.axes}>
      <div class="axis-menu">
        <Search value={text} onChange={setText} label={compare.parallel.search} />
        {KINDS.map((kind) => {
          const found = fieldsOf(props.columns, kind).filter((field) =>
            fieldLabel(field).toLowerCase().includes(text.toLowerCase()),
          );
          if (!found.length) return null;
          return (
            <fieldset key={kind}>
              <legend>{compare.fieldGroups[kind]}</legend>
              {found.slice(0, MOST_LISTED).map((field) => {
                const id = idOf(field);
                const isOn = axes.includes(id);
                return (
                  <label key={id}>
                    <input
                      type="checkbox"
                      checked={isOn}
                      onChange={() => onChange(isOn ? axes.filter((each) => each !== id) : [...axes, id])}
                    />
                    <span>{fieldLabel(field)}</span>
                  </label>
                );
              })}
              {found.length > MOST_LISTED && <p class="quiet">{compare.more(found.length - MOST_LISTED)}</p>}
            </fieldset>
          );
        })}
      </div>
    </Menu>
  );
}
