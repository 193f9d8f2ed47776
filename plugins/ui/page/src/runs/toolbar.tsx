import "./runs.css";

import { ApiError } from "../api/client";
import type { Lifecycle } from "../api/tables";
import { copyText } from "../app/clipboard";
import { attempt, tell } from "../app/notices";
import { FilterField } from "../filter/field";
import { Failure } from "../parts/failure";
import { Icon, type IconName } from "../parts/icon";
import { Menu } from "../parts/menu";
import { bulk } from "../text/bulk";
import { runs as text, runsOf } from "../text/runs";
import { BulkBar } from "./bulk_bar";
import { ColumnChooser } from "./chooser";
import { exportCsv } from "./export";
import { progress } from "./progress";
import { SavedViews } from "./saved_views";
import type { RunsStore } from "./store";
import type { Mode } from "./view";

const MODE_ICONS: Record<Mode, IconName> = { table: "table", split: "columns", charts: "line", compare: "compare" };

/** What is above the runs: which ones, what of them, and how they are shown. */
export function Toolbar({ model }: { model: RunsStore }) {
  const { filter, lifecycle, mode, nested } = model.view.value;
  const error = model.error.value;
  const isRefused = error instanceof ApiError && error.code === "INVALID_PARAMETER_VALUE";
  return (
    <section class="toolbar" aria-label={text.toolbar}>
      <div class="row toolbar-row">
        <FilterField
          value={filter}
          columns={model.columns.value}
          error={isRefused ? error : undefined}
          onChange={(next) => {
            if (next === filter) model.refresh();
            else model.change({ filter: next });
          }}
        />
        <Count model={model} />
        <select
          aria-label={text.lifecycle}
          value={lifecycle}
          onChange={(event) => model.change({ lifecycle: event.currentTarget.value as Lifecycle })}
        >
          {Object.entries(text.lifecycles).map(([key, label]) => (
            <option key={key} value={key}>
              {label}
            </option>
          ))}
        </select>
        <button
          class="toolbar-icon"
          aria-pressed={nested}
          aria-label={text.nest}
          title={text.nest}
          onClick={() => model.change({ nested: !nested })}
        >
          <Icon name="tree" />
        </button>
        <ColumnChooser model={model} />
        <SavedViews model={model} />
        <Menu
          label={text.more}
          icon="more"
          items={[
            { label: text.refresh, icon: "refresh", onSelect: () => model.refresh() },
            {
              label: text.exportCsv,
              icon: "download",
              isDisabled: progress.value !== null,
              onSelect: () => void save(model),
            },
            { label: text.copyLink, icon: "link", onSelect: () => void copyLink() },
          ]}
        />
        <div class="toolbar-modes" role="group" aria-label={text.mode}>
          {(Object.keys(MODE_ICONS) as Mode[]).map((each) => (
            <button
              key={each}
              class="toolbar-icon"
              aria-pressed={mode === each}
              aria-label={text.modes[each]}
              title={text.modes[each]}
              onClick={() => model.change({ mode: each })}
            >
              <Icon name={MODE_ICONS[each]} />
            </button>
          ))}
        </div>
      </div>
      {error && !isRefused && <Failure error={error} retry={() => model.refresh()} />}
      <BulkBar model={model} />
      <Doing />
    </section>
  );
}

/** How many runs match, and how many came since. */
function Count({ model }: { model: RunsStore }) {
  const total = model.total.value;
  const { filter, lifecycle } = model.view.value;
  const all = filter && lifecycle === "ACTIVE_ONLY" ? model.unfiltered.value : undefined;
  const arrived = model.arrived.value;
  return (
    <>
      <span class="toolbar-count" role="status">
        {total !== undefined && !model.error.value && (all === undefined ? runsOf(total) : text.matching(total, all))}
      </span>
      {arrived > 0 && (
        <button class="small toolbar-arrived" onClick={() => model.toTop()}>
          {text.arrived(arrived)}
        </button>
      )}
    </>
  );
}

/** What is being done with many runs. */
function Doing() {
  const now = progress.value;
  if (!now) return null;
  return (
    <div class="row toolbar-doing" role="status">
      <span>{now.label}</span>
      <progress class="grow" aria-label={now.label} max={now.total ?? 1} value={now.total ? now.done : undefined} />
      <button class="small" onClick={now.cancel}>
        {bulk.stop}
      </button>
    </div>
  );
}

async function save(model: RunsStore): Promise<void> {
  await attempt(async () => {
    try {
      await exportCsv(model);
    } catch (error) {
      if (!(error instanceof DOMException && error.name === "AbortError")) throw error;
      tell(bulk.ended);
    }
  });
}

async function copyLink(): Promise<void> {
  await attempt(() => copyText(window.location.href), text.linkCopied);
}
