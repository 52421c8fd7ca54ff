type Spec = {
  readonly resizeShortSide: number;
  readonly cropSize: number;
  readonly mean: readonly number[];
  readonly standardDeviation: readonly number[];
  readonly isGrey?: boolean;
};
type Picture = { readonly width: number; readonly height: number; readonly data: Uint8Array };

export function prepare(picture: Picture, preprocessing: Spec, order: 'NCHW' | 'NHWC'): Float32Array;
export function decodeInBrowser(file: unknown): Promise<Picture>;
