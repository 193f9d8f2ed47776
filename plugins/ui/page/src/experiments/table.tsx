// The rows of the list of experiments.

import { useState } from "preact/hooks";

import { byKey, type Experiment } from "../api/entities";
import { deleteExperiment, NOTE, renameExperiment, restoreExperiment, type RunCount } from "../api/experiments";
import { attempt, tell } from "../app/notices";
import { href } from "../app/router";
import { Menu } from "../parts/menu";
import { NameDialog } from "../parts/name";
import { type Order, SortableHead } from "../parts/sorting";
import { TagChips } from "../parts/tags";
import { Time } from "../parts/time";
import { common } from "../text/common";
import { experiments as text } from "../text/experiments";
import { firstLine } from "./note";

type Chosen = ReadonlyMap<string, Experiment>;

/** A table of experiments, of which some can be chosen. */
export function ExperimentTable(props: {
  experiments: readonly Experiment[];
  counts: ReadonlyMap<string, RunCount> | undefined;
  order: Order;
  onOrder: (order: Order) => void;
  chosen: Chosen;
  onChoose: (chosen: Chosen) => void;
  onChanged: () => void;
}) {
  const { experiments, chosen, onChoose } = props;
  const [renamed, setRenamed] = useState<Experiment | null>(null);
  const areAll = experiments.every((each) => chosen.has(each.experiment_id));
  const choose = (experiment: Experiment) => {
    const changed = new Map(chosen);
    if (!changed.delete(experiment.experiment_id)) changed.set(experiment.experiment_id, experiment);
    onChoose(changed);
  };
  const heads = { order: props.order, onChange: props.onOrder };
  return (
    <>
      <table class="list">
        <thead>
          <tr>
            <th class="narrow">
              <input
                type="checkbox"
                aria-label={text.selectAll}
                checked={areAll}
                indeterminate={!areAll && chosen.size > 0}
                onChange={() => onChoose(areAll ? new Map() : new Map(experiments.map((e) => [e.experiment_id, e])))}
              />
            </th>
            <SortableHead {...heads} by="name" label={text.columns.name} />
            <th scope="col">{text.columns.tags}</th>
            <th scope="col" class="number">
              {text.columns.runs}
            </th>
            <th scope="col" class="narrow">
              {text.columns.lastRun}
            </th>
            <SortableHead {...heads} by="creation_time" label={text.columns.created} isDescendingFirst class="narrow" />
            <SortableHead {...heads} by="last_update_time" label={text.updated} isDescendingFirst class="narrow" />
            <th class="narrow">
              <span class="hidden">{text.columns.actions}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {experiments.map((experiment) => (
            <Row
              key={experiment.experiment_id}
              experiment={experiment}
              count={props.counts?.get(experiment.experiment_id)}
              isChosen={chosen.has(experiment.experiment_id)}
              onChoose={() => choose(experiment)}
              onRename={() => setRenamed(experiment)}
              onChanged={props.onChanged}
            />
          ))}
        </tbody>
      </table>
      {renamed && (
        <NameDialog
          title={text.renameTitle}
          value={renamed.name}
          action={common.rename}
          onSave={async (name) => {
            await renameExperiment(renamed.experiment_id, name);
            props.onChanged();
          }}
          onClose={() => setRenamed(null)}
        />
      )}
    </>
  );
}

function Row(props: {
  experiment: Experiment;
  count: RunCount | undefined;
  isChosen: boolean;
  onChoose: () => void;
  onRename: () => void;
  onChanged: () => void;
}) {
  const { experiment, count, isChosen, onChanged } = props;
  const { experiment_id: id, name } = experiment;
  const tags = byKey(experiment.tags);
  const note = firstLine(tags[NOTE] ?? "");
  const isDeleted = experiment.lifecycle_stage === "deleted";
  const restore = async () => {
    if (await attempt(() => restoreExperiment(id), text.restored(name))) onChanged();
  };
  const remove = async () => {
    if (!(await attempt(() => deleteExperiment(id)))) return;
    tell(text.deleted(name), () => void restore());
    onChanged();
  };
  return (
    <tr class={isChosen ? "selected" : undefined}>
      <td>
        <input type="checkbox" aria-label={text.select(name)} checked={isChosen} onChange={props.onChoose} />
      </td>
      <th scope="row">
        <a href={href(["experiments", id])}>{name}</a> {isDeleted && <span class="badge bad">{text.isDeleted}</span>}
        {note && <div class="experiment-line quiet small-text">{note}</div>}
      </th>
      <td>
        <TagChips tags={tags} />
      </td>
      <td class="number">{count?.runs.toLocaleString("en")}</td>
      <td class="narrow">{count && <Time value={count.lastStart} />}</td>
      <td class="narrow">
        <Time value={experiment.creation_time} />
      </td>
      <td class="narrow">
        <Time value={experiment.last_update_time} />
      </td>
      <td class="narrow">
        <Menu
          label={text.actions(name)}
          icon="more"
          class="plain small"
          items={[
            { label: common.rename, icon: "edit", onSelect: props.onRename },
            isDeleted
              ? { label: common.restore, icon: "restore", onSelect: () => void restore() }
              : { label: common.delete, icon: "trash", isDanger: true, onSelect: () => void remove() },
          ]}
        />
      </td>
    </tr>
  );
}
