// Text and code.

import { useEffect, useMemo, useState } from "preact/hooks";

import { Copy } from "../../parts/copy";
import { Failure } from "../../parts/failure";
import { browserText, viewText } from "../../text/artifacts";
import type { ViewedFile } from "../file";
import { languageOf } from "../kinds";
import { MoreText, useGrowingText } from "./growing";
import type { Token } from "./highlight";
import { Lines, splitLines } from "./lines";

/** Characters that are coloured at most: it takes a while, and is of little use in what nobody reads whole. */
const COLOURED = 400_000;

/** Shows text, in the colours of its language. */
export default function TextViewer({ file }: { file: ViewedFile }) {
  const growing = useGrowingText(file.url);
  const lines = useMemo(() => splitLines(growing.text), [growing.text]);
  if (growing.error && !growing.loaded) return <Failure error={growing.error} retry={growing.more} />;
  if (!growing.loaded) return <p class="quiet artifacts-note">{browserText.loading}</p>;
  return (
    <>
      {growing.error && <Failure error={growing.error} retry={growing.more} />}
      <MoreText growing={growing} />
      <CodeLines
        label={viewText.contents(file.name)}
        text={growing.text}
        lines={lines}
        language={languageOf(file.name)}
      />
      <footer class="file-foot">
        <span class="quiet">{viewText.lines(lines.length)}</span>
        <Copy text={growing.text} label={viewText.copyAll} />
      </footer>
    </>
  );
}

/** Shows lines of a text; coloured as soon as what colours them is there. */
export function CodeLines(props: {
  label: string;
  text: string;
  lines: readonly string[];
  language: string | undefined;
}) {
  const { label, text, lines, language } = props;
  const coloured = useColoured(text, language);
  return (
    <Lines label={label} lines={lines}>
      {coloured && ((line, i) => <Coloured tokens={coloured[i]} line={line} />)}
    </Lines>
  );
}

/** Shows a piece of code, coloured. */
export function CodeBlock({ text, language, label }: { text: string; language: string | undefined; label: string }) {
  const coloured = useColoured(text, language);
  return (
    <pre class="code-block" tabIndex={0} role="region" aria-label={label}>
      <code>
        {coloured ? coloured.map((tokens, i) => [i > 0 && "\n", <Coloured key={i} tokens={tokens} line="" />]) : text}
      </code>
    </pre>
  );
}

function Coloured({ tokens, line }: { tokens: readonly Token[] | undefined; line: string }) {
  if (!tokens) return line;
  return tokens.map(({ scope, text }, i) =>
    scope ? (
      <span key={i} class={`hl-${scope}`}>
        {text}
      </span>
    ) : (
      text
    ),
  );
}

function useColoured(text: string, language: string | undefined): readonly (readonly Token[])[] | undefined {
  const [coloured, setColoured] = useState<{ text: string; lines: Token[][] }>();
  useEffect(() => {
    if (language === undefined || !text || text.length > COLOURED) return;
    let isWanted = true;
    void import("./highlight").then(({ highlight }) => {
      if (isWanted) setColoured({ text, lines: highlight(text, language) });
    });
    return () => {
      isWanted = false;
    };
  }, [text, language]);
  return coloured?.text === text ? coloured.lines : undefined;
}
