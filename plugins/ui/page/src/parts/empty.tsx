import "./parts.css";

import type { ComponentChildren } from "preact";

import { Code } from "./copy";

/** Says that there is nothing yet, and how to begin: with code where code makes the first one. */
export function Empty(props: { title: string; children?: ComponentChildren; code?: string | undefined }) {
  return (
    <section class="empty">
      <h2>{props.title}</h2>
      {props.children !== undefined && <div class="quiet">{props.children}</div>}
      {props.code !== undefined && <Code text={props.code} label={props.title} />}
    </section>
  );
}
