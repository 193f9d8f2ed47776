// The head of an experiment's page: what it is called, what is noted of it, and what can be done with it.

import "./experiments.css";

import { useState } from "preact/hooks";

import {
  deleteExperiment,
  deleteExperimentTag,
  fetchExperiment,
  NOTE,
  renameExperiment,
  restoreExperiment,
  setExperimentNote,
  setExperimentTag,
} from "../api/experiments";
import { byKey, type Experiment } from "../api/entities";
import { attempt, tell } from "../app/notices";
import { type Resource, useResource } from "../app/resource";
import { href } from "../app/router";
import { useTitle } from "../app/title";
import { Copy } from "../parts/copy";
import { Failure } from "../parts/failure";
import { Icon } from "../parts/icon";
import { Menu } from "../parts/menu";
import { NameDialog } from "../parts/name";
import { Note } from "../parts/note";
import { isSystemTag, TagChips, TagsEditor } from "../parts/tags";
import { Time } from "../parts/time";
import { common } from "../text/common";
import { experiments as text } from "../text/experiments";
import { firstLine } from "./note";

/** The head of an experiment; `also` are further ones whose runs are shown with its own. */
export function ExperimentHead({ experimentId, also = [] }: { experimentId: string; also?: readonly string[] }) {
  const found = useResource(experimentId, (signal) => fetchExperiment(experimentId, { signal }));
  const current = found.value?.experiment_id === experimentId ? found.value : undefined;
  useTitle(current?.name, text.title);
  if (found.error && !current) return <Failure error={found.error} retry={found.reload} />;
  return (
    <header class="experiment-head">
      {current ? <Head experiment={current} resource={found} also={also} /> : <p class="quiet">{common.loading}</p>}
    </header>
  );
}

function Head(props: { experiment: Experiment; resource: Resource<Experiment>; also: readonly string[] }) {
  const { experiment, resource, also } = props;
  const { experiment_id: id, name } = experiment;
  const [isRenamed, setRenamed] = useState(false);
  const [isOpen, setOpen] = useState(false);
  const tags = byKey(experiment.tags);
  const note = tags[NOTE] ?? "";
  const isDeleted = experiment.lifecycle_stage === "deleted";
  const change = async (action: Promise<unknown>) => {
    await action;
    resource.reload();
  };
  const restore = () => void attempt(() => change(restoreExperiment(id)), text.restored(name));
  const remove = async () => {
    if (await attempt(() => change(deleteExperiment(id)))) tell(text.deleted(name), restore);
  };
  return (
    <>
      <div class="row">
        <h1 tabIndex={-1}>{name}</h1>
        {isDeleted && <span class="badge bad">{text.isDeleted}</span>}
        <span class="quiet small-text experiment-id">
          {text.id} <span class="mono">{id}</span>
          <Copy text={id} label={text.copyId} />
        </span>
        {!isOpen && <TagChips tags={tags} />}
        <span class="grow" />
        <button class="plain quiet" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          <Icon name={isOpen ? "chevronUp" : "chevronDown"} size={12} />
          {text.editNote}
        </button>
        <Menu label={text.about} icon="info" class="plain">
          <About experiment={experiment} />
        </Menu>
        <Menu
          label={text.actions(name)}
          icon="more"
          class="plain"
          items={[
            { label: common.rename, icon: "edit", onSelect: () => setRenamed(true) },
            isDeleted
              ? { label: common.restore, icon: "restore", onSelect: restore }
              : { label: common.delete, icon: "trash", isDanger: true, onSelect: () => void remove() },
          ]}
        />
      </div>
      {also.length > 0 && <Others ids={also} />}
      {isDeleted && (
        <p class="experiment-deleted">
          {text.deletedBanner} <button onClick={restore}>{common.restore}</button>
        </p>
      )}
      {isOpen ? (
        <div class="experiment-more">
          <TagsEditor
            tags={tags}
            onSet={(key, value) => change(setExperimentTag(id, key, value))}
            onDelete={(key) => change(deleteExperimentTag(id, key))}
          />
          <Note text={note} onSave={(written) => change(setExperimentNote(id, written))} />
        </div>
      ) : (
        note && (
          <button class="experiment-note" title={text.editNote} onClick={() => setOpen(true)}>
            {firstLine(note)}
          </button>
        )
      )}
      {isRenamed && (
        <NameDialog
          title={text.renameTitle}
          value={name}
          action={common.rename}
          onSave={(newName) => change(renameExperiment(id, newName))}
          onClose={() => setRenamed(false)}
        />
      )}
    </>
  );
}

function About({ experiment }: { experiment: Experiment }) {
  const system = (experiment.tags ?? []).filter(({ key }) => isSystemTag(key) && key !== NOTE);
  return (
    <dl class="facts">
      <dt>{text.location}</dt>
      <dd class="mono">
        {experiment.artifact_location} <Copy text={experiment.artifact_location} />
      </dd>
      <dt>{text.columns.created}</dt>
      <dd>
        <Time value={experiment.creation_time} isAbsolute />
      </dd>
      <dt>{text.updated}</dt>
      <dd>
        <Time value={experiment.last_update_time} isAbsolute />
      </dd>
      {system.map(({ key, value }) => [<dt key={key}>{key}</dt>, <dd key={`${key} `}>{value}</dd>])}
    </dl>
  );
}

/** The other experiments whose runs are shown, by name. */
function Others({ ids }: { ids: readonly string[] }) {
  const found = useResource(ids.join(), (signal) =>
    Promise.all(ids.map((experimentId) => fetchExperiment(experimentId, { signal }))),
  );
  return (
    <p class="row quiet experiment-others">
      {text.together(ids.length)}
      {(found.value ?? []).map(({ experiment_id, name }) => (
        <a key={experiment_id} href={href(["experiments", experiment_id])}>
          {name}
        </a>
      ))}
      {found.error && found.error.message}
    </p>
  );
}
