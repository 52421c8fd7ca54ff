import type { ErrorCode } from '../../shared/contract/errors.ts';
import type { ImageFormat } from '../../shared/domain/image.ts';

export type DetectedFormat =
  | { readonly kind: 'supported'; readonly format: ImageFormat }
  | { readonly kind: 'refused'; readonly code: ErrorCode; readonly reason: string };

type Signature = { readonly offset: number; readonly text: string }; // latin1: one character a byte
type Row = { readonly parts: readonly Signature[] };

const at = (offset: number, text: string): Signature => ({ offset, text });

const SUPPORTED: readonly (Row & { readonly format: ImageFormat })[] = [
  { format: 'jpeg', parts: [at(0, '\xff\xd8\xff')] },
  { format: 'png', parts: [at(0, '\x89PNG\r\n\x1a\n')] },
  { format: 'webp', parts: [at(0, 'RIFF'), at(8, 'WEBP')] },
  { format: 'gif', parts: [at(0, 'GIF87a')] },
  { format: 'gif', parts: [at(0, 'GIF89a')] },
];

const REFUSED: readonly (Row & { readonly name: string })[] = [
  { name: 'RAW (Canon CR2)', parts: [at(0, 'II*\0'), at(8, 'CR')] },
  { name: 'RAW (Panasonic)', parts: [at(0, 'IIU\0')] },
  { name: 'RAW (Olympus)', parts: [at(0, 'IIRO')] },
  { name: 'RAW (Olympus)', parts: [at(0, 'IIRS')] },
  { name: 'RAW (Fujifilm)', parts: [at(0, 'FUJIFILMCCD-RAW')] },
  { name: 'RAW (Sigma)', parts: [at(0, 'FOVb')] },
  { name: 'RAW (Minolta)', parts: [at(0, '\0MRM')] },
  { name: 'BMP', parts: [at(0, 'BM'), at(6, '\0\0\0\0')] },
  { name: 'PDF', parts: [at(0, '%PDF-')] },
  { name: 'PostScript', parts: [at(0, '%!PS')] },
  { name: 'a zip archive', parts: [at(0, 'PK\x03\x04')] },
  { name: 'a zip archive', parts: [at(0, 'PK\x05\x06')] },
  { name: 'a gzip archive', parts: [at(0, '\x1f\x8b')] },
  { name: 'a 7z archive', parts: [at(0, "7z\xbc\xaf'\x1c")] },
  { name: 'a RAR archive', parts: [at(0, 'Rar!\x1a\x07')] },
  { name: 'Photoshop PSD', parts: [at(0, '8BPS')] },
  { name: 'JPEG XL', parts: [at(0, '\xff\x0a')] },
  { name: 'JPEG XL', parts: [at(0, '\0\0\0\x0cJXL ')] },
  { name: 'JPEG 2000', parts: [at(0, '\0\0\0\x0cjP  ')] },
  { name: 'JPEG 2000', parts: [at(0, '\xff\x4f\xff\x51')] },
  { name: 'an icon (ICO)', parts: [at(0, '\0\0\x01\0')] },
];

const TIFF_HEADERS = ['II*\0', 'MM\0*', 'II+\0', 'MM\0+'];
const HEIF_BRANDS = new Set(['heic', 'heix', 'heim', 'heis', 'hevc', 'hevx', 'hevm', 'hevs', 'mif1', 'msf1']);

/** Says by the first bytes, never by the name, what a file is; what is not supported is refused by its name. */
export function detectFormat(bytes: Uint8Array): DetectedFormat {
  if (bytes.length === 0) {
    return { kind: 'refused', code: 'IMAGE_EMPTY', reason: 'the file is empty (0 bytes)' };
  }
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 4096)).toString('latin1');
  const matches = (row: Row): boolean => row.parts.every((part) => head.startsWith(part.text, part.offset));
  const supported = SUPPORTED.find(matches);
  if (supported !== undefined) return { kind: 'supported', format: supported.format };
  const refusedRow = REFUSED.find(matches);
  if (refusedRow !== undefined) return refuse(refusedRow.name);
  if (TIFF_HEADERS.some((header) => head.startsWith(header))) return tiffOrRaw(head);
  if (head.startsWith('ftyp', 4)) return byBrand(head);
  return refuse(textName(head));
}

function refuse(name: string): DetectedFormat {
  const accepted = 'JPEG, PNG, WebP, GIF, TIFF and AVIF are';
  return { kind: 'refused', code: 'IMAGE_FORMAT', reason: `format not supported (${name}); ${accepted}` };
}

/** Nikon, Sony, Pentax and Adobe raw files are TIFF files; the maker or the DNG tag gives them away. */
function tiffOrRaw(head: string): DetectedFormat {
  const dngTag = head.startsWith('II') ? '\x12\xc6\x01\0\x04\0\0\0' : '\xc6\x12\0\x01\0\0\0\x04';
  if (head.includes(dngTag)) return refuse('RAW (DNG)');
  const maker = /NIKON CORPORATION|SONY\0|PENTAX/.exec(head);
  if (maker !== null) return refuse(`RAW (${maker[0].replace('\0', '')})`);
  return { kind: 'supported', format: 'tiff' };
}

/** ISO base media files: the major brand names the format, the compatible brands settle 'mif1'. */
function byBrand(head: string): DetectedFormat {
  const boxBytes = Math.min(64, Math.max(16, head.charCodeAt(2) * 256 + head.charCodeAt(3)));
  const brands = [head.slice(8, 12)];
  for (let offset = 16; offset + 4 <= boxBytes; offset += 4) brands.push(head.slice(offset, offset + 4));
  if (brands.includes('avif') || brands.includes('avis')) return { kind: 'supported', format: 'avif' };
  if (brands[0] === 'crx ') return refuse('RAW (Canon CR3)');
  if (brands.some((brand) => HEIF_BRANDS.has(brand))) return refuse('HEIC: export it as JPEG');
  return refuse('a video or other media file');
}

function textName(head: string): string {
  const text = head
    .replace(/^\xef\xbb\xbf/, '')
    .trimStart()
    .toLowerCase();
  const isMarkup = /^<(?:svg|\?xml|!--|!doctype svg)/.test(text);
  if (isMarkup && /<svg[\s>]/.test(text)) return 'SVG: vector pictures are never rendered';
  if (/^<(?:!doctype html|html|head|body|script)/.test(text)) return 'HTML: a web page, perhaps a failed download';
  if (text.startsWith('<?xml')) return 'XML';
  const isText = [...head].every((letter) => letter >= ' ' || '\t\n\f\r'.includes(letter));
  return isText ? 'text' : 'unknown bytes';
}
