// The clipboard, also where a browser keeps its own interface to secure addresses: many servers are reached by plain
// HTTP.

import { common } from "../text/common";

/** Copy a text. Throws where the browser does not allow it. */
export async function copyText(text: string): Promise<void> {
  // absent at plain HTTP, whatever the types say
  const clipboard = navigator.clipboard as Clipboard | undefined;
  if (clipboard) {
    await clipboard.writeText(text);
    return;
  }
  const field = document.createElement("textarea");
  field.value = text;
  field.readOnly = true;
  field.className = "hidden";
  const focused = document.activeElement;
  // what is behind a dialog cannot be selected
  (focused?.closest("dialog") ?? document.body).append(field);
  field.select();
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- there is no other way without a secure address
  const isDone = document.execCommand("copy");
  field.remove();
  if (focused instanceof HTMLElement) focused.focus();
  if (!isDone) throw new Error(common.copyFailed);
}
