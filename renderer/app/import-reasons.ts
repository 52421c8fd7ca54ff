/** What an import left out, told by reason: thousands of files have few reasons. */
export type LeftOut = { readonly path: string; readonly message: string };
export type Reason = { readonly message: string; readonly paths: readonly string[] };

/** The reasons without the paths that they begin with; that of most files first. */
export function groupByReason(files: readonly LeftOut[]): readonly Reason[] {
  const pathsOf = new Map<string, string[]>();
  for (const { path, message } of files) {
    const own = message.startsWith(`${path}: `) ? message.slice(path.length + 2) : message;
    const known = pathsOf.get(own);
    if (known === undefined) pathsOf.set(own, [path]);
    else known.push(path);
  }
  return [...pathsOf]
    .map(([message, paths]) => ({ message, paths }))
    .toSorted((a, b) => b.paths.length - a.paths.length);
}

/** The folder that all paths lie in, with its last separator; '' where there is none. */
export function commonFolder(paths: readonly string[]): string {
  const [first = '', ...rest] = paths;
  let length = first.length;
  for (const path of rest) {
    let same = 0;
    while (same < length && path[same] === first[same]) same += 1;
    length = same;
  }
  const start = first.slice(0, length);
  return start.slice(0, Math.max(start.lastIndexOf('/'), start.lastIndexOf('\\')) + 1);
}
