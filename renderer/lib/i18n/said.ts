/**
 * Texts that the host made in English, in the person's language: the template that a text was made from is found and said with
 * the same values. What is joined of several texts is said part by part, and so are values that are texts themselves; what no
 * template made stays as it is. Values in quotes (names of classes and files) are never said.
 */
export type Said = (text: string) => string;

type Template = {
  readonly literals: readonly string[]; // around the holes: one more than holes
  readonly isName: readonly boolean[]; // a hole between quotes
  readonly said: string;
};

const MOST_CHARACTERS = 4000; // the rest stays as it is
const MOST_PARTS = 40;
const MOST_DEPTH = 4;
const MOST_KEPT = 2000; // answers
const FEW_CHARACTERS = 10; // of a template's own: its values are single words or figures
const PART_END = /[.!?:;] |\n/g;
const HOLE = /\{(\d+)\}/;

export function createSaid(templates: Readonly<Record<string, string>>): Said {
  const sorted = Object.entries(templates)
    .map(([english, said]) => templateOf(english, said))
    .toSorted((a, b) => lengthOf(b) - lengthOf(a)); // the most particular first
  const kept = new Map<string, string>();
  return (text) => {
    const before = kept.get(text);
    if (before !== undefined) return before;
    const said = sayHead(text, sorted);
    if (kept.size >= MOST_KEPT) kept.clear();
    kept.set(text, said);
    return said;
  };
}

function templateOf(english: string, said: string): Template {
  const literals = english.split(/\{\d+\}/);
  const isName = literals.slice(1).map((after, at) => /['"]$/.test(literals[at]!) && /^['"]/.test(after));
  return { literals, isName, said };
}

const lengthOf = ({ literals }: Template): number => literals.reduce((sum, literal) => sum + literal.length, 0);

function sayHead(text: string, templates: readonly Template[]): string {
  if (text.length <= MOST_CHARACTERS) return say(text, templates, 0) ?? text;
  const end = Math.max(text.lastIndexOf('\n', MOST_CHARACTERS), 0);
  const head = text.slice(0, end);
  return (say(head, templates, 0) ?? head) + text.slice(end);
}

/** A text in the other language, or null where nothing of it is known. */
function say(text: string, templates: readonly Template[], depth: number): string | null {
  if (depth > MOST_DEPTH || !/[a-z]{3}/i.test(text)) return null;
  return sayWhole(text, templates, depth) ?? sayParts(text, templates, depth);
}

function sayWhole(text: string, templates: readonly Template[], depth: number): string | null {
  for (const template of templates) {
    const values = valuesIn(text, template.literals);
    if (values === null || (lengthOf(template) < FEW_CHARACTERS && values.some((value) => /\s/.test(value)))) continue;
    const shown = values.map((value, at) =>
      template.isName[at] ? value : (say(value, templates, depth + 1) ?? value),
    );
    return template.said
      .split(HOLE)
      .map((piece, at) => (at % 2 === 0 ? piece : shown[Number(piece)]!))
      .join('');
  }
  return null;
}

/** The values of the holes: each literal is found at its first place behind the one before, so the time grows with the length. */
function valuesIn(text: string, literals: readonly string[]): readonly string[] | null {
  const first = literals[0]!;
  const last = literals.at(-1)!;
  if (literals.length === 1) return text === first ? [] : null;
  if (!text.startsWith(first) || !text.endsWith(last)) return null;
  const end = text.length - last.length;
  const values: string[] = [];
  let from = first.length;
  for (const literal of literals.slice(1, -1)) {
    const at = text.indexOf(literal, from);
    if (at < 0) return null;
    values.push(text.slice(from, at));
    from = at + literal.length;
  }
  return from <= end ? [...values, text.slice(from, end)] : null;
}

/** Sentence by sentence, the longest run of sentences that one template made first. */
function sayParts(text: string, templates: readonly Template[], depth: number): string | null {
  const ends = [...text.matchAll(PART_END)].map(({ index, 0: mark }) => index + mark.length).slice(0, MOST_PARTS);
  const cuts = [...new Set([0, ...ends, text.length])];
  if (cuts.length === 2) return null;
  let shown = '';
  let isKnown = false;
  for (let at = 0; at + 1 < cuts.length; ) {
    const found = longestFrom(at);
    isKnown ||= found !== null;
    shown += found?.said ?? text.slice(cuts[at]!, cuts[at + 1]!);
    at = found?.next ?? at + 1;
  }
  return isKnown ? shown : null;

  function longestFrom(at: number): { readonly said: string; readonly next: number } | null {
    for (let next = cuts.length - 1; next > at; next--) {
      if (at === 0 && next === cuts.length - 1) continue; // the whole, which no template made
      const part = text.slice(cuts[at]!, cuts[next]!);
      const bare = part.trimEnd();
      const said = sayWhole(bare, templates, depth + 1) ?? sayUnended(bare, templates, depth + 1);
      if (said !== null) return { said: said + spaceAfter(said, part.slice(bare.length)), next };
    }
    return null;
  }
}

/** A text before a colon or a semicolon. */
function sayUnended(bare: string, templates: readonly Template[], depth: number): string | null {
  const mark = /[:;]$/.exec(bare)?.[0];
  const said = mark === undefined ? null : sayWhole(bare.slice(0, -1), templates, depth);
  return said === null ? null : `${said}${mark === ':' ? '：' : '；'}`;
}

/** Chinese sentences follow each other without a space. */
function spaceAfter(said: string, space: string): string {
  return space === ' ' && /[。；：，、）”！？]$/.test(said) ? '' : space;
}
