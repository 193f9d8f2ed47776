import { useState } from "preact/hooks";

import { attempt } from "../app/notices";
import { useResource } from "../app/resource";
import { href } from "../app/router";
import { Failure } from "../parts/failure";
import { Icon } from "../parts/icon";
import { Menu } from "../parts/menu";
import { NameDialog } from "../parts/name";
import { common } from "../text/common";
import { runs as text } from "../text/runs";
import { deleteView, fetchViews, isSameView, renameView, saveView, type SavedView } from "./saved";
import type { RunsStore } from "./store";
import { writeView } from "./view";

/** The saved views of an experiment: choose one, save, replace, rename and delete. */
export function SavedViews({ model }: { model: RunsStore }) {
  const [named, setNamed] = useState<SavedView | "new" | null>(null);
  const experimentId = model.experimentIds[0] ?? "";
  const save = async (name: string) => {
    if (named === "new") await saveView(experimentId, name.trim(), model.view.peek());
    else if (named) await renameView(experimentId, named, name.trim());
  };
  return (
    <>
      <Menu label={text.views}>
        {(close) => (
          <Views
            model={model}
            experimentId={experimentId}
            onClose={close}
            onName={(saved) => {
              close();
              setNamed(saved);
            }}
          />
        )}
      </Menu>
      {named !== null && (
        <NameDialog
          title={named === "new" ? text.saveViewTitle : text.renameView(named.name)}
          value={named === "new" ? "" : named.name}
          action={common.save}
          onSave={save}
          onClose={() => setNamed(null)}
        />
      )}
    </>
  );
}

function Views(props: {
  model: RunsStore;
  experimentId: string;
  onClose: () => void;
  onName: (saved: SavedView | "new") => void;
}) {
  const { model, experimentId } = props;
  const found = useResource(experimentId, (signal) => fetchViews(experimentId, signal));
  const after = async (action: Promise<unknown>, done: string) => {
    if (await attempt(() => action, done)) found.reload();
  };
  const now = model.view.value;
  return (
    <div class="views">
      {found.error && <Failure error={found.error} retry={found.reload} />}
      {found.value?.length === 0 && <p class="quiet">{text.noViews}</p>}
      <ul class="views-list">
        {found.value?.map((saved) => (
          <li key={saved.name} class="row">
            <a
              class="grow"
              href={href(["experiments", experimentId], writeView(saved.view))}
              aria-current={isSameView(saved.view, now) ? "true" : undefined}
              onClick={props.onClose}
            >
              {saved.name}
            </a>
            <Act
              icon="save"
              label={text.overwriteView(saved.name)}
              onClick={() => void after(saveView(experimentId, saved.name, now), text.viewSaved(saved.name))}
            />
            <Act icon="edit" label={text.renameView(saved.name)} onClick={() => props.onName(saved)} />
            <Act
              icon="trash"
              label={text.deleteView(saved.name)}
              onClick={() => void after(deleteView(experimentId, saved.name), text.viewDeleted(saved.name))}
            />
          </li>
        ))}
      </ul>
      <button onClick={() => props.onName("new")}>{text.saveView}</button>
    </div>
  );
}

function Act({ icon, label, onClick }: { icon: "save" | "edit" | "trash"; label: string; onClick: () => void }) {
  return (
    <button class="plain small" aria-label={label} title={label} onClick={onClick}>
      <Icon name={icon} size={14} />
    </button>
  );
}
