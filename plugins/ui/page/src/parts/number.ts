// Numbers as people read them.

/** Return a number with as many digits as tell it apart: `0.8731`, `1.3e-8`, `12,400`, `NaN`. */
export function formatNumber(value: number, digits = 4): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (Number.isInteger(value) && size < 1e9) return value.toLocaleString("en");
  if (size >= 1e6 || size < 1e-4) return value.toExponential(digits - 1).replace(/\.?0+e/, "e");
  return value.toLocaleString("en", { maximumSignificantDigits: digits > 4 || size < 1000 ? digits : 7 });
}
