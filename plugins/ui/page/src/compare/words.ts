// What differs between two texts, word by word.

/** A part of two texts: in both, only in the first, or only in the second. */
export interface Part {
  kind: "same" | "removed" | "added";
  text: string;
}

/** Texts of more words are not compared word by word: it takes the product of their numbers. */
const MOST_WORDS = 1500;

/**
 * Return the parts of two texts, in order; neighbours are of different kinds.
 *
 * As few words as possible differ (longest common subsequence); white space belongs to the word before it.
 */
export function diffWords(before: string, after: string): Part[] {
  const a = wordsOf(before);
  const b = wordsOf(after);
  let start = 0;
  while (start < Math.min(a.length, b.length) && a[start] === b[start]) start++;
  let end = 0;
  while (end < Math.min(a.length, b.length) - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++;
  const parts: Part[] = [];
  const add = (kind: Part["kind"], words: readonly string[]) => {
    if (!words.length) return;
    const last = parts.at(-1);
    if (last?.kind === kind) last.text += words.join("");
    else parts.push({ kind, text: words.join("") });
  };
  add("same", a.slice(0, start));
  compare(a.slice(start, a.length - end), b.slice(start, b.length - end), add);
  add("same", a.slice(a.length - end));
  return parts;
}

function compare(a: readonly string[], b: readonly string[], add: (kind: Part["kind"], words: string[]) => void): void {
  if (a.length > MOST_WORDS || b.length > MOST_WORDS) {
    add("removed", [...a]);
    add("added", [...b]);
    return;
  }
  // common[i][j]: how many words the texts from a[i] and from b[j] have in common
  const width = b.length + 1;
  const common = new Uint16Array((a.length + 1) * width);
  const at = (i: number, j: number) => common[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      common[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    const [left, right] = [a[i], b[j]];
    if (left !== undefined && left === right) {
      add("same", [left]);
      i++;
      j++;
    } else if (left !== undefined && (right === undefined || at(i + 1, j) >= at(i, j + 1))) {
      add("removed", [left]);
      i++;
    } else if (right !== undefined) {
      add("added", [right]);
      j++;
    }
  }
}

function wordsOf(text: string): string[] {
  return text.match(/\s+|[^\s\p{P}]+\s*|\p{P}\s*/gu) ?? [];
}
