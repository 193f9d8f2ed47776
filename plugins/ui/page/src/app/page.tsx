// The frame around all views, and which view an address shows.

import type { ComponentType } from "preact";
import { lazy, Suspense } from "preact/compat";
import { useCallback, useState } from "preact/hooks";

import { isReachable } from "../api/reach";
import { ExperimentPage } from "../experiments/page";
import { Failure } from "../parts/failure";
import { Icon } from "../parts/icon";
import { Notices } from "../parts/notices";
import icon from "../style/icon.svg";
import { common } from "../text/common";
import { shortcuts } from "../text/shortcuts";
import { useHeadingFocus } from "./heading";
import { useKeys } from "./keys";
import { useReach } from "./reach";
import { href, type Place, place } from "./router";
import { chooseTheme, theme, type Theme } from "./theme";

// What is shown first is in the first file; the rest is fetched when it is asked for.
const ExperimentsPage = lazy(() => import("../experiments/list"));
const RunPage = lazy(() => import("../run/page"));
const ComparePage = lazy(() => import("../compare/page"));
const ModelsPage = lazy(() => import("../models/list"));
const ModelPage = lazy(() => import("../models/model"));
const VersionPage = lazy(() => import("../models/version"));
const Help = lazy(() => import("./help"));

/** What every view is given. */
export interface ViewProps {
  place: Place;
}

export function Page() {
  const here = place.value;
  const View = viewOf(here.path);
  const [isHelping, setHelping] = useState(false);
  useKeys(useCallback(() => setHelping(true), []));
  useHeadingFocus(here.path.join("/"));
  useReach();
  return (
    <>
      <a class="skip" href="#content" onClick={skip}>
        {common.skip}
      </a>
      <header class="bar">
        <a class="bar-product" href={href(["experiments"])}>
          <img src={icon} alt="" />
          {common.product}
        </a>
        <nav aria-label={common.product}>
          <a href={href(["experiments"])} aria-current={here.path[0] !== "models" ? "page" : undefined}>
            {common.experiments}
          </a>
          <a href={href(["models"])} aria-current={here.path[0] === "models" ? "page" : undefined}>
            {common.models}
          </a>
        </nav>
        <button class="plain" aria-label={shortcuts.open} title={shortcuts.open} onClick={() => setHelping(true)}>
          <Icon name="help" />
        </button>
        <ThemeChoice />
      </header>
      <div role="alert" class={isReachable.value ? undefined : "unreachable"}>
        {!isReachable.value && common.unreachable}
      </div>
      <main id="content" tabIndex={-1}>
        <Suspense fallback={<p class="view quiet">{common.loading}</p>}>
          {View ? <View place={here} /> : <Failure error={new Error(common.nothingHere)} />}
        </Suspense>
      </main>
      <Notices />
      {isHelping && (
        <Suspense fallback={null}>
          <Help onClose={() => setHelping(false)} />
        </Suspense>
      )}
    </>
  );
}

/** Return what shows a path; nothing where there is no such place. */
export function viewOf(path: readonly string[]): ComponentType<ViewProps> | undefined {
  const [area, , part] = path;
  if (area === undefined) return ExperimentsPage;
  if (area === "compare" || area === "compare-runs") return ComparePage;
  if (area === "experiments") {
    if (path.length === 1) return ExperimentsPage;
    if (path.length === 2) return ExperimentPage;
    return part === "runs" && path.length === 4 ? RunPage : undefined;
  }
  if (area === "models") {
    if (path.length === 1) return ModelsPage;
    if (path.length === 2) return ModelPage;
    return part === "versions" && path.length === 4 ? VersionPage : undefined;
  }
  return undefined;
}

function skip(event: Event): void {
  event.preventDefault(); // what follows `#` is the place
  document.getElementById("content")?.focus();
}

function ThemeChoice() {
  return (
    <label class="bar-theme">
      <span class="hidden">{common.theme}</span>
      <select value={theme.value} onChange={(event) => chooseTheme(event.currentTarget.value as Theme)}>
        {Object.entries(common.themes).map(([key, text]) => (
          <option key={key} value={key}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}
