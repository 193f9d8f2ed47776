import "./parts.css";

import { lazy, Suspense } from "preact/compat";
import { useEffect, useRef, useState } from "preact/hooks";

import { attempt } from "../app/notices";
import { common } from "../text/common";
import { parts } from "../text/parts";
import { Icon } from "./icon";
import { TabPanel, Tabs } from "./tabs";

const Markdown = lazy(() => import("./markdown"));

/** A note in Markdown, which can be edited; what is typed stays until it is saved. */
export function Note(props: {
  text: string;
  onSave: (text: string) => Promise<unknown>;
  /** What it is called; "Note" if nothing is given. */
  label?: string;
}) {
  const label = props.label ?? parts.note;
  const [isEdited, setEdited] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const wasEdited = useRef(false);
  useEffect(() => {
    if (wasEdited.current && !isEdited) button.current?.focus();
    wasEdited.current = isEdited;
  }, [isEdited]);
  if (isEdited) {
    return <Editor text={props.text} label={label} onSave={props.onSave} onClose={() => setEdited(false)} />;
  }
  if (!props.text) {
    return (
      <button ref={button} class="plain quiet note-add" onClick={() => setEdited(true)}>
        <Icon name="edit" size={14} />
        {parts.addNote(label)}
      </button>
    );
  }
  return (
    <div class="note">
      <div class="grow">
        <Shown text={props.text} />
      </div>
      <button
        ref={button}
        class="plain small"
        aria-label={parts.editNote(label)}
        title={parts.editNote(label)}
        onClick={() => setEdited(true)}
      >
        <Icon name="edit" size={14} />
      </button>
    </div>
  );
}

function Shown({ text }: { text: string }) {
  return (
    <Suspense fallback={<div class="note-plain">{text}</div>}>
      <Markdown text={text} />
    </Suspense>
  );
}

function Editor(props: {
  text: string;
  label: string;
  onSave: (text: string) => Promise<unknown>;
  onClose: () => void;
}) {
  const [text, setText] = useState(props.text);
  const [tab, setTab] = useState<"write" | "preview">("write");
  const [isSaving, setSaving] = useState(false);
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => field.current?.focus(), []);
  const save = async () => {
    setSaving(true);
    if (await attempt(() => props.onSave(text))) props.onClose();
    else setSaving(false);
  };
  return (
    <form
      class="note-editor"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <Tabs
        label={props.label}
        tabs={[
          { id: "write", label: parts.write },
          { id: "preview", label: parts.preview },
        ]}
        current={tab}
        onChange={setTab}
      />
      <TabPanel id={tab}>
        {tab === "write" ? (
          <textarea
            ref={field}
            aria-label={props.label}
            rows={Math.min(18, Math.max(5, text.split("\n").length + 1))}
            value={text}
            onInput={(event) => setText(event.currentTarget.value)}
            onKeyDown={(event) => {
              if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) void save();
              if (event.key === "Escape" && text === props.text) props.onClose();
            }}
          />
        ) : (
          <div class="note-preview">{text ? <Shown text={text} /> : <p class="quiet">{parts.nothingToPreview}</p>}</div>
        )}
      </TabPanel>
      <div class="row">
        <button class="primary" type="submit" disabled={isSaving}>
          {common.save}
        </button>
        <button type="button" onClick={props.onClose}>
          {common.cancel}
        </button>
        <span class="quiet small-text">{parts.noteHint}</span>
      </div>
    </form>
  );
}
