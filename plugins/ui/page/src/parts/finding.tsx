import "./parts.css";

import { ApiError } from "../api/client";
import { nameHolds } from "../api/filter";
import { Icon } from "./icon";
import { Search } from "./search";

/** What a list is searched for: names that hold a text, or a filter in the server's language. */
export interface Found {
  isFilter: boolean;
  text: string;
}

/** Return the filter that the server is asked with. */
export function filterOf({ isFilter, text }: Found): string {
  return isFilter ? text.trim() : nameHolds(text.trim());
}

/** Return what the query of an address looks for. */
export function readFound(query: URLSearchParams): Found {
  const filter = query.get("filter");
  return { isFilter: filter !== null, text: filter ?? query.get("search") ?? "" };
}

/** Return what the query of an address holds for it. */
export function writeFound({ isFilter, text }: Found): Record<string, string> {
  if (isFilter) return { filter: text };
  return text ? { search: text } : {};
}

/** A field to search names with, which can become one for filters; what is wrong with a filter is shown below it. */
export function Finding(props: {
  found: Found;
  onChange: (found: Found) => void;
  error: Error | undefined;
  labels: { search: string; filter: string; filterHint: string; filterHelp: string };
}) {
  const { found, onChange, labels } = props;
  const mistake = found.isFilter && isMistake(props.error) ? props.error?.message : undefined;
  const turn = () => {
    if (found.isFilter) onChange({ isFilter: false, text: "" });
    else onChange({ isFilter: true, text: filterOf(found) });
  };
  return (
    <div class="finding">
      <div class="row">
        <div class="grow">
          <Search
            key={String(found.isFilter)}
            value={found.text}
            label={found.isFilter ? labels.filter : labels.search}
            {...(found.isFilter && { placeholder: labels.filterHint })}
            isInvalid={mistake !== undefined}
            onChange={(text) => onChange({ ...found, text })}
          />
        </div>
        <button aria-pressed={found.isFilter} onClick={turn}>
          <Icon name="filter" size={14} />
          {labels.filter}
        </button>
      </div>
      {found.isFilter && mistake === undefined && <p class="quiet small-text">{labels.filterHelp}</p>}
      {mistake !== undefined && (
        <pre class="form-error" role="alert">
          {mistake}
        </pre>
      )}
    </div>
  );
}

/** Whether an error is about the filter, which is shown beside it. */
export function isMistake(error: Error | undefined): boolean {
  return error instanceof ApiError && error.status === 400;
}
