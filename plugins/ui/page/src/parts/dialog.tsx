import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";

import { common } from "../text/common";

/** Asks for something above the page; the browser keeps the focus in it and closes it on Escape. */
export function Dialog(props: { title: string; onClose: () => void; children: ComponentChildren; wide?: boolean }) {
  const title = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    dialog.current?.showModal();
  }, []);
  return (
    <dialog ref={dialog} class={props.wide ? "wide" : ""} aria-labelledby={title} onClose={props.onClose}>
      <div class="row">
        <h2 id={title} class="grow">
          {props.title}
        </h2>
        <button class="plain" aria-label={common.close} onClick={() => dialog.current?.close()}>
          ×
        </button>
      </div>
      {props.children}
    </dialog>
  );
}

/** Asks before something is done that cannot be overlooked. */
export function Confirm(props: {
  title: string;
  text: string;
  action: string;
  onConfirm: () => void;
  onClose: () => void;
}) {
  return (
    <Dialog title={props.title} onClose={props.onClose}>
      <p>{props.text}</p>
      <div class="row end">
        <button onClick={props.onClose}>{common.cancel}</button>
        <button class="danger" onClick={props.onConfirm}>
          {props.action}
        </button>
      </div>
    </Dialog>
  );
}
