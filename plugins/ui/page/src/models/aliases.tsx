// The aliases of a version, which can be added and deleted.

import { useEffect, useRef, useState } from "preact/hooks";

import { deleteAlias, setAlias } from "../api/models";
import { attempt, tell } from "../app/notices";
import { Icon } from "../parts/icon";
import { common } from "../text/common";
import { models as text } from "../text/models";
import { AliasBadge } from "./badges";

/** Shows the aliases of a version, and lets them be changed. */
export function AliasesEditor(props: {
  name: string;
  version: string;
  aliases: readonly string[];
  onChanged: () => void;
}) {
  const { name, version, aliases, onChanged } = props;
  const [isAdding, setAdding] = useState(false);
  const set = async (alias: string) => {
    await setAlias(name, alias, version);
    onChanged();
  };
  const remove = async (alias: string) => {
    if (!(await attempt(() => deleteAlias(name, alias)))) return;
    onChanged();
    tell(text.aliasDeleted(alias), () => void attempt(() => set(alias)));
  };
  return (
    <ul class="tags-list" aria-label={text.aliases}>
      {aliases.map((alias) => (
        <li key={alias} class="alias">
          <AliasBadge alias={alias} name={name} />
          <button class="tag-delete" aria-label={text.deleteAlias(alias)} onClick={() => void remove(alias)}>
            <Icon name="close" size={10} />
          </button>
        </li>
      ))}
      <li>
        {isAdding ? (
          <Form onSet={set} onClose={() => setAdding(false)} />
        ) : (
          <button class="plain small quiet" onClick={() => setAdding(true)}>
            <Icon name="add" size={12} />
            {text.addAlias}
          </button>
        )}
      </li>
    </ul>
  );
}

function Form({ onSet, onClose }: { onSet: (alias: string) => Promise<unknown>; onClose: () => void }) {
  const [alias, setAliasName] = useState("");
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);
  const save = async () => {
    if (await attempt(() => onSet(alias.trim()))) onClose();
  };
  return (
    <form
      class="tag-form"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <input
        ref={field}
        required
        aria-label={text.alias}
        placeholder={text.aliasPlaceholder}
        title={text.aliasHint}
        value={alias}
        onInput={(event) => setAliasName(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === "Escape") onClose();
        }}
      />
      <button class="primary small" type="submit">
        {common.save}
      </button>
      <button class="small" type="button" onClick={onClose}>
        {common.cancel}
      </button>
    </form>
  );
}
