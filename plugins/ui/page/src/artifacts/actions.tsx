// What can be done with a file or a folder.

import { tell, tellError } from "../app/notices";
import { Icon } from "../parts/icon";
import { Menu } from "../parts/menu";
import { common } from "../text/common";
import { browserText } from "../text/artifacts";
import { fetchCode, fileAddress, nameOf, type Source, uriOf } from "./source";

/** A link that saves a file. */
export function Download({ source, path }: { source: Source; path: string }) {
  return (
    <a class="button" href={fileAddress(source, path)} download={nameOf(path)}>
      <Icon name="download" />
      {browserText.download}
    </a>
  );
}

/** What can be copied: the path, the address, and the lines that fetch it. */
export function CopyMenu({ source, path }: { source: Source; path: string }) {
  const copy = (text: string) => () => {
    navigator.clipboard.writeText(text).then(() => tell(common.copied), tellError);
  };
  return (
    <Menu
      label={browserText.copy}
      icon="copy"
      text={browserText.copy}
      items={[
        path !== "" && { label: browserText.copyPath, onSelect: copy(path) },
        { label: browserText.copyUri, onSelect: copy(uriOf(source, path)) },
        { label: browserText.copyCode, onSelect: copy(fetchCode(source, path)) },
      ]}
    />
  );
}

/** The way from the root to what is shown; each part leads there. */
export function Breadcrumb({ path, onPath }: { path: string; onPath: (path: string) => void }) {
  const parts = path.split("/").filter(Boolean);
  return (
    <nav class="crumbs" aria-label={browserText.artifacts}>
      <ol>
        {["", ...parts].map((part, i) => (
          <li key={i}>
            {i === parts.length ? (
              <span aria-current="page">{part || browserText.root}</span>
            ) : (
              <button class="plain" onClick={() => onPath(parts.slice(0, i).join("/"))}>
                {part || browserText.root}
              </button>
            )}
          </li>
        ))}
      </ol>
    </nav>
  );
}
