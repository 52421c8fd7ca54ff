/**
 * Orders names as people count: '2' before '10', 'cat 9' before 'cat 10'. Letters go by their code, so that the order, and
 * with it the order of classes, is the same on every machine and in every language.
 */
export function sortedNaturally<Item extends { readonly name: string }>(items: readonly Item[]): Item[] {
  const apart = items.map((item) => ({ item, name: item.name, parts: partsOf(item.name) })); // once, not at each comparison
  return apart.sort(compareNaturally).map(({ item }) => item);
}

type Apart = { readonly name: string; readonly parts: readonly string[] };

function compareNaturally(first: Apart, second: Apart): number {
  for (const [at, part] of first.parts.entries()) {
    const other = second.parts[at];
    if (other === undefined) return 1;
    const order = isNumber(part) && isNumber(other) ? compareNumbers(part, other) : compareCodes(part, other);
    if (order !== 0) return order;
  }
  return first.parts.length - second.parts.length || compareCodes(first.name, second.name); // '01' and '1' are two names
}

/** Digits and what stands between them. */
function partsOf(name: string): readonly string[] {
  return name.match(/[0-9]+|[^0-9]+/g) ?? [];
}

function isNumber(part: string): boolean {
  return /^[0-9]/.test(part);
}

/** Of any length: no number is too large. */
function compareNumbers(first: string, second: string): number {
  const [a, b] = [first.replace(/^0+/, ''), second.replace(/^0+/, '')];
  return a.length - b.length || compareCodes(a, b);
}

/** As `<` orders texts: by the codes of their letters. */
function compareCodes(first: string, second: string): number {
  if (first === second) return 0;
  return first < second ? -1 : 1;
}
