// Images of steps: a slider goes through the steps, the images of all chosen keys follow it side by side.

import { useCallback, useState } from "preact/hooks";

import { usePolling } from "../app/resource";
import { Icon } from "../parts/icon";
import { seriesText } from "../text/artifacts";
import { fileAddress, type Source } from "./source";
import { imagesAt, type Series, stepsOf } from "./stepped";

const FRAME_MILLISECONDS = 400;
const WIDTHS = { least: 120, most: 900, first: 320 } as const;

/** Shows series of images; `chosen` is the path of the one that is shown at first, all are if absent. */
export function SeriesView({ source, series, chosen }: { source: Source; series: readonly Series[]; chosen?: string }) {
  const [shown, setShown] = useState<ReadonlySet<string>>(
    () => new Set(chosen === undefined ? series.map(({ path }) => path) : [chosen]),
  );
  const visible = series.filter(({ path }) => shown.has(path));
  const steps = stepsOf(visible);
  const [wanted, setWanted] = useState<number>(); // the last step if absent: what a run made last
  const [isPlaying, setPlaying] = useState(false);
  const [width, setWidth] = useState<number>(WIDTHS.first);

  const at =
    wanted === undefined
      ? steps.length - 1
      : Math.max(
          0,
          steps.findLastIndex((step) => step <= wanted),
        );
  const step = steps[at] ?? 0;
  const goTo = (place: number) => setWanted(steps[Math.min(Math.max(0, place), steps.length - 1)]);
  const advance = useCallback(() => {
    if (at >= steps.length - 1) setPlaying(false);
    else setWanted(steps[at + 1]);
    // Steps are new on every render; where the slider is says when there is something to do
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [at, steps.length]);
  usePolling(advance, FRAME_MILLISECONDS, isPlaying);

  return (
    <div class="series">
      <div class="series-bar">
        <button
          aria-label={isPlaying ? seriesText.pause : seriesText.play}
          title={isPlaying ? seriesText.pause : seriesText.play}
          disabled={steps.length < 2}
          onClick={() => {
            if (!isPlaying && at === steps.length - 1) goTo(0);
            setPlaying(!isPlaying);
          }}
        >
          <Icon name={isPlaying ? "pause" : "play"} />
        </button>
        <button aria-label={seriesText.previous} disabled={at <= 0} onClick={() => goTo(at - 1)}>
          <Icon name="chevronLeft" />
        </button>
        <label class="series-slider">
          <span>{seriesText.step}</span>
          <input
            type="range"
            min={0}
            max={Math.max(0, steps.length - 1)}
            value={at}
            aria-valuetext={seriesText.atStep(step)}
            disabled={steps.length < 2}
            onInput={(event) => goTo(Number(event.currentTarget.value))}
          />
        </label>
        <button aria-label={seriesText.next} disabled={at >= steps.length - 1} onClick={() => goTo(at + 1)}>
          <Icon name="chevronRight" />
        </button>
        <output class="series-step">
          <strong>{step.toLocaleString("en")}</strong>{" "}
          <span class="quiet">({seriesText.of(at + 1, steps.length)})</span>
        </output>
        <label class="series-size">
          <span class="quiet">{seriesText.size}</span>
          <input
            type="range"
            min={WIDTHS.least}
            max={WIDTHS.most}
            value={width}
            onInput={(event) => setWidth(Number(event.currentTarget.value))}
          />
        </label>
      </div>
      {series.length > 1 && (
        <fieldset class="series-keys">
          <legend class="hidden">{seriesText.keys}</legend>
          {series.map(({ key, path }) => (
            <label key={path}>
              <input
                type="checkbox"
                checked={shown.has(path)}
                onChange={() => setShown(shown.has(path) ? without(shown, path) : new Set([...shown, path]))}
              />
              {key}
            </label>
          ))}
        </fieldset>
      )}
      <div class="series-images" tabIndex={0} role="region" aria-label={seriesText.keys}>
        {visible.map((each) => (
          <Shown key={each.path} source={source} series={each} step={step} width={width} isQuick={isPlaying} />
        ))}
      </div>
    </div>
  );
}

function Shown(props: { source: Source; series: Series; step: number; width: number; isQuick: boolean }) {
  const { source, series, step } = props;
  const images = imagesAt(series, step);
  const shownStep = images[0]?.step;
  return (
    <figure style={{ width: `${props.width}px` }}>
      <figcaption>
        <span class="tree-name">{series.key}</span>
        {shownStep !== undefined && <span class="quiet">{seriesText.atStep(shownStep)}</span>}
      </figcaption>
      {images.length === 0 && <p class="quiet">{seriesText.none}</p>}
      {images.map((image, i) => (
        // One element goes on from step to step, and shows the old picture until the new one is there
        <img
          key={i}
          src={fileAddress(source, props.isQuick ? (image.preview ?? image.path) : image.path)}
          alt={seriesText.image(series.key, image.step)}
        />
      ))}
    </figure>
  );
}

function without(set: ReadonlySet<string>, item: string): ReadonlySet<string> {
  return new Set([...set].filter((each) => each !== item));
}
