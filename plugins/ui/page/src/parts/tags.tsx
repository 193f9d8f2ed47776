import "./parts.css";

import { useEffect, useRef, useState } from "preact/hooks";

import { attempt, tell } from "../app/notices";
import { common } from "../text/common";
import { parts } from "../text/parts";
import { Icon } from "./icon";

/** Whether a tag is one that programs write and people seldom read. */
export function isSystemTag(key: string): boolean {
  return key.startsWith("mlflow.") || key.startsWith("runyard.");
}

/** Shows tags, and lets them be added, changed and deleted. */
export function TagsEditor(props: {
  tags: Readonly<Record<string, string>>;
  onSet: (key: string, value: string) => Promise<unknown>;
  onDelete: (key: string) => Promise<unknown>;
  /** Which tags are not shown; those of the system if nothing is given. */
  hidden?: (key: string) => boolean;
}) {
  const { tags, onSet, onDelete, hidden = isSystemTag } = props;
  const [edited, setEdited] = useState<string | null>(null); // a key; empty for a new one
  const add = useRef<HTMLButtonElement>(null);
  const keys = Object.keys(tags)
    .filter((key) => !hidden(key))
    .sort();
  const close = () => {
    setEdited(null);
    window.requestAnimationFrame(() => add.current?.focus());
  };
  const remove = async (key: string) => {
    const value = tags[key] ?? "";
    if (!(await attempt(() => onDelete(key)))) return;
    tell(parts.tagDeleted(key), () => void attempt(() => onSet(key, value)));
  };
  return (
    <div class="tags">
      <ul class="tags-list" aria-label={parts.tags}>
        {keys.map((key) =>
          key === edited ? (
            <li key={key}>
              <Form name={key} value={tags[key] ?? ""} onSet={onSet} onClose={close} />
            </li>
          ) : (
            <li key={key} class="tag">
              <button class="tag-text" title={parts.editTag(key)} onClick={() => setEdited(key)}>
                <span class="tag-key">{key}</span>
                {tags[key] && <span class="tag-value">{tags[key]}</span>}
              </button>
              <button class="tag-delete" aria-label={parts.deleteTag(key)} onClick={() => void remove(key)}>
                <Icon name="close" size={10} />
              </button>
            </li>
          ),
        )}
        <li>
          {edited === "" ? (
            <Form name="" value="" onSet={onSet} onClose={close} />
          ) : (
            <button ref={add} class="plain small quiet" onClick={() => setEdited("")}>
              <Icon name="add" size={12} />
              {parts.addTag}
            </button>
          )}
        </li>
      </ul>
    </div>
  );
}

function Form(props: {
  name: string;
  value: string;
  onSet: (key: string, value: string) => Promise<unknown>;
  onClose: () => void;
}) {
  const [key, setKey] = useState(props.name);
  const [value, setValue] = useState(props.value);
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    const field = form.current?.querySelector<HTMLInputElement>("input:not([readonly])");
    field?.focus();
    field?.select();
  }, []);
  const save = async () => {
    if (await attempt(() => props.onSet(key.trim(), value))) props.onClose();
  };
  const leave = (event: KeyboardEvent) => {
    if (event.key !== "Escape") return;
    event.preventDefault(); // a dialog around it stays
    props.onClose();
  };
  return (
    <form
      ref={form}
      class="tag-form"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <input
        required
        onKeyDown={leave}
        aria-label={parts.tagKey}
        placeholder={common.key}
        readOnly={props.name !== ""}
        value={key}
        onInput={(event) => setKey(event.currentTarget.value)}
      />
      <input
        onKeyDown={leave}
        aria-label={parts.tagValue}
        placeholder={common.value}
        value={value}
        onInput={(event) => setValue(event.currentTarget.value)}
      />
      <button class="primary small" type="submit">
        {common.save}
      </button>
      <button class="small" type="button" onClick={props.onClose}>
        {common.cancel}
      </button>
    </form>
  );
}

/** Shows tags that cannot be changed where they are shown, as in the row of a table. */
export function TagChips({ tags, most = 4 }: { tags: Readonly<Record<string, string>>; most?: number }) {
  const keys = Object.keys(tags)
    .filter((key) => !isSystemTag(key))
    .sort();
  if (!keys.length) return null;
  return (
    <span class="tags-list">
      {keys.slice(0, most).map((key) => (
        <span key={key} class="tag still" title={`${key}: ${tags[key] ?? ""}`}>
          <span class="tag-key">{key}</span>
          {tags[key] && <span class="tag-value">{tags[key]}</span>}
        </span>
      ))}
      {keys.length > most && <span class="quiet">+{keys.length - most}</span>}
    </span>
  );
}
