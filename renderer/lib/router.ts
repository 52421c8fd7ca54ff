/** Where the person is, in the address after '#': '/runs/run_abc?side=val'. */
import { useSyncExternalStore } from 'react';

/** What every view is given. */
export type ViewProps = { readonly route: Route };

export type Route = { readonly view: string; readonly rest: readonly string[]; readonly query: URLSearchParams };

/** The parts of a hash; an empty one is the first view. */
export function parseRoute(hash: string): Route {
  const [path = '', search = ''] = hash.replace(/^#?\/?/, '').split('?', 2);
  const [view = '', ...rest] = path
    .split('/')
    .filter((part) => part !== '')
    .map(decodePart);
  return { view: view === '' ? 'photos' : view, rest, query: new URLSearchParams(search) };
}

function decodePart(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** '#/compare/run_a/run_b?views=mirror' from parts. */
export function routeHash(parts: readonly string[], query: Readonly<Record<string, string>> = {}): string {
  const search = new URLSearchParams(query).toString();
  return `#/${parts.map(encodeURIComponent).join('/')}${search === '' ? '' : `?${search}`}`;
}

export function goTo(...parts: readonly string[]): void {
  window.location.hash = routeHash(parts);
}

function onHash(listener: () => void): () => void {
  window.addEventListener('hashchange', listener);
  return () => window.removeEventListener('hashchange', listener);
}

export function useRoute(): Route {
  return parseRoute(useSyncExternalStore(onHash, () => window.location.hash));
}
