import "./filter.css";

import { useEffect, useId, useRef, useState } from "preact/hooks";

import { ApiError } from "../api/client";
import type { RunColumns } from "../api/tables";
import { Icon } from "../parts/icon";
import { filter as text } from "../text/filter";
import { accept, complete, type Completion } from "./complete";
import { isMistake, type Mistake, read, toldMistake, tokens } from "./grammar";
import { keepFilter, usedFilters } from "./history";

/**
 * The field for a filter. It offers names, operators and values while one types; Enter searches. A mistake is shown
 * below the place where it is.
 */
export function FilterField(props: {
  value: string;
  onChange: (filter: string) => void;
  columns: RunColumns | undefined;
  /** Why the server refused the filter. */
  error: Error | undefined;
}) {
  const { columns } = props;
  const [typed, setTyped] = useState(props.value);
  const [offered, setOffered] = useState<Completion | null>(null);
  const [chosen, setChosen] = useState(-1);
  const [shift, setShift] = useState(0);
  const [isLeft, setLeft] = useState(true);
  const input = useRef<HTMLInputElement>(null);
  const list = useId();
  const message = useId();

  useEffect(() => {
    setTyped(props.value);
  }, [props.value]);
  useEffect(() => {
    document.getElementById(`${list}-${chosen}`)?.scrollIntoView({ block: "nearest" });
  }, [list, chosen]);

  const refused = typed === props.value ? props.error : undefined;
  const told = refused instanceof ApiError ? refused.message : undefined;
  const mistake =
    (told !== undefined && toldMistake(told, typed)) || (isLeft ? undefined : typedMistake(typed, input.current));
  const suggestions = offered?.suggestions ?? [];
  const isOpen = suggestions.length > 0;

  const close = () => {
    setOffered(null);
    setChosen(-1);
  };
  const offer = (value: string) => {
    const caret = input.current?.selectionStart ?? value.length;
    setChosen(-1);
    const completion = complete(value, caret, columns, Date.now());
    if (value.trim()) {
      setOffered(completion);
      return;
    }
    const used = usedFilters().map((each) => ({ text: each, detail: text.used }));
    setOffered({ from: 0, to: value.length, suggestions: [...used.slice(0, 5), ...completion.suggestions] });
  };
  const search = (value: string) => {
    close();
    keepFilter(value.trim());
    props.onChange(value.trim());
    if (value.trim() === props.value) setTyped(props.value);
  };
  const take = (index: number) => {
    const suggestion = suggestions[index];
    if (!offered || !suggestion || !input.current) return;
    const [value, caret] = accept(typed, offered, suggestion);
    setTyped(value);
    input.current.value = value;
    input.current.focus();
    input.current.setSelectionRange(caret, caret);
    if (suggestion.detail === text.used) search(value);
    else offer(value);
  };
  const press = (event: KeyboardEvent) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!isOpen) offer(typed);
      else if (event.key === "ArrowDown") setChosen((chosen + 1) % suggestions.length);
      else setChosen((chosen <= 0 ? suggestions.length : chosen) - 1);
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (isOpen && chosen >= 0) take(chosen);
      else search(typed);
    } else if (event.key === "Tab" && isOpen && chosen >= 0) {
      event.preventDefault();
      take(chosen);
    } else if (event.key === "Escape") {
      event.preventDefault();
      if (isOpen) close();
      else setTyped(props.value);
    }
  };
  return (
    <div class="filter">
      <div class="filter-field">
        <Icon name="filter" />
        <input
          ref={input}
          type="text"
          role="combobox"
          data-search
          aria-label={text.label}
          aria-expanded={isOpen}
          aria-controls={list}
          aria-autocomplete="list"
          aria-activedescendant={chosen >= 0 ? `${list}-${chosen}` : undefined}
          aria-invalid={mistake || told !== undefined ? "true" : undefined}
          aria-describedby={message}
          placeholder={text.placeholder}
          autoComplete="off"
          autoCapitalize="off"
          spellcheck={false}
          value={typed}
          onInput={(event) => {
            setTyped(event.currentTarget.value);
            setLeft(false);
            offer(event.currentTarget.value);
          }}
          onFocus={() => {
            if (!typed) offer(typed);
          }}
          onClick={() => {
            if (!isOpen) offer(typed);
          }}
          onBlur={() => {
            close();
            setLeft(true);
          }}
          onKeyDown={press}
          onScroll={(event) => setShift(event.currentTarget.scrollLeft)}
        />
        {typed && (
          <button
            type="button"
            class="plain small"
            aria-label={text.clear}
            title={text.clear}
            onClick={() => search("")}
          >
            <Icon name="close" size={12} />
          </button>
        )}
        {mistake && (
          <span
            class="filter-mark"
            aria-hidden="true"
            style={{
              left: `calc(29px + ${mistake.from}ch - ${shift}px)`,
              width: `${Math.max(1, mistake.to - mistake.from)}ch`,
            }}
          />
        )}
      </div>
      <div id={list} role="listbox" aria-label={text.suggestions} class="filter-list" hidden={!isOpen}>
        {suggestions.map((suggestion, i) => (
          // keys are read by the field, as a combobox has it
          // eslint-disable-next-line jsx-a11y/click-events-have-key-events
          <div
            key={`${suggestion.text} ${suggestion.detail}`}
            id={`${list}-${i}`}
            role="option"
            tabIndex={-1}
            aria-selected={i === chosen}
            class="filter-option"
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => take(i)}
          >
            <span class="mono grow">{suggestion.text}</span>
            <span class="quiet">{suggestion.detail}</span>
          </div>
        ))}
      </div>
      <p id={message} class="filter-message" role="status">
        {mistake?.message ?? told}
      </p>
    </div>
  );
}

/** Return the first mistake in a filter, but none where somebody types. */
function typedMistake(filter: string, input: HTMLInputElement | null): Mistake | undefined {
  const result = read(tokens(filter), text.expected);
  if (!isMistake(result)) return undefined;
  const caret = input?.selectionStart ?? filter.length;
  return caret >= result.from && caret <= result.to ? undefined : result;
}
