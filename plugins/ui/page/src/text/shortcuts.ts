// Keys, and what they do; the help on `?` shows them.

export interface Shortcut {
  /** What is pressed, one after the other. */
  keys: readonly string[];
  does: string;
}

export const shortcuts = {
  title: "Keys",
  open: "Keys and help",
  then: "then",
  areas: {
    Everywhere: [
      { keys: ["?"], does: "Show these keys" },
      { keys: ["/"], does: "Go to the search field" },
      { keys: ["g", "e"], does: "Go to the experiments" },
      { keys: ["g", "m"], does: "Go to the models" },
      { keys: ["Esc"], does: "Close a dialog or a menu; empty a search field" },
    ],
    "Menus and tabs": [
      { keys: ["↑ ↓"], does: "Move in a menu" },
      { keys: ["← →"], does: "Move among tabs" },
      { keys: ["Home / End"], does: "First or last" },
      { keys: ["letter"], does: "Next entry of a menu that begins with it" },
    ],
    Notes: [{ keys: ["Ctrl+Enter"], does: "Save" }],
  } satisfies Record<string, readonly Shortcut[]>,
};
