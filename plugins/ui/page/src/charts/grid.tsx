import { useRef, useState } from "preact/hooks";

import { Icon } from "../parts/icon";
import { charts } from "../text/charts";
import type { Board } from "./board";
import { Card } from "./card";
import { moved, type CardSpec, type Section, without } from "./sections";
import { withCard } from "./state";

const GAP = 10;
const COLUMN = 340;
/** The height of the lowest card, and how much each step of height adds. */
const LOW = 236;
const STEP = 110;

/** The type of what is dragged; other things can be dragged in a browser too. */
const DRAGGED = "application/x-runyard-chart";

/** Return how many charts stand beside one another. */
export function columnsOf(width: number): number {
  return Math.max(1, Math.floor((width + GAP) / (COLUMN + GAP)));
}

/** The charts of a section, which can be moved and resized. */
export function Grid({ board, section, columns }: { board: Board; section: Section; columns: number }) {
  const [target, setTarget] = useState<string | null>(null);
  const drop = (event: DragEvent, to: number) => {
    const id = event.dataTransfer?.getData(DRAGGED) ?? "";
    setTarget(null);
    event.preventDefault();
    board.change((state) => moved(state, section, id, to));
  };
  return (
    <div class="chart-grid" style={{ gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))` }}>
      {section.cards.map((spec, place) => {
        const { width = 1, height = 1 } = board.state.value.cards[spec.id] ?? {};
        const move = (by: -1 | 1) => board.change((state) => moved(state, section, spec.id, place + by));
        return (
          <div
            key={spec.id}
            class={`chart-cell ${target === spec.id ? "is-target" : ""}`}
            style={{ gridColumn: `span ${Math.min(width, columns)}`, height: `${LOW + (height - 1) * STEP}px` }}
            onDragOver={(event) => {
              if (!event.dataTransfer?.types.includes(DRAGGED)) return;
              event.preventDefault();
              setTarget(spec.id);
            }}
            onDragLeave={() => setTarget(null)}
            onDrop={(event) => drop(event, place)}
          >
            <Card
              board={board}
              spec={spec}
              grip={<Grip spec={spec} onMove={move} />}
              corner={
                <Corner board={board} spec={spec} width={Math.min(width, columns)} height={height} columns={columns} />
              }
              onMove={move}
              onRemove={() => board.change((state) => without(state, spec))}
            />
          </div>
        );
      })}
    </div>
  );
}

function Grip({ spec, onMove }: { spec: CardSpec; onMove: (by: -1 | 1) => void }) {
  const label = charts.move(spec.keys.join(", "));
  return (
    <button
      class="plain small chart-grip"
      draggable
      aria-label={label}
      title={label}
      onDragStart={(event) => event.dataTransfer?.setData(DRAGGED, spec.id)}
      onKeyDown={(event) => {
        const by = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 }[event.key];
        if (by === undefined) return;
        event.preventDefault();
        onMove(by < 0 ? -1 : 1);
      }}
    >
      <Icon name="grip" size={14} />
    </button>
  );
}

function Corner(props: { board: Board; spec: CardSpec; width: number; height: number; columns: number }) {
  const { board, spec, columns } = props;
  const begun = useRef<{ x: number; y: number; width: number; height: number; column: number } | null>(null);
  const label = charts.resize(spec.keys.join(", "));
  const resize = (width: number, height: number) => {
    const size = {
      width: Math.max(1, Math.min(columns, Math.round(width))),
      height: Math.max(1, Math.min(6, Math.round(height))),
    };
    board.change((state) => {
      const before = state.cards[spec.id];
      if ((before?.width ?? 1) === size.width && (before?.height ?? 1) === size.height) return state;
      return withCard(state, spec.id, {
        width: size.width > 1 ? size.width : undefined,
        height: size.height > 1 ? size.height : undefined,
      });
    });
  };
  return (
    <button
      class="plain chart-corner"
      aria-label={label}
      title={label}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        const cell = event.currentTarget.closest<HTMLElement>(".chart-cell")?.offsetWidth ?? COLUMN;
        const { width, height } = props;
        begun.current = { x: event.clientX, y: event.clientY, width, height, column: cell / width };
      }}
      onPointerMove={(event) => {
        if (!begun.current) return;
        const { x, y, width, height, column } = begun.current;
        resize(width + (event.clientX - x) / column, height + (event.clientY - y) / STEP);
      }}
      onPointerUp={() => (begun.current = null)}
      onPointerCancel={() => (begun.current = null)}
      onKeyDown={(event) => {
        const by = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
        if (!by) return;
        event.preventDefault();
        resize(props.width + (by[0] ?? 0), props.height + (by[1] ?? 0));
      }}
    />
  );
}
