/*
 * Samples that baseline.c has decoded to RGB, with the pixels of libjpeg's defaults: chroma enlarged by a triangle, JFIF colours in 16 bits
 * of fraction.
 */
#include "baseline.h"

/* 3 times a row and once its neighbour, or the row alone, at samples [from, end) and one more on both sides; a multiple of 8 each. The ends
   of the picture are repeated. */
static void mix_rows(const Component *chroma, int near, int far, int from, int end, int16_t *sums) {
  const uint8_t *first = chroma->plane + near * chroma->stride, *second = chroma->plane + far * chroma->stride;
  const int begin = from >= 8 ? from - 8 : 0, stop = end + 8 < chroma->stride ? end + 8 : chroma->stride;
  const v128_t three = wasm_i16x8_splat(3);
  for (int at = begin; at < stop; at += 8) {
    v128_t sum = wasm_u16x8_load8x8(first + at);
    if (near != far) sum = wasm_i16x8_add(wasm_i16x8_mul(sum, three), wasm_u16x8_load8x8(second + at));
    else if (chroma->doubles_rows) sum = wasm_i16x8_shl(sum, 2);
    wasm_v128_store(sums + at, sum);
  }
  if (begin == 0) sums[-1] = sums[0];
  sums[chroma->width] = sums[chroma->width - 1];
}

typedef struct {
  v128_t low, high; /* 16 values about 0 */
} Sixteen;

static inline Sixteen enlarge(const int16_t *sums, int column, const int doubles_rows) {
  const v128_t middle = wasm_i16x8_splat(128);
  v128_t near = wasm_i16x8_mul(wasm_v128_load(sums + column / 2), wasm_i16x8_splat(3));
  v128_t even = wasm_i16x8_add(near, wasm_v128_load(sums + column / 2 - 1)), odd = wasm_i16x8_add(near, wasm_v128_load(sums + column / 2 + 1));
  if (doubles_rows) {
    even = wasm_u16x8_shr(wasm_i16x8_add(even, wasm_i16x8_splat(8)), 4);
    odd = wasm_u16x8_shr(wasm_i16x8_add(odd, wasm_i16x8_splat(7)), 4);
  } else {
    even = wasm_u16x8_shr(wasm_i16x8_add(even, wasm_i16x8_splat(1)), 2);
    odd = wasm_u16x8_shr(wasm_i16x8_add(odd, wasm_i16x8_splat(2)), 2);
  }
  return (Sixteen){wasm_i16x8_sub(LOW(even, odd), middle), wasm_i16x8_sub(HIGH(even, odd), middle)};
}

/* (first * own + second * other + half) / 65536 of eight values. */
static inline v128_t scaled(v128_t first, v128_t second, v128_t factors, const int half) {
  v128_t low = wasm_i32x4_dot_i16x8(LOW(first, second), factors), high = wasm_i32x4_dot_i16x8(HIGH(first, second), factors);
  if (half) low = wasm_i32x4_add(low, wasm_i32x4_splat(32768)), high = wasm_i32x4_add(high, wasm_i32x4_splat(32768));
  return wasm_i16x8_narrow_i32x4(wasm_i32x4_shr(low, 16), wasm_i32x4_shr(high, 16));
}

typedef struct {
  v128_t red, green, blue;
} Colours;

/* Factors as 16 bits of fraction: 1.402 = 1 + 26345, 1.772 = 2 - 14942, -0.71414 = -1 + 18734, -0.34414 = -22554. */
static inline Colours colours_of(v128_t grey, v128_t blueness, v128_t redness) {
  const v128_t two = wasm_i16x8_splat(2);
  v128_t red = wasm_i16x8_add(redness, scaled(redness, two, PAIR(26345, 16384), 0));
  v128_t blue = wasm_i16x8_add(wasm_i16x8_shl(blueness, 1), scaled(blueness, two, PAIR(-14942, 16384), 0));
  v128_t green = wasm_i16x8_sub(scaled(blueness, redness, PAIR(-22554, 18734), 1), redness);
  return (Colours){wasm_i16x8_add(grey, red), wasm_i16x8_add(grey, green), wasm_i16x8_add(grey, blue)};
}

static inline void store_pixels(uint8_t *to, v128_t red, v128_t green, v128_t blue) {
  v128_t rg0 = wasm_i8x16_shuffle(red, green, 0, 16, 0, 1, 17, 0, 2, 18, 0, 3, 19, 0, 4, 20, 0, 5);
  v128_t rg1 = wasm_i8x16_shuffle(red, green, 21, 0, 6, 22, 0, 7, 23, 0, 8, 24, 0, 9, 25, 0, 10, 26);
  v128_t rg2 = wasm_i8x16_shuffle(red, green, 0, 11, 27, 0, 12, 28, 0, 13, 29, 0, 14, 30, 0, 15, 31, 0);
  wasm_v128_store(to, wasm_i8x16_shuffle(rg0, blue, 0, 1, 16, 3, 4, 17, 6, 7, 18, 9, 10, 19, 12, 13, 20, 15));
  wasm_v128_store(to + 16, wasm_i8x16_shuffle(rg1, blue, 0, 21, 2, 3, 22, 5, 6, 23, 8, 9, 24, 11, 12, 25, 14, 15));
  wasm_v128_store(to + 32, wasm_i8x16_shuffle(rg2, blue, 26, 1, 2, 27, 4, 5, 28, 7, 8, 29, 10, 11, 30, 13, 14, 31));
}

/* The pixels [left, right) x [top, bottom) of a picture of that width; `left` is a multiple of 16, up to 15 pixels behind `right` are
   written. `sums`: two lines of the chroma planes' stride and 16, and 16 before. */
void EXPORT(colour)(const Scan *scan, int width, int left, int right, int top, int bottom, int16_t *sums, uint8_t *output) {
  const Component *luma = &scan->components[0];
  const int doubles_columns = luma->across == 2, doubles_rows = luma->down == 2;
  const int stride = scan->components[1].stride + 16;
  int16_t *lines[2] = {sums + 16, sums + 16 + stride};
  for (int row = top; row < bottom; row += 1) {
    for (int index = 0; index < 2; index += 1) {
      const Component *chroma = &scan->components[index + 1];
      const int near = doubles_rows ? row / 2 : row;
      int far = doubles_rows ? near + (row % 2 == 0 ? -1 : 1) : near;
      far = far < 0 ? 0 : far >= chroma->height ? chroma->height - 1 : far;
      const int scale = doubles_columns ? 2 : 1;
      mix_rows(chroma, near, far, left / scale, ((right + 15) / 16) * 16 / scale, lines[index]);
    }
    const uint8_t *greys = luma->plane + row * luma->stride;
    for (int column = left; column < right; column += 16) {
      v128_t grey = wasm_v128_load(greys + column);
      Sixteen pair[2];
      for (int index = 0; index < 2; index += 1) {
        const v128_t middle = wasm_i16x8_splat(128);
        if (doubles_columns) pair[index] = enlarge(lines[index], column, doubles_rows);
        else pair[index] = (Sixteen){wasm_i16x8_sub(wasm_v128_load(lines[index] + column), middle), wasm_i16x8_sub(wasm_v128_load(lines[index] + column + 8), middle)};
      }
      Colours low = colours_of(wasm_u16x8_extend_low_u8x16(grey), pair[0].low, pair[1].low);
      Colours high = colours_of(wasm_u16x8_extend_high_u8x16(grey), pair[0].high, pair[1].high);
      store_pixels(output + (row * width + column) * 3, wasm_u8x16_narrow_i16x8(low.red, high.red),
                   wasm_u8x16_narrow_i16x8(low.green, high.green), wasm_u8x16_narrow_i16x8(low.blue, high.blue));
    }
  }
}
