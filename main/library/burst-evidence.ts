/** What says, beside their looks, that two photos come from one burst: the camera's clock and its counter. */
const BURST_SECONDS = 3;
const NUMBERED = /^(.*?)(\d{1,12})(?:[-_ ]?([a-z]))?\.[^.]+$/i; // IMG_1234.jpg, tigger-01-b.jpg

/** Taken within 3 s of each other by the camera's own clock; false where one time is not known. */
export function isSoonAfter(first: string | null, second: string | null): boolean {
  if (first === null || second === null) return false;
  const apartMs = Math.abs(Date.parse(`${first}Z`) - Date.parse(`${second}Z`)); // local times of one camera: the zone drops out
  return apartMs <= BURST_SECONDS * 1000;
}

/** In one folder with names that differ by one in their number (IMG_1234, IMG_1235), or in a letter behind it (01-a, 01-b). */
export function isNextInSequence(first: string | null, second: string | null): boolean {
  if (first === null || second === null) return false;
  const [one, other] = [partsOf(first), partsOf(second)];
  if (one === null || other === null || one.stem !== other.stem) return false;
  const byLetter = one.letter !== '' && other.letter !== '';
  if (byLetter && one.number === other.number)
    return Math.abs(one.letter.charCodeAt(0) - other.letter.charCodeAt(0)) === 1;
  return one.letter === other.letter && Math.abs(one.number - other.number) === 1;
}

function partsOf(path: string): { readonly stem: string; readonly number: number; readonly letter: string } | null {
  const cut = Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1;
  const match = NUMBERED.exec(path.slice(cut));
  if (match === null) return null;
  return { stem: path.slice(0, cut) + match[1]!, number: Number(match[2]), letter: (match[3] ?? '').toLowerCase() };
}
