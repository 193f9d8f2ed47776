// English text around the runs of an experiment.

const number = new Intl.NumberFormat("en");

/** Return a count with its noun: `1 run`, `10,000 runs`. */
export function runsOf(count: number): string {
  return `${number.format(count)} ${count === 1 ? "run" : "runs"}`;
}

export const runs = {
  modes: { table: "Table", split: "Table and charts", charts: "Charts", compare: "Compare" },
  mode: "Layout",
  splitter: "Width of the table",
  toolbar: "Filter and columns",
  matching: (matches: number, all: number) => `${number.format(matches)} of ${runsOf(all)}`,
  roots: (count: number) => `${number.format(count)} at the top`,
  lifecycle: "Which runs",
  lifecycles: { ACTIVE_ONLY: "Active", DELETED_ONLY: "Deleted", ALL: "All" },
  arrived: (count: number) => `${count} new ${count === 1 ? "run" : "runs"}`,
  nest: "Children below their parents",
  more: "More",
  refresh: "Refresh",
  exportCsv: "Export as CSV",
  copyLink: "Copy a link to this view",
  linkCopied: "The link is copied.",
  resetColumns: "Choose columns automatically",
  columns: "Columns",
  searchColumns: "Search columns",
  groups: { attribute: "Run", metric: "Metrics", param: "Params", tag: "Tags" },
  moreColumns: (count: number) => `${number.format(count)} more; search for them`,
  noColumns: "No such column",
  differs: "differs between runs",
  views: "Views",
  noViews: "A saved view keeps filter, columns, order and charts, for everyone who sees this experiment.",
  saveView: "Save this view…",
  saveViewTitle: "Save the view",
  renameView: (name: string) => `Rename ${name}`,
  deleteView: (name: string) => `Delete ${name}`,
  overwriteView: (name: string) => `Replace ${name} by what is shown`,
  viewSaved: (name: string) => `The view ${name} is saved.`,
  viewDeleted: (name: string) => `The view ${name} is deleted.`,
  noRuns: "No runs yet",
  firstRun: "Runs appear here as soon as a program logs the first one:",
  code: (address: string, experiment: string) =>
    [
      "import runyard",
      "",
      `runyard.set_tracking_uri(${JSON.stringify(address)})`,
      `runyard.set_experiment(${JSON.stringify(experiment)})`,
      'runyard.log_metric("loss", 0.5)',
    ].join("\n"),
  noDeleted: "No deleted runs",
  noDeletedText: "Runs that are deleted stay here until the trash is emptied.",
  noMatch: "No run matches",
  noMatchText: "Nothing fits the filter. A text is compared as it is written; LIKE with % finds parts of it.",
  clearFilter: "Clear the filter",
  showAll: "Search among deleted runs, too",
};
