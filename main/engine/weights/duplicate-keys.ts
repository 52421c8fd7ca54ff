/**
 * The first object key that valid JSON text holds twice in one object, or a `__proto__` key; null when there is none.
 *
 * JSON.parse keeps the last of two equal keys silently. Keys are compared after their escapes are resolved.
 * The text must already have passed JSON.parse.
 */
export function findForbiddenKey(json: string): { readonly key: string; readonly reason: 'twice' | 'proto' } | null {
  const scopes: (Set<string> | null)[] = []; // one for each open bracket; null for an array
  for (let at = 0; at < json.length; at++) {
    const character = json[at];
    if (character === '{') scopes.push(new Set());
    else if (character === '[') scopes.push(null);
    else if (character === '}' || character === ']') scopes.pop();
    else if (character === '"') {
      const end = endOfString(json, at);
      const scope = scopes.at(-1);
      if (scope && isFollowedByColon(json, end)) {
        const key = JSON.parse(json.slice(at, end)) as string;
        if (key === '__proto__') return { key, reason: 'proto' };
        if (scope.has(key)) return { key, reason: 'twice' };
        scope.add(key);
      }
      at = end - 1;
    }
  }
  return null;
}

/** Index after the closing quote of the string that opens at `start`. */
function endOfString(json: string, start: number): number {
  let at = start + 1;
  while (json[at] !== '"') at += json[at] === '\\' ? 2 : 1;
  return at + 1;
}

function isFollowedByColon(json: string, from: number): boolean {
  let at = from;
  while (json[at] === ' ' || json[at] === '\n' || json[at] === '\r' || json[at] === '\t') at++;
  return json[at] === ':';
}
