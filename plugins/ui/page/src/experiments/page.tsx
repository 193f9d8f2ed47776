import type { ViewProps } from "../app/page";

/** An experiment: its head, and its runs. */
export function ExperimentPage({ place }: ViewProps) {
  return <p class="view quiet">{place.path.join(" / ")}</p>;
}
