import "./parts.css";

import type { ComponentChildren } from "preact";
import { useCallback, useId, useLayoutEffect, useRef, useState } from "preact/hooks";

import { Icon, type IconName } from "./icon";

export interface MenuItem {
  label: string;
  onSelect: () => void;
  icon?: IconName;
  isDanger?: boolean;
  isDisabled?: boolean;
  /** Whether it is on, for what can be on or off. */
  isChecked?: boolean;
}

/**
 * A button that opens a list of actions, or a small panel with whatever is given as children.
 *
 * The browser keeps it above everything and closes it on Escape or a click elsewhere. Children may be a function, which
 * is given what closes it.
 */
export function Menu(props: {
  /** What the button says; to screen readers only if there is an icon. */
  label: string;
  items?: readonly (MenuItem | null | undefined | false)[];
  children?: ComponentChildren | ((close: () => void) => ComponentChildren);
  icon?: IconName;
  /** Shown beside the icon. */
  text?: string;
  class?: string;
  isDisabled?: boolean;
  /** -1 where another key than Tab leads to it. */
  tabIndex?: number;
}) {
  const id = useId();
  const button = useRef<HTMLButtonElement>(null);
  const popover = useRef<HTMLDivElement>(null);
  const [isOpen, setOpen] = useState(false);
  const close = useCallback(() => popover.current?.hidePopover(), []);
  useLayoutEffect(() => {
    if (!isOpen || !popover.current || !button.current) return;
    place(popover.current, button.current);
    popover.current.querySelector<HTMLElement>(FOCUSABLE)?.focus();
  }, [isOpen]);

  const { items } = props;
  const text = props.icon ? props.text : props.label;
  return (
    <>
      <button
        ref={button}
        type="button"
        class={`menu-button ${props.class ?? ""}`}
        popovertarget={id}
        aria-haspopup={items ? "menu" : "dialog"}
        aria-expanded={isOpen}
        aria-label={text === props.label ? undefined : props.label}
        title={text === undefined ? props.label : undefined}
        disabled={props.isDisabled}
        tabIndex={props.tabIndex}
        onClick={(event) => {
          // Shown by hand: what is in it has to be there before it is placed and before anything is painted
          event.preventDefault();
          popover.current?.togglePopover();
        }}
        onKeyDown={(event) => {
          if (event.key !== "ArrowDown" || isOpen) return;
          event.preventDefault();
          popover.current?.showPopover();
        }}
      >
        {props.icon && <Icon name={props.icon} />}
        {text}
        {!props.icon && <Icon name="chevronDown" size={12} />}
      </button>
      <div
        ref={popover}
        id={id}
        popover="auto"
        class={items ? "menu" : "menu panel"}
        role={items ? "menu" : "dialog"}
        aria-label={props.label}
        tabIndex={-1}
        // Emptied only when it is closed: what has the focus in it gives it back to the button before
        onBeforeToggle={(event) => {
          if (event.newState === "open") setOpen(true);
        }}
        onToggle={(event) => {
          if (event.newState === "closed") setOpen(false);
        }}
        onKeyDown={items ? move : undefined}
      >
        {isOpen && items?.map((item, i) => item && <Item key={i} item={item} close={close} />)}
        {isOpen && (typeof props.children === "function" ? props.children(close) : props.children)}
      </div>
    </>
  );
}

const FOCUSABLE = "button:not(:disabled), input, select, textarea, a[href]";

function Item({ item, close }: { item: MenuItem; close: () => void }) {
  return (
    <button
      type="button"
      role={item.isChecked === undefined ? "menuitem" : "menuitemcheckbox"}
      aria-checked={item.isChecked}
      tabIndex={-1}
      class={`menu-item ${item.isDanger ? "danger" : ""}`}
      disabled={item.isDisabled}
      onClick={() => {
        close();
        item.onSelect();
      }}
    >
      {item.isChecked !== undefined && (
        <span class="menu-mark">{item.isChecked && <Icon name="check" size={14} />}</span>
      )}
      {item.icon && <Icon name={item.icon} />}
      {item.label}
    </button>
  );
}

/** Move among the items: arrows, first and last, or the first letters. */
function move(event: KeyboardEvent & { currentTarget: HTMLElement }): void {
  const items = [...event.currentTarget.querySelectorAll<HTMLButtonElement>(".menu-item:not(:disabled)")];
  const at = items.findIndex((item) => item === document.activeElement);
  let to: HTMLButtonElement | undefined;
  if (event.key === "ArrowDown") to = items[(at + 1) % items.length];
  else if (event.key === "ArrowUp") to = items[(at - 1 + items.length) % items.length];
  else if (event.key === "Home") to = items[0];
  else if (event.key === "End") to = items.at(-1);
  else if (event.key === "Tab") event.currentTarget.hidePopover();
  else if (event.key.length === 1 && !event.ctrlKey && !event.metaKey) {
    const letter = event.key.toLowerCase();
    const after = [...items.slice(at + 1), ...items.slice(0, at + 1)];
    to = after.find((item) => item.textContent.trim().toLowerCase().startsWith(letter));
  }
  if (!to) return;
  event.preventDefault();
  to.focus();
}

/** Put a popover below what it belongs to, or above it, and never outside of the window. */
function place(popover: HTMLElement, anchor: HTMLElement): void {
  popover.style.top = popover.style.left = "0"; // so that its width is not what is left beside its button
  const at = anchor.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = popover;
  const below = at.bottom + 4;
  const top = below + height <= window.innerHeight - 8 ? below : Math.max(8, at.top - 4 - height);
  const left = at.left + width <= window.innerWidth - 8 ? at.left : at.right - width;
  popover.style.top = `${top}px`;
  popover.style.left = `${Math.max(8, left)}px`;
}
