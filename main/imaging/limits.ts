/** What is refused by its size; apart from decode.ts, which loads sharp. */
export const maxFileBytes = 100_000_000;
export const maxPixels = 100_000_000;
export const minShortSidePixels = 8;
export const maxLongSidePixels = 65_535;
