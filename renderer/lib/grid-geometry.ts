/** How many tiles of about a side fit beside each other with gaps between, and their side when they fill the width. */
export function fitTiles(
  widthPixels: number,
  wishedSidePixels: number,
  gapPixels: number,
): { readonly columns: number; readonly sidePixels: number } {
  const columns = Math.max(1, Math.round((widthPixels + gapPixels) / (wishedSidePixels + gapPixels)));
  const sidePixels = Math.floor((widthPixels - gapPixels * (columns - 1)) / columns);
  return { columns, sidePixels: Math.max(32, sidePixels) };
}
