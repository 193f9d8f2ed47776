// Light or dark: as the system has it, unless somebody chose.

import { effect, signal } from "@preact/signals";

export type Theme = "system" | "light" | "dark";
const PLACE = "runyard.theme";

const dark = window.matchMedia("(prefers-color-scheme: dark)");
const systemIsDark = signal(dark.matches);
dark.addEventListener("change", () => {
  systemIsDark.value = dark.matches;
});

/** What was chosen. */
export const theme = signal<Theme>(read());

/** Whether the page is dark now; charts are drawn by this. */
export const isDark = signal(false);

effect(() => {
  isDark.value = theme.value === "dark" || (theme.value === "system" && systemIsDark.value);
  document.documentElement.dataset["theme"] = isDark.value ? "dark" : "light";
});

/** Choose a theme, for this browser. */
export function chooseTheme(chosen: Theme): void {
  theme.value = chosen;
  try {
    window.localStorage.setItem(PLACE, chosen);
  } catch {
    // a browser that keeps nothing
  }
}

function read(): Theme {
  try {
    const kept = window.localStorage.getItem(PLACE);
    return kept === "light" || kept === "dark" ? kept : "system";
  } catch {
    return "system";
  }
}
