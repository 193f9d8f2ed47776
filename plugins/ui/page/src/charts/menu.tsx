import { useState } from "preact/hooks";

import { download } from "../app/download";
import { tell, tellError } from "../app/notices";
import { Icon } from "../parts/icon";
import { Menu } from "../parts/menu";
import { charts } from "../text/charts";
import type { CardProps } from "./card";
import { themeOf } from "./chart";
import type { Content } from "./content";
import { csvOf, fileName, type Picture, savePng, saveSvg } from "./export";
import { notesOf } from "./notes";
import { RangeDialog } from "./range";
import { type CardChange, type CardState, withCard } from "./state";
import { Values } from "./values";

/** What can be done with a chart. */
export function CardMenu(props: CardProps & { title: string; card: CardState; content: Content; onLarge: () => void }) {
  const { board, spec, title, card, content, onMove, onRemove } = props;
  const [asked, setAsked] = useState<"range" | "values" | null>(null);
  const change = (part: CardChange) => board.change((state) => withCard(state, spec.id, part));
  const xLabel = charts.xLabels[board.state.value.x];
  const picture = (): Picture => {
    const { ground, text, quiet, line } = themeOf();
    const { figure, frame, bars, isSingle } = content;
    const colors = { ground, text, quiet, line };
    const notes = notesOf(content, card);
    return { title, xLabel, figure, frame, colors, notes, width: 860, height: 460, ...(isSingle && { bars }) };
  };
  const isEmpty = content.items.length === 0;
  const hasLines = !content.isSingle;
  const remove = () => {
    const before = board.state.peek();
    onRemove?.();
    tell(charts.removed(title), () => board.change(() => before));
  };
  return (
    <>
      <button
        class="plain small"
        aria-label={`${charts.fullScreen}: ${title}`}
        title={charts.fullScreen}
        onClick={props.onLarge}
      >
        <Icon name="expand" size={14} />
      </button>
      <Menu
        label={charts.menu(title)}
        icon="more"
        class="plain small"
        items={[
          hasLines && {
            label: charts.logY,
            isChecked: card.isLogY ?? false,
            onSelect: () => change({ isLogY: card.isLogY ? undefined : true }),
          },
          hasLines && {
            label: charts.outliers,
            isChecked: card.ignoresOutliers ?? false,
            onSelect: () => change({ ignoresOutliers: card.ignoresOutliers ? undefined : true }),
          },
          hasLines && { label: charts.range, icon: "settings", onSelect: () => setAsked("range") },
          card.zoom && { label: charts.reset, icon: "expand", onSelect: () => change({ zoom: undefined }) },
          { label: charts.table, icon: "table", isDisabled: isEmpty, onSelect: () => setAsked("values") },
          {
            label: charts.png,
            icon: "download",
            isDisabled: isEmpty,
            onSelect: () => void savePng(picture()).catch(tellError),
          },
          { label: charts.svg, icon: "download", isDisabled: isEmpty, onSelect: () => saveSvg(picture()) },
          {
            label: charts.csv,
            icon: "download",
            isDisabled: isEmpty,
            onSelect: () => download(fileName(title, "csv"), csvOf(content.figure, xLabel), "text/csv"),
          },
          onMove && { label: charts.earlier, icon: "chevronUp", onSelect: () => onMove(-1) },
          onMove && { label: charts.later, icon: "chevronDown", onSelect: () => onMove(1) },
          onRemove && { label: charts.remove, icon: "close", onSelect: remove },
        ]}
      />
      {asked === "values" && <Values title={title} items={content.items} onClose={() => setAsked(null)} />}
      {asked === "range" && (
        <RangeDialog range={card.yRange} onChange={(yRange) => change({ yRange })} onClose={() => setAsked(null)} />
      )}
    </>
  );
}
