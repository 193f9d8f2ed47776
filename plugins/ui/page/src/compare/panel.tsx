import type { RunsModel } from "../runs/model";

export default function Panel({ model }: { model: RunsModel }) {
  return <p class="view quiet">{model.charted.value.length}</p>;
}
