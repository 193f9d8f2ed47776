import { useState } from "preact/hooks";

import { run as text } from "../text/run";
import { pretty } from "./dataset";

const MOST = 160;

/** Shows a text: the beginning of a long one, and all of it when asked for. */
export function LongText({ value }: { value: string }) {
  const [isOpen, setOpen] = useState(false);
  if (value === "") return <span class="quiet">{text.empty}</span>;
  if (value.length <= MOST && !value.includes("\n")) return <>{value}</>;
  return (
    <>
      {isOpen ? <pre class="long-text">{pretty(value)}</pre> : <span>{value.slice(0, MOST)}… </span>}
      <button class="plain small quiet" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        {isOpen ? text.showLess : text.showAll}
      </button>
    </>
  );
}
