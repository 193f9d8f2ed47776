import { type ComponentChildren } from "preact";
import { useRef, useState } from "preact/hooks";

import { Dialog } from "../parts/dialog";
import { charts } from "../text/charts";
import { Bars } from "./bars";
import type { Board } from "./board";
import { Chart } from "./chart";
import { type Content, useContent } from "./content";
import { dashOf } from "./geometry";
import { useSeen } from "./hooks";
import { CardMenu } from "./menu";
import { notesOf } from "./notes";
import type { CardSpec } from "./sections";
import { type CardState, withCard } from "./state";

const USUAL: CardState = {};

export interface CardProps {
  board: Board;
  spec: CardSpec;
  /** What moves it. */
  grip?: ComponentChildren;
  /** What resizes it. */
  corner?: ComponentChildren;
  onMove?: (by: -1 | 1) => void;
  onRemove?: () => void;
}

/** A chart with its head, its menu and what is said below it; it is made when it comes in sight. */
export function Card(props: CardProps) {
  const root = useRef<HTMLElement>(null);
  const isSeen = useSeen(root);
  const title = props.spec.keys.join(", ");
  return (
    <article ref={root} class="chart-card" aria-label={title}>
      {isSeen ? <Shown {...props} title={title} /> : <h4 class="chart-title">{title}</h4>}
      {props.corner}
    </article>
  );
}

function Shown(props: CardProps & { title: string }) {
  const { board, spec, title } = props;
  const [isLarge, setLarge] = useState(false);
  const card = board.state.value.cards[spec.id] ?? USUAL;
  const content = useContent(board, spec.keys, card);
  return (
    <>
      <header class="chart-head">
        {props.grip}
        <h4 class="chart-title" title={title}>
          {title}
        </h4>
        <CardMenu {...props} card={card} content={content} onLarge={() => setLarge(true)} />
      </header>
      <Body {...props} card={card} content={content} hasLegend={spec.keys.length > 1 || board.isGrouped.value} />
      {isLarge && (
        <div class="chart-large">
          <Dialog title={title} onClose={() => setLarge(false)} wide>
            <Large {...props} card={card} />
          </Dialog>
        </div>
      )}
    </>
  );
}

function Large(props: CardProps & { title: string; card: CardState }) {
  const content = useContent(props.board, props.spec.keys, props.card, true);
  return <Body {...props} content={content} hasLegend />;
}

function Body(props: CardProps & { title: string; card: CardState; content: Content; hasLegend: boolean }) {
  const { board, spec, card, content } = props;
  const zoom = (range: CardState["zoom"] | null) =>
    board.change((state) => withCard(state, spec.id, { zoom: range ?? undefined }));
  const hover = (runId: string | null) => board.hover(runId);
  const hovered = board.hovered.value;
  if (content.items.length === 0) {
    return <p class="chart-body chart-empty quiet">{content.isLoading ? charts.loading : charts.noPoints}</p>;
  }
  if (content.isSingle) {
    return (
      <div class="chart-body">
        <Bars bars={content.bars} title={props.title} hovered={hovered} onHover={hover} />
      </div>
    );
  }
  return (
    <div class="chart-body" aria-busy={content.isRefining}>
      <Chart
        title={props.title}
        figure={content.figure}
        frame={content.frame}
        x={board.state.value.x}
        hovered={hovered}
        onHover={hover}
        onZoom={zoom}
      />
      {props.hasLegend && <Legend content={content} />}
      <Notes content={content} card={card} onReset={() => zoom(null)} />
    </div>
  );
}

function Legend({ content: { figure } }: { content: Content }) {
  const lines = figure.lines.slice(0, 40);
  return (
    <ul class="chart-legend">
      {lines.map((line) => (
        <li key={`${line.runId}${line.label}`}>
          <svg width="18" height="8" aria-hidden="true">
            <path d="M0 4h18" stroke={line.color} stroke-width="2.5" stroke-dasharray={dashOf(line).join(" ")} />
          </svg>
          {line.label || charts.ungrouped}
          {line.runId === undefined && <span class="quiet"> ({charts.ofRuns(line.runs)})</span>}
        </li>
      ))}
      {figure.lines.length > lines.length && <li class="quiet">{charts.more(figure.lines.length - lines.length)}</li>}
    </ul>
  );
}

function Notes(props: { content: Content; card: CardState; onReset: () => void }) {
  const notes = notesOf(props.content, props.card);
  if (notes.length === 0 && !props.card.zoom) return null;
  return (
    <footer class="chart-notes quiet">
      {notes.map((note) => (
        <span key={note}>{note}</span>
      ))}
      {props.card.zoom && (
        <button class="small" onClick={props.onReset}>
          {charts.reset}
        </button>
      )}
    </footer>
  );
}
