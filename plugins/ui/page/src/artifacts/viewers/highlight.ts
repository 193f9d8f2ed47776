// Code in colours: highlight.js finds what its parts are; they stay text, and become elements in `text.tsx`.

import type { Emitter } from "highlight.js";
import hljs from "highlight.js/lib/core";
import bash from "highlight.js/lib/languages/bash";
import cpp from "highlight.js/lib/languages/cpp";
import css from "highlight.js/lib/languages/css";
import diff from "highlight.js/lib/languages/diff";
import dockerfile from "highlight.js/lib/languages/dockerfile";
import go from "highlight.js/lib/languages/go";
import ini from "highlight.js/lib/languages/ini";
import java from "highlight.js/lib/languages/java";
import javascript from "highlight.js/lib/languages/javascript";
import json from "highlight.js/lib/languages/json";
import markdown from "highlight.js/lib/languages/markdown";
import python from "highlight.js/lib/languages/python";
import r from "highlight.js/lib/languages/r";
import rust from "highlight.js/lib/languages/rust";
import sql from "highlight.js/lib/languages/sql";
import typescript from "highlight.js/lib/languages/typescript";
import xml from "highlight.js/lib/languages/xml";
import yaml from "highlight.js/lib/languages/yaml";

/** A part of a line. */
export interface Token {
  /** What it is, such as `keyword`; empty for what is nothing in particular. */
  scope: string;
  text: string;
}

const LANGUAGES = {
  bash,
  cpp,
  css,
  diff,
  dockerfile,
  go,
  ini,
  java,
  javascript,
  json,
  markdown,
  python,
  r,
  rust,
  sql,
  typescript,
  xml,
  yaml,
};

/** Takes down what the scanner finds as lines of tokens, in place of HTML. */
class LineEmitter implements Emitter {
  readonly lines: Token[][] = [[]];
  private readonly scopes: string[] = [];

  startScope(name: string): void {
    this.scopes.push(name);
  }

  endScope(): void {
    this.scopes.pop();
  }

  /** The scanner has two names for this. */
  openNode(name: string): void {
    this.startScope(name);
  }

  closeNode(): void {
    this.endScope();
  }

  addText(text: string): void {
    const scope = (this.scopes.findLast((name) => !name.startsWith("language:")) ?? "").split(".")[0] ?? "";
    for (const [i, part] of text.split(/\r?\n/).entries()) {
      if (i > 0) this.lines.push([]);
      const line = this.lines.at(-1);
      const last = line?.at(-1);
      if (last?.scope === scope) last.text += part;
      else if (part) line?.push({ scope, text: part });
    }
  }

  __addSublanguage(emitter: Emitter): void {
    for (const [i, tokens] of linesOf(emitter).entries()) {
      if (i > 0) this.lines.push([]);
      this.lines.at(-1)?.push(...tokens);
    }
  }

  finalize(): void {
    while (this.scopes.length) this.endScope();
  }

  toHTML(): string {
    return ""; // nobody asks for it
  }
}

function linesOf(emitter: Emitter): Token[][] {
  return emitter instanceof LineEmitter ? emitter.lines : [];
}

for (const [name, language] of Object.entries(LANGUAGES)) hljs.registerLanguage(name, language);
hljs.configure({ __emitter: LineEmitter });

/** Return the lines of a code as tokens; as plain text where the language is not known, or the scanner fails. */
export function highlight(code: string, language: string): Token[][] {
  if (hljs.getLanguage(language)) {
    const result = hljs.highlight(code, { language, ignoreIllegals: true });
    if (!result.errorRaised) return linesOf(result._emitter);
  }
  return code.split(/\r?\n/).map((text) => [{ scope: "", text }]);
}
