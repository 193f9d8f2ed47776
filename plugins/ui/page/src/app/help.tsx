// The help on `?`: which keys do what, and which server this is.

import { Fragment } from "preact";

import { Dialog } from "../parts/dialog";
import { common } from "../text/common";
import { type Shortcut, shortcuts as text } from "../text/shortcuts";
import { ask } from "./reach";
import { useResource } from "./resource";

/** Shows the keys. */
export default function Help({ onClose }: { onClose: () => void }) {
  const version = useResource("", ask);
  return (
    <Dialog title={text.title} onClose={onClose}>
      {Object.entries<readonly Shortcut[]>(text.areas).map(([area, keys]) => (
        <section key={area} class="help-area">
          <h3>{area}</h3>
          <dl class="facts">
            {keys.map(({ keys: pressed, does }) => (
              <Fragment key={does}>
                <dt>
                  {pressed.map((key, i) => (
                    <Fragment key={key}>
                      {i > 0 && ` ${text.then} `}
                      <kbd>{key}</kbd>
                    </Fragment>
                  ))}
                </dt>
                <dd>{does}</dd>
              </Fragment>
            ))}
          </dl>
        </section>
      ))}
      {version.value && <p class="quiet small-text">{common.version(version.value)}</p>}
    </Dialog>
  );
}
