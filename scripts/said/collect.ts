/**
 * The texts that main/ and shared/ make for a person, as templates: '{0}: the disk is full. {1}'. A choice of words inside a text
 * (`${n === 1 ? 'photo' : 'photos'}`) gives a template each; any other value is a hole, counted in the order of the text.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync } from 'vite';
import { isWords, listSources } from './sources.ts';

type Node = { readonly type: string; readonly [key: string]: unknown };
type Piece = string | Node; // a node is a hole
type Found = { readonly template: string; readonly file: string };

const MOST_ALTERNATIVES = 8;
const BUGS = ['Error', 'RangeError', 'TypeError']; // reported with their stack, in English
const NO_TEXT = /^(Import|Export(All|Named)|TS|TaggedTemplate)/;

export function collectTemplates(root: string): ReadonlyMap<string, readonly string[]> {
  const filesOf = new Map<string, string[]>();
  for (const file of listSources(root)) {
    for (const { template } of templatesIn(file, readFileSync(join(root, file), 'utf8'))) {
      const files = filesOf.get(template) ?? [];
      if (!files.includes(file)) filesOf.set(template, [...files, file]);
    }
  }
  return filesOf;
}

export function templatesIn(file: string, source: string): readonly Found[] {
  const found: Found[] = [];
  const isUsed = new Set<Node>();
  const visit = (node: Node, around: readonly Node[]): void => {
    if (isBug(node)) return;
    if (NO_TEXT.test(node.type) && !('declaration' in node && node.declaration !== null) && !isTypedValue(node)) return;
    if (isText(node) && !isUsed.has(node)) {
      const isFailure = isMessageOf(node, around.at(-1));
      for (const pieces of alternatives(node, around, isUsed)) {
        const template = numbered(pieces);
        if (isWords(template) || (isFailure && /[a-z]{3}/i.test(template.replace(/\{\d+\}/g, ''))))
          found.push({ template, file });
      }
    }
    for (const child of childrenOf(node)) visit(child, [...around, node]);
  };
  visit(parseSync(file, source).program as unknown as Node, []);
  return found;
}

/** `x as T`, `x satisfies T` and `x!` hold values; other TS nodes are types. */
function isTypedValue(node: Node): boolean {
  return ['TSAsExpression', 'TSSatisfiesExpression', 'TSNonNullExpression'].includes(node.type);
}

function isText(node: Node): boolean {
  if (node.type === 'Literal') return typeof node.value === 'string';
  return node.type === 'TemplateLiteral' || isSum(node);
}

function isSum(node: Node): boolean {
  return (
    node.type === 'BinaryExpression' &&
    node.operator === '+' &&
    [node.left, node.right].some((side) => isText(side as Node))
  );
}

function isBug(node: Node): boolean {
  return node.type === 'NewExpression' && BUGS.includes(String((node.callee as Node).name));
}

function isMessageOf(node: Node, parent: Node | undefined): boolean {
  return (
    parent?.type === 'NewExpression' &&
    (parent.callee as Node).name === 'AppError' &&
    (parent.arguments as Node[])[1] === node
  );
}

/** All texts that a node can give; nodes that are taken into them are added to `isUsed`. */
function alternatives(node: Node, around: readonly Node[], isUsed: Set<Node>): readonly (readonly Piece[])[] {
  const of = (inner: unknown) => alternatives(inner as Node, around, isUsed);
  if (node.type === 'Literal' && typeof node.value === 'string') return used(node, isUsed, [[node.value]]);
  if (isSum(node)) return used(node, isUsed, product([of(node.left), of(node.right)]));
  if (node.type === 'TemplateLiteral') {
    const parts = (node.quasis as Node[]).flatMap((quasi, index) => {
      const expression = (node.expressions as Node[])[index];
      return [
        [[(quasi.value as { cooked: string }).cooked]],
        ...(expression === undefined ? [] : [choicesIn(expression, around, isUsed)]),
      ];
    });
    return used(node, isUsed, product(parts));
  }
  return [[node]];
}

/** A choice between texts inside a text, written there or just above it; anything else is a hole. */
function choicesIn(node: Node, around: readonly Node[], isUsed: Set<Node>): readonly (readonly Piece[])[] {
  const chosen = node.type === 'Identifier' ? constant(String(node.name), around) : node;
  if (chosen?.type !== 'ConditionalExpression') return [[node]];
  const branches = [chosen.consequent, chosen.alternate] as Node[];
  if (!branches.every((branch) => isText(branch) || branch.type === 'ConditionalExpression')) return [[node]];
  if (chosen !== node && branches.some((branch) => branch.type !== 'Literal' || isWords(String(branch.value))))
    return [[node]];
  const texts = branches.flatMap((branch) =>
    branch.type === 'ConditionalExpression' ? choicesIn(branch, around, isUsed) : alternatives(branch, around, isUsed),
  );
  return used(chosen, isUsed, texts);
}

function constant(name: string, around: readonly Node[]): Node | undefined {
  for (const { body } of around.toReversed()) {
    const statements = Array.isArray(body) ? (body as Node[]) : [];
    const declared = statements.flatMap((statement) =>
      statement.type === 'VariableDeclaration' ? (statement.declarations as Node[]) : [],
    );
    const found = declared.find(({ id }) => (id as Node).name === name);
    if (found !== undefined) return (found.init as Node | null) ?? undefined;
  }
  return undefined;
}

function used<T>(node: Node, isUsed: Set<Node>, result: T): T {
  isUsed.add(node);
  return result;
}

function product(parts: readonly (readonly (readonly Piece[])[])[]): readonly (readonly Piece[])[] {
  return parts
    .reduce<readonly (readonly Piece[])[]>(
      (all, choices) => all.flatMap((pieces) => choices.map((choice) => [...pieces, ...choice])),
      [[]],
    )
    .slice(0, MOST_ALTERNATIVES);
}

function numbered(pieces: readonly Piece[]): string {
  let holes = 0;
  return pieces.map((piece) => (typeof piece === 'string' ? piece : `{${holes++}}`)).join('');
}

function childrenOf(node: Node): readonly Node[] {
  const isNode = (value: unknown): value is Node => typeof (value as Node | null)?.type === 'string';
  return Object.entries(node).flatMap(([key, value]) => {
    if (key === 'key' || key === 'typeAnnotation' || key === 'returnType') return [];
    return (Array.isArray(value) ? value : [value]).filter(isNode);
  });
}
