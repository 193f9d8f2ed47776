// English text of the runs table.

const number = new Intl.NumberFormat("en");

/** Return a count with its noun: `1 run`, `10,000 runs`. */
export function runsOf(count: number): string {
  return `${number.format(count)} ${count === 1 ? "run" : "runs"}`;
}

export const runs = {
  modes: { table: "Table", split: "Table and charts", charts: "Charts", compare: "Compare" },
  mode: "Layout",
  splitter: "Width of the table",
  table: "Runs",
};
