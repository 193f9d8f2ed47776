// English text of what is done with several runs.

import { runsOf } from "./runs";

export const bulk = {
  label: "Ticked runs",
  selected: (count: number) => `${runsOf(count)} ticked`,
  selectAll: (count: number) => `Tick all ${runsOf(count)} that match`,
  clear: "Untick all",
  compare: "Compare",
  tooMany: (most: number) => `At most ${most} runs can be compared; use a filter to choose them.`,
  inCharts: "Show in charts",
  tag: "Tag…",
  tagTitle: (count: number) => `Tag ${runsOf(count)}`,
  setTag: "Set the tag",
  delete: "Delete",
  restore: "Restore",
  deleteTitle: (count: number) => `Delete ${runsOf(count)}?`,
  deleteText: "They go to the trash, where they can be restored until it is emptied.",
  deleting: "Deleting runs",
  deleted: (count: number) => `${runsOf(count)} deleted.`,
  restoring: "Restoring runs",
  restored: (count: number) => `${runsOf(count)} restored.`,
  tagging: "Tagging runs",
  tagged: (count: number) => `${runsOf(count)} tagged.`,
  stopped: (done: number, total: number, why: string) => `Stopped after ${done} of ${runsOf(total)}: ${why}`,
  exporting: "Writing the CSV file",
  exported: (count: number) => `${runsOf(count)} written as CSV.`,
  ended: "Stopped.",
  stop: "Stop",
};
