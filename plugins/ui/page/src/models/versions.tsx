// The versions of a registered model, of which some can be chosen to be compared.

import { useState } from "preact/hooks";

import { SERVER } from "../api/client";
import { byKey, type ModelVersion } from "../api/entities";
import { href } from "../app/router";
import { Empty } from "../parts/empty";
import { Icon } from "../parts/icon";
import { More } from "../parts/more";
import { TagChips } from "../parts/tags";
import { Time } from "../parts/time";
import { models as text, registerLines } from "../text/models";
import { AliasBadge, RunLink, StageBadge, StatusBadge } from "./badges";

/** How many rows are added at once; each asks for the name of its run. */
const PORTION = 50;

/** Shows versions in a table. */
export function Versions({ name, versions }: { name: string; versions: readonly ModelVersion[] }) {
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const [count, setCount] = useState(PORTION);
  if (!versions.length) {
    return (
      <Empty title={text.noVersions} code={registerLines(SERVER, name)}>
        {text.noVersionsHint}
      </Empty>
    );
  }
  const toggle = (version: string) =>
    setChosen(chosen.includes(version) ? chosen.filter((each) => each !== version) : [...chosen, version]);
  return (
    <>
      <div class="row model-versions-head">
        <h2 class="grow">
          {text.versions} <span class="count">{versions.length}</span>
        </h2>
        {chosen.length > 1 ? (
          <a class="button primary" href={href(["models", name], { compare: JSON.stringify(chosen) })}>
            <Icon name="compare" size={14} />
            {text.compareCount(chosen.length)}
          </a>
        ) : (
          versions.length > 1 && <span class="quiet small-text">{text.compareHint}</span>
        )}
      </div>
      <table class="list">
        <thead>
          <tr>
            <th class="narrow">
              <span class="hidden">{text.compare}</span>
            </th>
            <th scope="col" class="narrow">
              {text.columns.version}
            </th>
            <th scope="col">{text.columns.aliases}</th>
            <th scope="col">{text.columns.stage}</th>
            <th scope="col">{text.columns.tags}</th>
            <th scope="col">{text.columns.description}</th>
            <th scope="col">{text.columns.run}</th>
            <th scope="col" class="narrow">
              {text.columns.created}
            </th>
          </tr>
        </thead>
        <tbody>
          {versions.slice(0, count).map((version) => (
            <Row
              key={version.version}
              version={version}
              isChosen={chosen.includes(version.version)}
              onChoose={() => toggle(version.version)}
            />
          ))}
        </tbody>
      </table>
      {versions.length > count && (
        <More label={text.more} isLoading={false} onMore={() => setCount((shown) => shown + PORTION)} />
      )}
    </>
  );
}

function Row({ version, isChosen, onChoose }: { version: ModelVersion; isChosen: boolean; onChoose: () => void }) {
  const { name, version: number } = version;
  return (
    <tr class={isChosen ? "selected" : undefined}>
      <td>
        <input type="checkbox" aria-label={text.select(number)} checked={isChosen} onChange={onChoose} />
      </td>
      <th scope="row" class="narrow">
        <a href={href(["models", name, "versions", number])}>{text.version(number)}</a>{" "}
        <StatusBadge version={version} />
      </th>
      <td>
        <span class="row badges">
          {(version.aliases ?? []).map((alias) => (
            <AliasBadge key={alias} alias={alias} name={name} />
          ))}
        </span>
      </td>
      <td>
        <StageBadge stage={version.current_stage} />
      </td>
      <td>
        <TagChips tags={byKey(version.tags)} />
      </td>
      <td>
        <div class="model-line">{version.description?.split("\n")[0]}</div>
      </td>
      <td>
        <RunLink version={version} />
      </td>
      <td class="narrow">
        <Time value={version.creation_timestamp} />
      </td>
    </tr>
  );
}
