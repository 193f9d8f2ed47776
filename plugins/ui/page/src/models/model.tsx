// A registered model: what it is, and its versions, in a table or side by side.

import "./models.css";

import { useState } from "preact/hooks";

import { byKey, type ModelVersion, type RegisteredModel } from "../api/entities";
import {
  deleteModel,
  deleteModelTag,
  describeModel,
  fetchModel,
  fetchVersions,
  renameModel,
  setModelTag,
} from "../api/models";
import { attempt, tell } from "../app/notices";
import type { ViewProps } from "../app/page";
import { useResource } from "../app/resource";
import { go, href } from "../app/router";
import { useTitle } from "../app/title";
import { Copy } from "../parts/copy";
import { Confirm } from "../parts/dialog";
import { Failure } from "../parts/failure";
import { Menu } from "../parts/menu";
import { NameDialog } from "../parts/name";
import { Note } from "../parts/note";
import { TagsEditor } from "../parts/tags";
import { Time } from "../parts/time";
import { common } from "../text/common";
import { models as text } from "../text/models";
import { Compared } from "./compared";
import { Versions } from "./versions";

/** The page of a registered model. */
export default function ModelPage({ place: { path, query } }: ViewProps) {
  const name = path[1] ?? "";
  return <Model key={name} name={name} compared={readCompared(query.get("compare"))} />;
}

function Model({ name, compared }: { name: string; compared: readonly string[] }) {
  useTitle(name, text.one);
  const found = useResource(name, async (signal) => {
    const [model, versions] = await Promise.all([fetchModel(name, { signal }), fetchVersions(name, { signal })]);
    return { model, versions };
  });
  if (!found.value) {
    return found.error ? (
      <Failure error={found.error} retry={found.reload} />
    ) : (
      <p class="view quiet">{common.loading}</p>
    );
  }
  const { model, versions } = found.value;
  const chosen = compared.flatMap((number) => versions.find((version) => version.version === number) ?? []);
  return (
    <div class="model">
      <Head model={model} versions={versions} onChanged={found.reload} isShort={chosen.length > 1} />
      <div class="view-scroll">
        {chosen.length > 1 ? <Compared name={name} versions={chosen} /> : <Versions name={name} versions={versions} />}
      </div>
    </div>
  );
}

function Head(props: {
  model: RegisteredModel;
  versions: readonly ModelVersion[];
  onChanged: () => void;
  /** Only the name, where the room is for something else. */
  isShort: boolean;
}) {
  const { model, versions, onChanged } = props;
  const { name } = model;
  const [asked, setAsked] = useState<"rename" | "delete" | null>(null);
  const change = async (action: Promise<unknown>) => {
    await action;
    onChanged();
  };
  const remove = async () => {
    if (!(await attempt(() => deleteModel(name)))) return;
    tell(text.deleted(name));
    go(href(["models"]), { replace: true });
  };
  return (
    <header>
      <div class="view-head">
        <nav class="crumbs" aria-label={text.title}>
          <a href={href(["models"])}>{text.title}</a>
        </nav>
        <div class="row">
          <h1 tabIndex={-1}>{props.isShort ? text.compareTitle(name) : name}</h1>
          <Copy text={name} label={text.copyName} />
          <span class="grow" />
          <span class="quiet small-text">
            {text.createdAt} <Time value={model.creation_timestamp} /> · {text.changed}{" "}
            <Time value={model.last_updated_timestamp} />
          </span>
          <Menu
            label={text.actions(name)}
            icon="more"
            class="plain"
            items={[
              { label: common.rename, icon: "edit", onSelect: () => setAsked("rename") },
              { label: common.delete, icon: "trash", isDanger: true, onSelect: () => setAsked("delete") },
            ]}
          />
        </div>
      </div>
      {!props.isShort && (
        <div class="model-about">
          <TagsEditor
            tags={byKey(model.tags)}
            onSet={(key, value) => change(setModelTag(name, key, value))}
            onDelete={(key) => change(deleteModelTag(name, key))}
          />
          <Note
            label={text.description}
            text={model.description ?? ""}
            onSave={(written) => change(describeModel(name, written))}
          />
        </div>
      )}
      {asked === "rename" && (
        <NameDialog
          title={text.renameTitle}
          value={name}
          action={common.rename}
          onSave={async (newName) => {
            await renameModel(name, newName);
            go(href(["models", newName]), { replace: true });
          }}
          onClose={() => setAsked(null)}
        />
      )}
      {asked === "delete" && (
        <Confirm
          title={text.deleteTitle(name)}
          text={text.deleteText(versions.length)}
          action={common.delete}
          onConfirm={() => void remove()}
          onClose={() => setAsked(null)}
        />
      )}
    </header>
  );
}

/** Return the numbers of the versions that an address compares. */
function readCompared(written: string | null): readonly string[] {
  try {
    const read: unknown = JSON.parse(written ?? "[]");
    return Array.isArray(read) ? read.map(String) : [];
  } catch {
    return [];
  }
}
