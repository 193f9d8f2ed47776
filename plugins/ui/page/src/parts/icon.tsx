// A few icons, drawn with lines in the colour of the text around them. They say nothing to screen readers: what they
// stand on has a label.

const PATHS = {
  add: "M8 3v10M3 8h10",
  alias: "M3 5.5 8 2l5 3.5v5L8 14l-5-3.5zM8 2v12",
  archive: "M2 3h12v3H2zM3.5 6v7h9V6M6.5 8.5h3",
  bars: "M3 13V8M8 13V3M13 13V6",
  check: "M3 8.5 6.5 12 13 4.5",
  chevronDown: "m4 6 4 4 4-4",
  chevronLeft: "m10 4-4 4 4 4",
  chevronRight: "m6 4 4 4-4 4",
  chevronUp: "m4 10 4-4 4 4",
  close: "m4 4 8 8M12 4l-8 8",
  columns: "M2.5 3h11v10h-11zM6.2 3v10M9.8 3v10",
  compare: "M5.5 3 2.5 6l3 3M2.5 6h9M10.5 7l3 3-3 3M13.5 10h-9",
  copy: "M5.5 5.5h8v8h-8zM3 10.5H2.5v-8h8V3",
  download: "M8 2.5v8M4.5 7.5 8 11l3.5-3.5M3 13.5h10",
  edit: "m3 13 .7-3L10.5 3.2l2.3 2.3L6 12.3zM9 4.7 11.3 7",
  expand: "M9.5 3H13v3.5M13 3 9 7M6.5 13H3V9.5M3 13l4-4",
  external: "M9.5 3H13v3.5M13 3 7.5 8.5M11.5 9v4H3V4.5h4",
  eye: "M1.5 8S4 3.8 8 3.8 14.5 8 14.5 8 12 12.2 8 12.2 1.5 8 1.5 8zM8 6.2a1.8 1.8 0 1 0 0 3.6 1.8 1.8 0 0 0 0-3.6z",
  eyeOff: "M1.5 8S4 3.8 8 3.8 14.5 8 14.5 8 12 12.2 8 12.2 1.5 8 1.5 8zM3 13 13 3",
  file: "M4 2h5l3 3v9H4zM9 2v3h3",
  filter: "M2 3.5h12L9.5 8.5v4l-3 1.5V8.5z",
  folder: "M2 4h4l1.5 2H14v7H2z",
  grid: "M2.5 2.5h4.5v4.5H2.5zM9 2.5h4.5v4.5H9zM2.5 9h4.5v4.5H2.5zM9 9h4.5v4.5H9z",
  grip: "M3 6h10M3 10h10",
  help: "M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 0 0 8 1.8zM6.2 6.3c.2-1.2 1-1.6 1.9-1.6 1 0 1.8.7 1.8 1.6C9.9 7.7 8 7.7 8 9.3M8 11.2v.2",
  history: "M3 3.5v3h3M3.2 6.5A5.3 5.3 0 1 1 2.8 9M8 5.2V8l2 1.5",
  info: "M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 0 0 8 1.8zM8 7.3v4M8 4.7v.2",
  line: "M2 12.5 6 7l3 3 5-6.5",
  link: "M6.5 9.5a3 3 0 0 0 4.3 0l2-2a3 3 0 0 0-4.3-4.3l-.8.8M9.5 6.5a3 3 0 0 0-4.3 0l-2 2a3 3 0 0 0 4.3 4.3l.8-.8",
  more: "M3 8h.01M8 8h.01M13 8h.01",
  pause: "M5.5 3.5v9M10.5 3.5v9",
  pin: "M6 2h4l-.5 4.5L12 9H4l2.5-2.5zM8 9v5",
  play: "M4.5 3v10l8-5z",
  refresh: "M13 8a5 5 0 1 1-1.5-3.5L13 6M13 2.5V6H9.5",
  restore: "M3 3.5v3.5h3.5M3.2 7A5 5 0 1 1 3.5 10.5",
  run: "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2zM6.5 5.5v5l4-2.5z",
  save: "M3 3h8l2 2v8H3zM5.5 3v3.5h4.5V3M5 13V9.5h6V13",
  search: "M7 2.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9zM10.3 10.3 14 14",
  settings: "M2 4.5h7M12 4.5h2M2 11.5h2M7 11.5h7M10.5 3v3M5.5 10v3",
  sortDown: "M8 3v10M4.5 9.5 8 13l3.5-3.5",
  sortUp: "M8 13V3M4.5 6.5 8 3l3.5 3.5",
  star: "m8 2 1.8 3.9 4.2.5-3.1 2.9.8 4.2L8 11.4l-3.7 2.1.8-4.2L2 6.4l4.2-.5z",
  stop: "M4 4h8v8H4z",
  table: "M2.5 3h11v10h-11zM2.5 6.5h11M6.5 6.5V13",
  tag: "M2.5 2.5h5l6 6-5 5-6-6zM5.5 5.5h.01",
  trash: "M3 4.5h10M6.5 4.5v-2h3v2M4.2 4.5l.6 9h6.4l.6-9M6.7 7v4M9.3 7v4",
  tree: "M3 2.5v9.5h4M3 6.5h4M9 5h4.5v3H9zM9 10.5h4.5v3H9z",
  upload: "M8 11V3M4.5 6 8 2.5 11.5 6M3 13.5h10",
  warning: "M8 2.5 14.5 13.5h-13zM8 6.5v3.5M8 11.8v.2",
} as const;

export type IconName = keyof typeof PATHS;

/** Draws an icon as large as the text asks for. */
export function Icon({ name, size = 16 }: { name: IconName; size?: number }) {
  return (
    <svg
      class={`icon icon-${name}`}
      width={size}
      height={size}
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      stroke-width={name === "more" ? 2.4 : 1.4}
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
