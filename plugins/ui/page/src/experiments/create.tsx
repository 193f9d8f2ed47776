// The dialog that makes an experiment.

import { useEffect, useRef, useState } from "preact/hooks";

import { createExperiment } from "../api/experiments";
import { tell } from "../app/notices";
import { go, href } from "../app/router";
import { Dialog } from "../parts/dialog";
import { FormError } from "../parts/name";
import { common } from "../text/common";
import { experiments as text } from "../text/experiments";

/** Asks for an experiment's name, and where its artifacts go. */
export function CreateDialog({ onClose, onMade }: { onClose: () => void; onMade: () => void }) {
  const [name, setName] = useState("");
  const [location, setLocation] = useState("");
  const [error, setError] = useState("");
  const [isSaving, setSaving] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);
  const save = async () => {
    setSaving(true);
    try {
      const made = await createExperiment(name, location.trim());
      onClose();
      onMade();
      tell(text.created(name), { label: text.show, call: () => go(href(["experiments", made])) });
    } catch (failure) {
      setError(failure instanceof Error ? failure.message : String(failure));
      setSaving(false);
    }
  };
  return (
    <Dialog title={text.create} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <label class="field">
          {common.name}
          <input
            ref={field}
            required
            value={name}
            autoComplete="off"
            spellcheck={false}
            onInput={(event) => setName(event.currentTarget.value)}
          />
        </label>
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
        <FormError text={error} />
        <div class="row end">
          <button type="button" onClick={onClose}>
            {common.cancel}
          </button>
          <button class="primary" type="submit" disabled={isSaving || !name.trim()}>
            {text.createAction}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
