import type { ViewProps } from "../app/page";

export default function View({ place }: ViewProps) {
  return <p class="view quiet">{place.path.join(" / ")}</p>;
}
