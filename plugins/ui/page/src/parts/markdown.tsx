// The one place where text becomes HTML: notes and descriptions in Markdown. It is parsed, then everything that could
// run, load or submit is taken out.

import { useMemo } from "preact/hooks";
import DOMPurify from "dompurify";
import { marked } from "marked";

const ALLOWED = {
  USE_PROFILES: { html: true },
  FORBID_TAGS: [
    "style",
    "form",
    "input",
    "button",
    "select",
    "textarea",
    "iframe",
    "object",
    "embed",
    "base",
    "link",
    "meta",
  ],
  FORBID_ATTR: ["style", "id", "name", "srcset", "ping", "autofocus"],
  ALLOWED_URI_REGEXP: /^(?:https?:|mailto:|#)/i,
};

/** Return the harmless HTML of a text in Markdown. */
export function toHtml(text: string): string {
  return DOMPurify.sanitize(marked.parse(text, { async: false, gfm: true, breaks: false }), ALLOWED);
}

/** Shows Markdown. */
export default function Markdown({ text }: { text: string }) {
  const html = useMemo(() => toHtml(text), [text]);
  return <div class="markdown" dangerouslySetInnerHTML={{ __html: html }} />;
}
