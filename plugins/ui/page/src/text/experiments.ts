// English text of the list of experiments and of an experiment's head.

export const experiments = {
  title: "Experiments",
  count: (shown: number, isAll: boolean) =>
    isAll ? (shown === 1 ? "1 experiment" : `${shown} experiments`) : `${shown}+ experiments`,
  search: "Search by name",
  filter: "Filter",
  filterHint: "tags.team = 'risk' AND name LIKE 'fraud%'",
  filterHelp:
    "Compare name, experiment_id, creation_time, last_update_time and tags.KEY with =, !=, <, >, LIKE, ILIKE, IN and IS NULL; join conditions with AND, OR, NOT and parentheses.",
  lifecycle: "Which experiments",
  lifecycles: { ACTIVE_ONLY: "Active", DELETED_ONLY: "Deleted", ALL: "All" },
  create: "New experiment",
  createAction: "Create",
  location: "Artifact location",
  locationHint: "Where files of its runs go; the server's own place if this is empty.",
  created: (name: string) => `The experiment ${name} is made.`,
  renameTitle: "Rename the experiment",
  deleted: (name: string) => `The experiment ${name} is deleted, with its runs.`,
  deletedMany: (count: number) => `${count} experiments are deleted, with their runs.`,
  restored: (name: string) => `The experiment ${name} is restored.`,
  restoredMany: (count: number) => `${count} experiments are restored.`,
  isDeleted: "Deleted",
  deletedBanner: "This experiment is in the trash, with its runs.",
  columns: { name: "Name", runs: "Runs", lastRun: "Last run", created: "Created", tags: "Tags", actions: "Actions" },
  sortBy: (column: string) => `Sort by ${column}`,
  select: (name: string) => `Choose ${name}`,
  selectAll: "Choose all that are shown",
  selected: (count: number) => `${count} chosen`,
  lookTogether: "Look at their runs together",
  unselect: "Choose none",
  actions: (name: string) => `Actions for ${name}`,
  more: "Show more",
  noneFound: "No experiment is like that",
  noneFoundHint: "Change the search, or look among the deleted ones too.",
  noneDeleted: "The trash is empty",
  noneDeletedHint: "Experiments that are deleted can be restored from here.",
  none: "No experiments yet",
  noneHint: "Log a run, and it appears in the experiment Default; set_experiment makes others.",
  id: "ID",
  copyId: "Copy the experiment's ID",
  about: "About this experiment",
  updated: "Changed",
  editNote: "Note and tags",
  show: "Show it",
  together: (count: number) => `and the runs of ${count} more:`,
};

/** The lines that log a first run to this server. */
export function firstLines(address: string): string {
  return [
    "import runyard",
    `runyard.set_tracking_uri(${JSON.stringify(address)})`,
    'runyard.log_metric("loss", 0.5)',
  ].join("\n");
}
