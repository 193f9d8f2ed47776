import { useState } from "preact/hooks";

import { Menu } from "../parts/menu";
import { edit, labelOf } from "../table/columns";
import { removed } from "../table/edit";
import { runs as text } from "../text/runs";
import { type ColumnChoice, columnChoices } from "./choices";
import { idOf } from "./columns";
import type { RunsStore } from "./store";
import type { ColumnSpec } from "./view";

/** Keys of a kind that are listed at once. */
const LISTED = 100;
const KINDS = ["metric", "param", "attribute", "tag"] as const;

/** Chooses the columns of the table. */
export function ColumnChooser({ model }: { model: RunsStore }) {
  return (
    <Menu label={text.columns} icon="columns" text={text.columns}>
      <Choices model={model} />
    </Menu>
  );
}

function Choices({ model }: { model: RunsStore }) {
  const [wanted, setWanted] = useState("");
  const shown = model.shown.value;
  const choices = columnChoices(model.columns.value, wanted, labelOf);
  const isShown = (spec: ColumnSpec) => shown.some((each) => each.kind === spec.kind && each.key === spec.key);
  const toggle = (spec: ColumnSpec) =>
    edit(model, (columns) => {
      const same = columns.filter((each) => each.kind === spec.kind && each.key === spec.key);
      if (same.length === 0) return [...columns, spec];
      return same.reduce((left, each) => removed(left, idOf(each)), columns);
    });
  return (
    <div class="chooser">
      <input
        type="search"
        aria-label={text.searchColumns}
        placeholder={text.searchColumns}
        value={wanted}
        onInput={(event) => setWanted(event.currentTarget.value)}
      />
      <div class="chooser-list">
        {KINDS.map((kind) => (
          <Group key={kind} kind={kind} choices={choices[kind]} isShown={isShown} onToggle={toggle} />
        ))}
        {KINDS.every((kind) => choices[kind].length === 0) && <p class="quiet">{text.noColumns}</p>}
      </div>
      <button
        disabled={model.view.value.columns === null}
        onClick={() => model.change({ columns: null }, { replace: true })}
      >
        {text.resetColumns}
      </button>
    </div>
  );
}

function Group(props: {
  kind: ColumnSpec["kind"];
  choices: readonly ColumnChoice[];
  isShown: (spec: ColumnSpec) => boolean;
  onToggle: (spec: ColumnSpec) => void;
}) {
  const { kind, choices } = props;
  if (choices.length === 0) return null;
  return (
    <fieldset>
      <legend>{text.groups[kind]}</legend>
      {choices.slice(0, LISTED).map(({ spec, differs }) => (
        <label key={spec.key} class="chooser-item">
          <input type="checkbox" checked={props.isShown(spec)} onChange={() => props.onToggle(spec)} />
          <span class="chooser-name">{labelOf(spec)}</span>
          {differs && (
            <span class="chooser-differs" title={text.differs}>
              ≠<span class="hidden">{text.differs}</span>
            </span>
          )}
        </label>
      ))}
      {choices.length > LISTED && <p class="quiet">{text.moreColumns(choices.length - LISTED)}</p>}
    </fieldset>
  );
}
