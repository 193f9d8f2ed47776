import { ApiError } from "../api/client";
import { Code } from "../parts/copy";
import { Failure } from "../parts/failure";
import { unreachableText } from "../text/artifacts";
import { fetchCode, type Source } from "./source";

/** Says why artifacts cannot be shown, and how to get at them: a server does not read every place that clients can. */
export function Unreachable(props: {
  error: Error;
  source: Source;
  path: string;
  /** Where they are kept, if that is known. */
  uri?: string | undefined;
  retry?: () => void;
}) {
  const { error, source, path } = props;
  if (!(error instanceof ApiError) || error.status !== 403) {
    return <Failure error={error} {...(props.retry && { retry: props.retry })} />;
  }
  const uri = props.uri ?? (source.kind === "run" ? source.artifactUri : undefined);
  return (
    <section class="unreachable" role="alert">
      <h3>{unreachableText.title}</h3>
      {uri && <p>{unreachableText.where(uri)}</p>}
      <p class="quiet">{error.message}</p>
      <p>{unreachableText.client}</p>
      <Code text={fetchCode(source, path)} />
      <p>{unreachableText.operator}</p>
    </section>
  );
}
