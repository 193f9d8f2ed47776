import { useState } from "preact/hooks";

import { copyText } from "../app/clipboard";
import { tellError } from "../app/notices";
import { common } from "../text/common";
import { Icon } from "./icon";

/** Copies a text. */
export function Copy({ text, label = common.copy }: { text: string; label?: string }) {
  const [isDone, setDone] = useState(false);
  return (
    <button
      class="plain small"
      aria-label={label}
      title={label}
      onClick={() => {
        copyText(text).then(() => {
          setDone(true);
          window.setTimeout(() => setDone(false), 1500);
        }, tellError);
      }}
    >
      {isDone ? common.copied : <Icon name="copy" size={14} />}
    </button>
  );
}

/** A block of code that can be copied. */
export function Code({ text, label }: { text: string; label?: string }) {
  return (
    <div class="code">
      <pre tabIndex={0} aria-label={label}>
        <code>{text}</code>
      </pre>
      <Copy text={text} />
    </div>
  );
}
