// The dialog that makes an experiment.

import { useState } from "preact/hooks";

import { createExperiment } from "../api/experiments";
import { tell } from "../app/notices";
import { go, href } from "../app/router";
import { NameDialog } from "../parts/name";
import { experiments as text } from "../text/experiments";

/** Asks for an experiment's name, and where its artifacts go. */
export function CreateDialog({ onClose, onMade }: { onClose: () => void; onMade: () => void }) {
  const [location, setLocation] = useState("");
  const save = async (name: string) => {
    const made = await createExperiment(name, location.trim());
    onMade();
    tell(text.created(name), { label: text.show, call: () => go(href(["experiments", made])) });
  };
  return (
    <NameDialog title={text.create} action={text.createAction} onSave={save} onClose={onClose}>
      <label class="field">
        {text.location}
        <input
          class="mono"
          value={location}
          autoComplete="off"
          spellcheck={false}
          placeholder="s3://bucket/folder"
          onInput={(event) => setLocation(event.currentTarget.value)}
        />
        <span class="quiet small-text">{text.locationHint}</span>
      </label>
    </NameDialog>
  );
}
