// English text for the statuses of runs.

import type { RunStatus } from "../api/entities";

export const statuses: Readonly<Record<RunStatus, string>> = {
  RUNNING: "Running",
  SCHEDULED: "Scheduled",
  FINISHED: "Finished",
  FAILED: "Failed",
  KILLED: "Killed",
};
