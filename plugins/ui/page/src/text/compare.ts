// English text of the comparison.

import type { Field, FieldKind } from "../compare/fields";
import type { PlotKind } from "../compare/state";

const number = (count: number) => count.toLocaleString("en");
const runs = (count: number) => `${number(count)} ${count === 1 ? "run" : "runs"}`;

const ATTRIBUTES: Readonly<Record<string, string>> = { duration: "duration in s", status: "status", user: "user" };
const ENDS: Readonly<Partial<Record<FieldKind, string>>> = { minimum: " (smallest)", maximum: " (largest)" };

/** Return the name of a field. */
export function fieldLabel({ kind, key }: Field): string {
  return kind === "attribute" ? (ATTRIBUTES[key] ?? key) : `${key}${ENDS[kind] ?? ""}`;
}

const plots: Readonly<Record<PlotKind, string>> = {
  parallel: "Parallel coordinates",
  scatter: "Scatter",
  contour: "Contour",
  box: "Box",
  table: "Differences",
};

export const compare = {
  title: (count: number) => `Compare ${runs(count)}`,
  views: "Kinds of comparison",
  plots,
  scope: "Runs",
  scopes: {
    charted: (count: number) => `In charts (${number(count)})`,
    all: (count: number | undefined) => `All matches${count === undefined ? "" : ` (${number(count)})`}`,
  },
  shown: (shown: number, total: number) =>
    shown < total ? `the first ${number(shown)} of ${runs(total)}, in the order of the table` : runs(total),
  none: "No runs to compare",
  noneHint: "Put runs into the charts with the eye beside their names, or compare all matches.",
  noneNamed: "No run of these can be found. They may have been deleted for good.",
  namesMissing: "The address names no runs: #/compare?runs=A,B&experiments=1",
  one: "This is a single run: there is nothing to compare it with.",
  experiment: (id: string) => `Experiment ${id}`,
  charts: "Series",
  field: { x: "X", y: "Y", z: "Height", color: "Colour", size: "Size", group: "Groups", metric: "Metric" },
  fieldGroups: {
    param: "Params",
    latest: "Metrics, last value",
    minimum: "Metrics, smallest value",
    maximum: "Metrics, largest value",
    attribute: "Run",
    tag: "Tags",
  } satisfies Record<FieldKind, string>,
  nothing: "Nothing",
  ofRun: "Colour of the run",
  scaleOf: (axis: string) => `Scale of ${axis}`,
  scales: { auto: "Automatic", linear: "Linear", log: "Logarithmic", category: "Categories" },
  more: (count: number) => `and ${number(count)} more`,
  missing: "no value",
  run: "Run",
  started: "Started",
  source: "Source",

  keysHint:
    "Arrow keys move from run to run, Enter opens the run that is marked. The values are also in the table below.",
  saveAs: "Save",
  savePng: "Picture (PNG)",
  saveSvg: "Drawing (SVG)",
  saveCsv: "Values (CSV)",
  values: (count: number) => `Values of ${runs(count)}`,
  firstRows: (shown: number, total: number) =>
    `The first ${number(shown)} of ${number(total)}; all of them are in the CSV file.`,

  parallel: {
    label: (count: number, axes: readonly string[]) =>
      `Parallel coordinates of ${runs(count)} over ${axes.length ? axes.join(", ") : "no axes"}`,
    axes: "Axes",
    search: "Search params and metrics",
    noAxes: "No axes chosen",
    noAxesHint: "These runs differ in no param and no metric. Choose axes to see what they have.",
    move: (label: string) => `${label}. Drag it to another place, or move it with the arrow keys left and right.`,
    flip: (label: string) => `Flip ${label}`,
    log: (label: string) => `log scale of ${label}`,
    logShort: "log",
    remove: (label: string) => `Take ${label} away`,
    lower: (label: string) => `${label}, lower end of the range`,
    upper: (label: string) => `${label}, upper end of the range`,
    inside: (inside: number, total: number) => `${number(inside)} of ${runs(total)} inside the ranges`,
    hint: "Drag along an axis to keep runs in a range.",
    clear: "Clear ranges",
    filter: "Filter the table",
    select: "Tick in the table",
    chart: "Show in charts",
    keep: "Keep only these",
    tooMany: (most: number) => `At most ${number(most)} runs`,
    charted: (count: number) => `${runs(count)} in the charts.`,
    ticked: (count: number) => `${runs(count)} ticked in the table.`,
    moved: (label: string, place: number, count: number) => `${label} is axis ${place} of ${count}`,
  },
  scatter: {
    label: (count: number, x: string, y: string) => `Scatter plot of ${runs(count)}: ${y} over ${x}`,
    front: "Pareto front",
    goal: (label: string) => `Better end of ${label}`,
    goals: { minimize: "less is better", maximize: "more is better" },
    without: (count: number) => `${runs(count)} without a value on both axes not shown`,
    onFront: (count: number) => `${runs(count)} on the front`,
  },
  contour: {
    label: (count: number, x: string, y: string, z: string) =>
      `Contours of ${z} over ${x} and ${y}, from ${runs(count)}`,
    few: "Contours need runs at three places at least that are neither in one line nor far apart. Choose two other axes, or compare more runs.",
    noFields: "Contours need two params or metrics that are numbers and differ between the runs.",
    how: (places: number) =>
      `Straight between ${number(places)} ${places === 1 ? "place" : "places"} with runs (mean of those at the same place); nothing is drawn beyond them, nor where they are far apart.`,
  },
  box: {
    label: (count: number, y: string, group: string) => `Box plots of ${y} of ${runs(count)} by ${group}`,
    how: "Box: quartiles (linear between the nearest values) and median; whiskers: the outermost runs within 1.5 times the box; diamond: mean.",
    most: (shown: number, total: number) => `The ${number(shown)} largest of ${number(total)} groups.`,
    without: (count: number) => `${runs(count)} without a finite value not shown.`,
    none: "without",
    summary: "Groups",
    columns: ["Group", "Runs", "Low whisker", "Quartile 1", "Median", "Quartile 3", "High whisker", "Mean"],
  },
  noFields: "These runs have no metrics to draw.",
  table: {
    label: "Differences of the runs",
    all: "Also what is the same",
    same: "The runs do not differ in any param, metric or tag.",
    sections: { attribute: "Run", param: "Params", metric: "Metrics", tag: "Tags" },
    rows: (shown: number, total: number) =>
      shown < total ? `${number(shown)} of ${number(total)} differ` : number(total),
    key: "Name",
    base: "Compare texts with this run",
    isBase: "Texts are compared with this run",
    remove: (name: string) => `Take ${name} out of the comparison`,
    best: "best",
    goal: { minimize: "Less is better; click for more", maximize: "More is better; click for less" },
    copy: "Copy as CSV",
    save: "Save as CSV",
    copied: "The table is copied.",
    expand: "Show all of it",
    collapse: "Show less",
  },
};
