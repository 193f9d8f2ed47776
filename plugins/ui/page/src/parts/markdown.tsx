// The one place where text becomes HTML: notes and descriptions in Markdown. It is parsed, then everything that could
// run, load or submit is taken out.

import DOMPurify from "dompurify";
import { marked } from "marked";
import { useLayoutEffect, useRef } from "preact/hooks";

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
  // of what follows a `#`, the page knows places, no headings
  ALLOWED_URI_REGEXP: /^(?:https?:|mailto:|#\/)/i,
  RETURN_DOM_FRAGMENT: true as const,
};

/** Return the harmless elements of a text in Markdown. */
export function toElements(text: string): DocumentFragment {
  const found = DOMPurify.sanitize(marked.parse(text, { async: false, gfm: true, breaks: false }), ALLOWED);
  for (const image of found.querySelectorAll("img")) show(image);
  for (const link of found.querySelectorAll("a[href]")) {
    if (link.getAttribute("href")?.startsWith("#")) continue;
    link.setAttribute("target", "_blank");
    link.setAttribute("rel", "noopener noreferrer");
  }
  return found;
}

/** Let an image be a link where it is elsewhere: the page loads nothing but from its own server. */
function show(image: HTMLImageElement): void {
  const source = image.getAttribute("src") ?? "";
  if (!/^https?:/i.test(source)) {
    if (!image.hasAttribute("alt")) image.setAttribute("alt", "");
    return;
  }
  const link = document.createElement("a");
  link.href = source;
  link.textContent = image.alt || source;
  image.replaceWith(link);
}

/** Shows Markdown. */
export default function Markdown({ text }: { text: string }) {
  const place = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => place.current?.replaceChildren(toElements(text)), [text]);
  return <div class="markdown" ref={place} />;
}
