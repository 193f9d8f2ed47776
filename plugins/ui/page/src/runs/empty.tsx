// What stands in the place of rows when there are none.

import { SERVER } from "../api/client";
import { fetchExperiment } from "../api/experiments";
import { useResource } from "../app/resource";
import { Empty } from "../parts/empty";
import { runs as text } from "../text/runs";
import type { RunsStore } from "./store";

/** Says why there are no runs, and what to do. */
export function NoRuns({ model }: { model: RunsStore }) {
  const { filter, lifecycle } = model.view.value;
  if (filter) {
    return (
      <Empty title={text.noMatch}>
        <p>{text.noMatchText}</p>
        <p class="row center">
          <button onClick={() => model.change({ filter: "" })}>{text.clearFilter}</button>
          {lifecycle === "ACTIVE_ONLY" && (
            <button onClick={() => model.change({ lifecycle: "ALL" })}>{text.showAll}</button>
          )}
        </p>
      </Empty>
    );
  }
  if (lifecycle === "DELETED_ONLY") return <Empty title={text.noDeleted}>{text.noDeletedText}</Empty>;
  return <FirstRun experimentId={model.experimentIds[0] ?? ""} />;
}

function FirstRun({ experimentId }: { experimentId: string }) {
  const found = useResource(experimentId, (signal) => fetchExperiment(experimentId, { signal }));
  return (
    <Empty title={text.noRuns} code={found.value && text.code(SERVER, found.value.name)}>
      {text.firstRun}
    </Empty>
  );
}
