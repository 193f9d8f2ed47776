import { useState } from "preact/hooks";

import { attempt } from "../app/notices";
import { Confirm, Dialog } from "../parts/dialog";
import { Icon } from "../parts/icon";
import { bulk as text } from "../text/bulk";
import { common } from "../text/common";
import { tickAll } from "../table/ticks";
import { deleteRuns, restoreRuns, tagRuns } from "./bulk";
import { progress } from "./progress";
import type { RunsStore } from "./store";

/** Runs that a comparison shows at most. */
const MOST_COMPARED = 200;

/** What can be done with the runs that have a tick. */
export function BulkBar({ model }: { model: RunsStore }) {
  const [asked, setAsked] = useState<"delete" | "tag" | null>(null);
  const runIds = [...model.selected.value];
  const { lifecycle, mode } = model.view.value;
  const total = model.total.value ?? 0;
  const isTooMany = runIds.length > MOST_COMPARED;
  const isBusy = progress.value !== null;
  if (runIds.length === 0) return null;
  const close = () => setAsked(null);
  return (
    <section class="bulk row" aria-label={text.label}>
      <strong>{text.selected(runIds.length)}</strong>
      {runIds.length < total && (
        <button class="plain" onClick={() => void tickAll(model)}>
          {text.selectAll(total)}
        </button>
      )}
      <span class="grow" />
      <button
        disabled={isTooMany}
        title={isTooMany ? text.tooMany(MOST_COMPARED) : undefined}
        onClick={() => model.change({ mode: "compare", charted: runIds })}
      >
        <Icon name="compare" /> {text.compare}
      </button>
      <button
        disabled={isTooMany}
        title={isTooMany ? text.tooMany(MOST_COMPARED) : undefined}
        onClick={() => model.change({ charted: runIds, mode: mode === "table" ? "split" : mode })}
      >
        <Icon name="eye" /> {text.inCharts}
      </button>
      <button disabled={isBusy} onClick={() => setAsked("tag")}>
        <Icon name="tag" /> {text.tag}
      </button>
      {lifecycle !== "ACTIVE_ONLY" && (
        <button disabled={isBusy} onClick={() => void restoreRuns(model, runIds)}>
          <Icon name="restore" /> {text.restore}
        </button>
      )}
      {lifecycle !== "DELETED_ONLY" && (
        <button class="danger" disabled={isBusy} onClick={() => setAsked("delete")}>
          <Icon name="trash" /> {text.delete}
        </button>
      )}
      <button class="plain" aria-label={text.clear} title={text.clear} onClick={() => model.select(new Set())}>
        <Icon name="close" />
      </button>
      {asked === "delete" && (
        <Confirm
          title={text.deleteTitle(runIds.length)}
          text={text.deleteText}
          action={text.delete}
          onClose={close}
          onConfirm={() => {
            close();
            void deleteRuns(model, runIds);
          }}
        />
      )}
      {asked === "tag" && (
        <TagDialog count={runIds.length} onClose={close} onSet={(key, value) => tagRuns(model, runIds, key, value)} />
      )}
    </section>
  );
}

function TagDialog(props: {
  count: number;
  onSet: (key: string, value: string) => Promise<void>;
  onClose: () => void;
}) {
  const [key, setKey] = useState("");
  const [value, setValue] = useState("");
  return (
    <Dialog title={text.tagTitle(props.count)} onClose={props.onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          props.onClose();
          void attempt(() => props.onSet(key.trim(), value));
        }}
      >
        <label class="field">
          {common.key}
          <input required value={key} autoComplete="off" onInput={(event) => setKey(event.currentTarget.value)} />
        </label>
        <label class="field">
          {common.value}
          <input value={value} autoComplete="off" onInput={(event) => setValue(event.currentTarget.value)} />
        </label>
        <div class="row end">
          <button type="button" onClick={props.onClose}>
            {common.cancel}
          </button>
          <button class="primary" type="submit" disabled={!key.trim()}>
            {text.setTag}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
