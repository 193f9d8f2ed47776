import { ApiError } from "../api/client";
import { href } from "../app/router";
import { common } from "../text/common";

/** Says what failed and what to do. */
export function Failure({ error, retry }: { error: Error; retry?: () => void }) {
  const text = error instanceof ApiError && error.code === "UNREACHABLE" ? common.unreachable : error.message;
  return (
    <div class="failure" role="alert">
      <p>{text}</p>
      <p class="row">
        {retry && <button onClick={retry}>{common.retry}</button>}
        <a href={href(["experiments"])}>{common.toExperiments}</a>
      </p>
    </div>
  );
}
