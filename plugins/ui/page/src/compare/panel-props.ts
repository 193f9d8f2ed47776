// What every plot of the comparison is given.

import type { RunColumns } from "../api/tables";
import type { ChartedRun, RunsModel } from "../runs/model";
import type { Chosen } from "./chosen";
import type { CompareState } from "./state";

export interface PlotProps {
  model: RunsModel;
  /** The runs that are compared, with the fields that the plot shows. */
  runs: readonly ChartedRun[];
  /** Which fields they have. */
  columns: RunColumns;
  state: CompareState;
  chosen: Chosen;
  change: (part: Partial<CompareState>) => void;
  /** Whether there is no table beside the comparison: all of its runs were named. */
  isFixed: boolean;
}
