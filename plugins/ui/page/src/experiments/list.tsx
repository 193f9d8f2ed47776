// All experiments: found, sorted, made, and looked at together.

import "./experiments.css";

import { useState } from "preact/hooks";

import { SERVER } from "../api/client";
import {
  countRuns,
  deleteExperiment,
  type ExperimentPage,
  restoreExperiment,
  searchExperiments,
} from "../api/experiments";
import type { Experiment } from "../api/entities";
import type { Lifecycle } from "../api/tables";
import { attempt, tell } from "../app/notices";
import type { ViewProps } from "../app/page";
import { type ListPage, usePages } from "../app/pages";
import { useResource } from "../app/resource";
import { go, href } from "../app/router";
import { useTitle } from "../app/title";
import { Empty } from "../parts/empty";
import { Failure } from "../parts/failure";
import { filterOf, Finding, type Found, isMistake, readFound, writeFound } from "../parts/finding";
import { Icon } from "../parts/icon";
import { More } from "../parts/more";
import { type Order, readOrder, writeOrder } from "../parts/sorting";
import { common } from "../text/common";
import { experiments as text, firstLines } from "../text/experiments";
import { CreateDialog } from "./create";
import { ExperimentTable } from "./table";

const SORTABLE = ["name", "creation_time", "last_update_time"] as const;
const NEWEST: Order = { key: "creation_time", isDescending: true };
const PAGE = 100;

/** What the address says of the list. */
interface ListView {
  found: Found;
  lifecycle: Lifecycle;
  order: Order;
}

/** The list of experiments. */
export default function ExperimentsPage({ place: { query } }: ViewProps) {
  const view = read(query);
  const change = (part: Partial<ListView>) =>
    go(href(["experiments"], write({ ...view, ...part })), { replace: part.found !== undefined });
  const [chosen, setChosen] = useState<ReadonlyMap<string, Experiment>>(new Map());
  const [isMaking, setMaking] = useState(false);
  useTitle(text.title);

  const asked = {
    filter: filterOf(view.found),
    view_type: view.lifecycle,
    order_by: [writeOrder(view.order)],
    max_results: PAGE,
  };
  const found = usePages(JSON.stringify(asked), async (token, signal) =>
    toPage(await searchExperiments({ ...asked, ...(token && { page_token: token }) }, { signal })),
  );
  const { items } = found;
  const ids = (items ?? []).map((experiment) => experiment.experiment_id);
  const counts = useResource(ids.join(), (signal) => countRuns(ids, { signal }));
  const reload = () => {
    found.reload();
    setChosen(new Map());
  };

  return (
    <div class="experiments">
      <div class="view-head">
        <div class="row">
          <h1 tabIndex={-1}>{text.title}</h1>
          {items && <span class="quiet">{text.count(items.length, !found.hasMore)}</span>}
          <span class="grow" />
          <button class="primary" onClick={() => setMaking(true)}>
            <Icon name="add" size={14} />
            {text.create}
          </button>
        </div>
        <div class="row top">
          <div class="grow">
            <Finding
              found={view.found}
              labels={text}
              error={found.error}
              onChange={(searched) => change({ found: searched })}
            />
          </div>
          <label>
            <span class="hidden">{text.lifecycle}</span>
            <select
              value={view.lifecycle}
              onChange={(event) => change({ lifecycle: event.currentTarget.value as Lifecycle })}
            >
              {Object.entries(text.lifecycles).map(([key, label]) => (
                <option key={key} value={key}>
                  {label}
                </option>
              ))}
            </select>
          </label>
        </div>
        {chosen.size > 0 && (
          <Chosen chosen={[...chosen.values()]} onDone={reload} onClear={() => setChosen(new Map())} />
        )}
      </div>
      <div class="view-scroll">
        {found.error && !isMistake(found.error) && <Failure error={found.error} retry={found.reload} />}
        {!items && !found.error && <p class="view quiet">{common.loading}</p>}
        {items?.length === 0 && !found.error && <Nothing view={view} />}
        {items !== undefined && items.length > 0 && (
          <ExperimentTable
            experiments={items}
            counts={counts.value}
            order={view.order}
            onOrder={(order) => change({ order })}
            chosen={chosen}
            onChoose={setChosen}
            onChanged={reload}
          />
        )}
        {found.hasMore && <More label={text.more} isLoading={found.isLoading} onMore={found.more} />}
      </div>
      {isMaking && <CreateDialog onClose={() => setMaking(false)} onMade={reload} />}
    </div>
  );
}

/** What can be done with several experiments. */
function Chosen(props: { chosen: readonly Experiment[]; onDone: () => void; onClear: () => void }) {
  const { chosen, onDone } = props;
  const ids = chosen.map((experiment) => experiment.experiment_id);
  const active = chosen.filter((experiment) => experiment.lifecycle_stage === "active");
  const deleted = chosen.filter((experiment) => experiment.lifecycle_stage === "deleted");
  const each = async (
    some: readonly Experiment[],
    action: (id: string) => Promise<unknown>,
    said: string,
    back?: (id: string) => Promise<unknown>,
  ) => {
    const isDone = await attempt(() => Promise.all(some.map((experiment) => action(experiment.experiment_id))));
    if (isDone) tell(said, back && (() => void each(some, back, text.restoredMany(some.length))));
    onDone();
  };
  return (
    <div class="row chosen" role="group" aria-label={text.selected(chosen.length)}>
      <strong>{text.selected(chosen.length)}</strong>
      <a class="button primary" href={href(["experiments", ids.join(",")])}>
        <Icon name="table" size={14} />
        {text.lookTogether}
      </a>
      {active.length > 0 && (
        <button
          class="danger"
          onClick={() => void each(active, deleteExperiment, text.deletedMany(active.length), restoreExperiment)}
        >
          <Icon name="trash" size={14} />
          {common.delete}
        </button>
      )}
      {deleted.length > 0 && (
        <button onClick={() => void each(deleted, restoreExperiment, text.restoredMany(deleted.length))}>
          <Icon name="restore" size={14} />
          {common.restore}
        </button>
      )}
      <button class="plain" onClick={props.onClear}>
        {text.unselect}
      </button>
    </div>
  );
}

function Nothing({ view }: { view: ListView }) {
  if (filterOf(view.found)) return <Empty title={text.noneFound}>{text.noneFoundHint}</Empty>;
  if (view.lifecycle === "DELETED_ONLY") return <Empty title={text.noneDeleted}>{text.noneDeletedHint}</Empty>;
  return (
    <Empty title={text.none} code={firstLines(SERVER)}>
      {text.noneHint}
    </Empty>
  );
}

function toPage({ experiments, next }: ExperimentPage): ListPage<Experiment> {
  return { items: experiments, next };
}

function read(query: URLSearchParams): ListView {
  const lifecycle = query.get("lifecycle");
  return {
    found: readFound(query),
    lifecycle: lifecycle === "DELETED_ONLY" || lifecycle === "ALL" ? lifecycle : "ACTIVE_ONLY",
    order: readOrder(query.get("order"), SORTABLE) ?? NEWEST,
  };
}

function write({ found, lifecycle, order }: ListView): Record<string, string> {
  return {
    ...writeFound(found),
    ...(lifecycle !== "ACTIVE_ONLY" && { lifecycle }),
    ...(writeOrder(order) !== writeOrder(NEWEST) && { order: writeOrder(order) }),
  };
}
