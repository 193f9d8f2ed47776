// Sizes as people read them.

const UNITS = ["B", "KB", "MB", "GB", "TB", "PB"] as const;

/** Return a number of bytes in few digits: `0 B`, `999 B`, `1.2 MB`; units are powers of 1000, as disks have them. */
export function formatBytes(bytes: number): string {
  let size = bytes;
  let unit = 0;
  while (size >= 999.5 && unit < UNITS.length - 1) {
    size /= 1000;
    unit += 1;
  }
  const digits = unit === 0 || size >= 99.95 ? 0 : 1;
  return `${size.toFixed(digits)} ${UNITS[unit] ?? ""}`;
}
