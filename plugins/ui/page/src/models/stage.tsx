// The stage of a version, and the way into another one.

import { useState } from "preact/hooks";

import type { ModelVersion } from "../api/entities";
import { moveToStage, type Stage, STAGES } from "../api/models";
import { attempt } from "../app/notices";
import { Dialog } from "../parts/dialog";
import { Menu } from "../parts/menu";
import { common } from "../text/common";
import { models as text } from "../text/models";

/** Shows the stage of a version, and lets another one be chosen. */
export function StageChoice({ version, onChanged }: { version: ModelVersion; onChanged: () => void }) {
  const current = version.current_stage ?? "None";
  const [chosen, setChosen] = useState<Stage | null>(null);
  const [archivesOthers, setArchivesOthers] = useState(false);
  const isShared = chosen === "Staging" || chosen === "Production"; // only there can others be archived
  const move = async () => {
    if (chosen === null) return;
    const action = () => moveToStage(version.name, version.version, chosen, isShared && archivesOthers);
    if (await attempt(action, text.moved(version.version, chosen))) onChanged();
    setChosen(null);
  };
  return (
    <>
      <Menu
        label={current}
        class="small"
        items={STAGES.map((stage) => ({
          label: stage,
          isChecked: stage === current,
          isDisabled: stage === current,
          onSelect: () => setChosen(stage),
        }))}
      />
      {chosen !== null && (
        <Dialog title={text.stageTitle(version.version, chosen)} onClose={() => setChosen(null)}>
          <p>{isShared ? text.stageText(chosen) : text.stageNote}</p>
          {isShared && (
            <p>
              <label>
                <input
                  type="checkbox"
                  checked={archivesOthers}
                  onChange={(event) => setArchivesOthers(event.currentTarget.checked)}
                />{" "}
                {text.archiveOthers}
              </label>
            </p>
          )}
          <div class="row end">
            <button onClick={() => setChosen(null)}>{common.cancel}</button>
            <button class="primary" onClick={() => void move()}>
              {text.stageAction}
            </button>
          </div>
        </Dialog>
      )}
    </>
  );
}
