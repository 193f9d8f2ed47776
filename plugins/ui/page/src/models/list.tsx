// All registered models.

import "./models.css";

import { useState } from "preact/hooks";

import { SERVER } from "../api/client";
import { byKey, type RegisteredModel } from "../api/entities";
import { createModel, searchModels } from "../api/models";
import { tell } from "../app/notices";
import type { ViewProps } from "../app/page";
import { usePages } from "../app/pages";
import { go, href } from "../app/router";
import { useTitle } from "../app/title";
import { Empty } from "../parts/empty";
import { Failure } from "../parts/failure";
import { filterOf, Finding, type Found, isMistake, readFound, writeFound } from "../parts/finding";
import { Icon } from "../parts/icon";
import { More } from "../parts/more";
import { NameDialog } from "../parts/name";
import { type Order, readOrder, SortableHead, writeOrder } from "../parts/sorting";
import { TagChips } from "../parts/tags";
import { Time } from "../parts/time";
import { common } from "../text/common";
import { models as text, registerLines } from "../text/models";
import { AliasBadge, StageBadge } from "./badges";

const SORTABLE = ["name", "last_updated_timestamp"] as const;
const BY_NAME: Order = { key: "name", isDescending: false };
const PAGE = 100;

/** The list of registered models. */
export default function ModelsPage({ place: { query } }: ViewProps) {
  const searched = readFound(query);
  const order = readOrder(query.get("order"), SORTABLE) ?? BY_NAME;
  const change = (part: { found?: Found; order?: Order }) => {
    const sorted = writeOrder(part.order ?? order);
    const written = { ...writeFound(part.found ?? searched), ...(sorted !== writeOrder(BY_NAME) && { order: sorted }) };
    go(href(["models"], written), { replace: part.found !== undefined });
  };
  const [isMaking, setMaking] = useState(false);
  useTitle(text.title);

  const asked = { filter: filterOf(searched), order_by: [writeOrder(order)], max_results: PAGE };
  const found = usePages(JSON.stringify(asked), async (token, signal) => {
    const page = await searchModels({ ...asked, ...(token && { page_token: token }) }, { signal });
    return { items: page.models, next: page.next };
  });
  const { items } = found;
  return (
    <div class="models">
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
        <Finding
          found={searched}
          labels={text}
          error={found.error}
          onChange={(changed) => change({ found: changed })}
        />
      </div>
      <div class="view-scroll">
        {found.error && !isMistake(found.error) && <Failure error={found.error} retry={found.reload} />}
        {!items && !found.error && <p class="view quiet">{common.loading}</p>}
        {items?.length === 0 && !found.error && <Nothing isFiltered={Boolean(asked.filter)} />}
        {items !== undefined && items.length > 0 && (
          <ModelTable models={items} order={order} onOrder={(sorted) => change({ order: sorted })} />
        )}
        {found.hasMore && <More label={text.more} isLoading={found.isLoading} onMore={found.more} />}
      </div>
      {isMaking && (
        <NameDialog
          title={text.create}
          action={text.createAction}
          onSave={async (name) => {
            await createModel(name);
            found.reload();
            tell(text.created(name), { label: text.show, call: () => go(href(["models", name])) });
          }}
          onClose={() => setMaking(false)}
        />
      )}
    </div>
  );
}

function Nothing({ isFiltered }: { isFiltered: boolean }) {
  if (isFiltered) return <Empty title={text.noneFound}>{text.noneFoundHint}</Empty>;
  return (
    <Empty title={text.none} code={registerLines(SERVER)}>
      {text.noneHint}
    </Empty>
  );
}

function ModelTable(props: { models: readonly RegisteredModel[]; order: Order; onOrder: (order: Order) => void }) {
  const heads = { order: props.order, onChange: props.onOrder };
  return (
    <table class="list">
      <thead>
        <tr>
          <SortableHead {...heads} by="name" label={text.columns.name} />
          <th scope="col" class="number narrow">
            {text.columns.latest}
          </th>
          <th scope="col">{text.columns.aliases}</th>
          <th scope="col">{text.columns.stages}</th>
          <th scope="col">{text.columns.tags}</th>
          <SortableHead
            {...heads}
            by="last_updated_timestamp"
            label={text.columns.changed}
            isDescendingFirst
            class="narrow"
          />
        </tr>
      </thead>
      <tbody>
        {props.models.map((model) => (
          <Row key={model.name} model={model} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ model }: { model: RegisteredModel }) {
  const { name } = model;
  const versions = [...(model.latest_versions ?? [])].sort((a, b) => Number(b.version) - Number(a.version));
  const latest = versions[0]?.version;
  return (
    <tr>
      <th scope="row">
        <a href={href(["models", name])}>{name}</a>
        {model.description && <div class="model-line quiet small-text">{model.description.split("\n")[0]}</div>}
      </th>
      <td class="number">
        {latest === undefined ? (
          <span class="quiet">–</span>
        ) : (
          <a href={href(["models", name, "versions", latest])}>{latest}</a>
        )}
      </td>
      <td>
        <span class="row badges">
          {(model.aliases ?? []).map(({ alias, version }) => (
            <AliasBadge key={alias} alias={alias} name={name} version={version} />
          ))}
        </span>
      </td>
      <td>
        <span class="row badges">
          {versions.map((version) => (
            <StageBadge key={version.version} stage={version.current_stage} />
          ))}
        </span>
      </td>
      <td>
        <TagChips tags={byKey(model.tags)} />
      </td>
      <td class="narrow">
        <Time value={model.last_updated_timestamp} />
      </td>
    </tr>
  );
}
