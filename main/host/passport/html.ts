/** HTML from text: what is not made by `html` is escaped, so nothing that a person typed can become markup. */

export type Html = { readonly markup: string };
type Piece = Html | string | number | readonly Html[];

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (letter) => ENTITIES[letter]!);
}

export function unescapeHtml(text: string): string {
  const letters = new Map(Object.entries(ENTITIES).map(([letter, entity]) => [entity, letter]));
  return text.replaceAll(/&(?:amp|lt|gt|quot|#39);/g, (entity) => letters.get(entity)!);
}

export function html(parts: TemplateStringsArray, ...pieces: readonly Piece[]): Html {
  const markup = parts.reduce((text, part, at) => text + part + (at < pieces.length ? markupOf(pieces[at]!) : ''), '');
  return { markup };
}

function markupOf(piece: Piece): string {
  if (typeof piece === 'string') return escapeHtml(piece);
  if (typeof piece === 'number') return String(piece);
  return 'markup' in piece ? piece.markup : piece.map(({ markup }) => markup).join('');
}

export const nothing: Html = { markup: '' };
