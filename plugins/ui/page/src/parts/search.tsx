import "./parts.css";

import { useEffect, useRef, useState } from "preact/hooks";

import { parts } from "../text/parts";
import { Icon } from "./icon";

/** Milliseconds without a key before a search begins. */
const DELAY = 200;

/**
 * A field to search with. It tells what was typed when nothing was typed for a moment, and at once on Enter; Escape
 * empties it. The key `/` leads to the first one of a view.
 */
export function Search(props: {
  value: string;
  onChange: (text: string) => void;
  label: string;
  placeholder?: string;
  isInvalid?: boolean;
}) {
  const [typed, setTyped] = useState(props.value);
  const told = useRef(props.value);
  const timer = useRef(0);
  useEffect(() => {
    if (props.value === told.current) return; // it comes back from here
    told.current = props.value;
    setTyped(props.value);
  }, [props.value]);
  useEffect(() => () => window.clearTimeout(timer.current), []);

  const tell = (text: string) => {
    window.clearTimeout(timer.current);
    if (text === told.current) return;
    told.current = text;
    props.onChange(text);
  };
  const type = (text: string, isNow = false) => {
    setTyped(text);
    window.clearTimeout(timer.current);
    if (isNow) tell(text);
    else timer.current = window.setTimeout(() => tell(text), DELAY);
  };
  return (
    <div class="search">
      <Icon name="search" />
      <input
        type="search"
        data-search
        aria-label={props.label}
        aria-invalid={props.isInvalid ? "true" : undefined}
        placeholder={props.placeholder ?? props.label}
        autoComplete="off"
        spellcheck={false}
        value={typed}
        onInput={(event) => type(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter") tell(typed);
          if (event.key === "Escape" && typed) {
            event.preventDefault();
            type("", true);
          }
        }}
      />
      {typed && (
        <button type="button" class="plain small" aria-label={parts.clearSearch} onClick={() => type("", true)}>
          <Icon name="close" size={12} />
        </button>
      )}
    </div>
  );
}
