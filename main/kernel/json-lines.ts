import { StringDecoder } from 'node:string_decoder';

/**
 * Splits a byte stream into lines and hands each one on; a line over `maxBytes` ends the stream by `onOverflow`.
 *
 * One splitter a stream; UTF-8 sequences cut between chunks are joined.
 */
export function lineSplitter(handlers: {
  readonly maxBytes: number;
  readonly onLine: (line: string) => void;
  readonly onOverflow: () => void;
}): (chunk: Buffer) => void {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  return (chunk) => {
    rest += decoder.write(chunk);
    for (let end = rest.indexOf('\n'); end >= 0; end = rest.indexOf('\n')) {
      const line = rest.slice(0, end);
      rest = rest.slice(end + 1);
      if (line.length > 0) handlers.onLine(line);
    }
    if (rest.length > handlers.maxBytes) {
      rest = '';
      handlers.onOverflow();
    }
  };
}
