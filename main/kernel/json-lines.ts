import { StringDecoder } from 'node:string_decoder';

/**
 * Splits a byte stream into lines and hands each one on; a line over `maxBytes` ends the stream by `onOverflow`.
 *
 * One splitter a stream; UTF-8 sequences cut between chunks are joined. Empty lines are passed over. Time and memory
 * grow with the length of the longest line only.
 */
export function lineSplitter(handlers: {
  readonly maxBytes: number; // counted in UTF-16 units, which are never more than the bytes
  readonly onLine: (line: string) => void;
  readonly onOverflow: () => void;
}): (chunk: Buffer) => void {
  const decoder = new StringDecoder('utf8');
  let parts: string[] = []; // of the line that is not complete yet
  let partsLength = 0;
  let hasOverflowed = false;
  const add = (part: string): void => {
    parts.push(part);
    partsLength += part.length;
    if (partsLength <= handlers.maxBytes) return;
    hasOverflowed = true;
    parts = [];
    handlers.onOverflow();
  };
  return (chunk) => {
    const pieces = decoder.write(chunk).split('\n');
    for (const [index, piece] of pieces.entries()) {
      if (hasOverflowed) return;
      add(piece);
      if (hasOverflowed || index === pieces.length - 1) return;
      const line = parts.join('');
      parts = [];
      partsLength = 0;
      if (line.length > 0) handlers.onLine(line);
    }
  };
}
