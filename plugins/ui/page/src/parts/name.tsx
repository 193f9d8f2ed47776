import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

import { common } from "../text/common";
import { Dialog } from "./dialog";

/** Asks for a name and whatever belongs to it, and stays with what the server says against it until one is taken. */
export function NameDialog(props: {
  title: string;
  /** What stands in the field at first. */
  value?: string;
  /** What the button says. */
  action: string;
  onSave: (name: string) => Promise<unknown>;
  onClose: () => void;
  /** Further fields. */
  children?: ComponentChildren;
}) {
  const [name, setName] = useState(props.value ?? "");
  const [error, setError] = useState("");
  const [isSaving, setSaving] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    field.current?.focus();
    field.current?.select();
  }, []);
  const save = async () => {
    setSaving(true);
    try {
      await props.onSave(name);
      props.onClose();
    } catch (failure) {
      setError(failure instanceof Error ? failure.message : String(failure));
      setSaving(false);
    }
  };
  return (
    <Dialog title={props.title} onClose={props.onClose}>
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
            aria-invalid={error ? "true" : undefined}
            onInput={(event) => setName(event.currentTarget.value)}
          />
        </label>
        {props.children}
        <FormError text={error} />
        <div class="row end">
          <button type="button" onClick={props.onClose}>
            {common.cancel}
          </button>
          <button class="primary" type="submit" disabled={isSaving || !name.trim() || name === props.value}>
            {props.action}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

/** What is wrong with what a form holds. */
export function FormError({ text }: { text: string }) {
  return (
    <div role="alert" class={text ? "form-error" : undefined}>
      {text}
    </div>
  );
}
