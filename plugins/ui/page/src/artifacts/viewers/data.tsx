// JSON and YAML as a tree.

import { useMemo, useState } from "preact/hooks";

import { useResource } from "../../app/resource";
import { Copy } from "../../parts/copy";
import { browserText, viewText } from "../../text/artifacts";
import { fetchText } from "../contents";
import type { ViewedFile } from "../file";
import { Tree } from "../tree";
import TextViewer from "./text";
import { firstOpen, parseData, preview, rowsOf, type ValueRow, wholeText } from "./values";

/** Bytes that are read at most: more would hold up the page. */
const MOST = 16 << 20;

/** Shows a file of data as a tree; as text where it is too large, or no such data. */
export default function TreeViewer({ file }: { file: ViewedFile }) {
  const { kind } = file.recognized;
  const data = useResource(file.url, async (signal) => ({
    root: await parseData(kind, await fetchText(file.url, MOST, signal)),
  }));
  if (data.error) {
    return (
      <>
        <p class="warn" role="status">
          {data.error.message} {viewText.shownAsText}
        </p>
        <TextViewer file={file} />
      </>
    );
  }
  if (!data.value) return <p class="quiet artifacts-note">{browserText.loading}</p>;
  return <ValueTree label={viewText.contents(file.name)} root={data.value.root} />;
}

/** Shows a value whose parts open and close; of the chosen one the whole is shown below. */
export function ValueTree({ label, root }: { label: string; root: unknown }) {
  const [open, setOpen] = useState<ReadonlySet<string>>(() => firstOpen(root));
  const [chosen, setChosen] = useState<ValueRow>();
  const rows = useMemo(() => rowsOf(root, open), [root, open]);
  const toggle = ({ id }: ValueRow) => {
    const changed = new Set(open);
    if (!changed.delete(id)) changed.add(id);
    setOpen(changed);
  };
  const choose = (row: ValueRow) => {
    setChosen(row);
    if (row.isOpen !== undefined) toggle(row);
  };
  const whole = chosen && !chosen.isRange ? textOf(chosen.value) : undefined;
  return (
    <div class="values">
      <Tree label={label} rows={rows} {...(chosen && { selected: chosen.id })} onSelect={choose} onToggle={toggle}>
        {(row) => (
          <>
            {row.label !== "" && <span class={row.isRange ? "quiet mono" : "value-key"}>{row.label}</span>}
            {!row.isRange && <span class={`value value-${typeOf(row.value)}`}>{preview(row.value)}</span>}
          </>
        )}
      </Tree>
      {chosen && whole !== undefined && (
        <div class="value-whole">
          <p class="row">
            <code class="grow">{chosen.path}</code>
            <Copy text={whole} />
          </p>
          <pre tabIndex={0} role="region" aria-label={chosen.path || label}>
            {whole}
          </pre>
        </div>
      )}
    </div>
  );
}

function typeOf(value: unknown): string {
  if (value === null) return "null";
  return typeof value === "bigint" ? "number" : typeof value;
}

function textOf(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  return typeof value === "object" && value !== null ? undefined : wholeText(value);
}
