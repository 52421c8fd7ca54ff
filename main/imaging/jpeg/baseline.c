/*
 * Baseline JPEG to RGB in WebAssembly SIMD; `baseline.ts` reads the segments and lays out the memory.
 *
 * The pixels are those of libjpeg's defaults bit for bit: the accurate integer inverse DCT (Loeffler, Ligtenberg and Moschytz 1989,
 * doi:10.1109/ICASSP.1989.266596), chroma enlarged by a triangle, JFIF colours in 16 bits of fraction. ITU-T T.81 says the rest.
 * Whatever is odd ends in 0: another decoder then says what is wrong. Rebuild with `scripts/build-kernels.py`.
 */
#include <stdint.h>
#include <wasm_simd128.h>

#define EXPORT(name) __attribute__((export_name(#name))) name

enum { LOOK_BITS = 10, LOOKS = 1 << LOOK_BITS };

/* What the next LOOK_BITS bits begin with. */
typedef struct {
  uint8_t length[LOOKS]; /* of the code; 0: longer than LOOK_BITS */
  uint8_t symbol[LOOKS];
  int16_t whole[LOOKS];  /* of an AC symbol whose value fits as well: value * 256 + run * 16 + bits of both; 0: does not */
  int32_t limit[18];     /* by length: the codes before it, aligned to 16 bits, end below this; [17] is above all */
  int32_t offset[17];    /* index of a symbol: code + offset */
  uint8_t symbols[256];
} Table;

int EXPORT(table_bytes)(void) { return sizeof(Table); }

static inline int extended(int bits, int length) { return bits < (1 << (length - 1)) ? bits - (1 << length) + 1 : bits; }

/* Builds a table from 16 counts and the symbols behind them (T.81, annex C); 0: they make no code. */
int EXPORT(build)(const uint8_t *counts, int symbol_count, Table *table) {
  int code = 0, at = 0;
  for (int index = 0; index < LOOKS; index += 1) table->length[index] = 0, table->whole[index] = 0;
  for (int length = 1; length <= 16; length += 1) {
    table->offset[length] = at - code;
    for (int number = 0; number < counts[length - 1]; number += 1, code += 1, at += 1) {
      if (at >= symbol_count || code + 1 >= (1 << length)) return 0; /* no code is all ones */
      table->symbols[at] = counts[16 + at];
      if (length > LOOK_BITS) continue;
      for (int rest = 0; rest < (1 << (LOOK_BITS - length)); rest += 1) {
        int index = (code << (LOOK_BITS - length)) | rest, symbol = table->symbols[at], size = symbol & 15;
        table->length[index] = (uint8_t)length;
        table->symbol[index] = (uint8_t)symbol;
        int spare = LOOK_BITS - length - size;
        if (size == 0 || spare < 0) continue;
        int value = extended((rest >> spare) & ((1 << size) - 1), size);
        if (value >= -128 && value < 128) table->whole[index] = (int16_t)(value * 256 + (symbol >> 4) * 16 + length + size);
      }
    }
    table->limit[length] = code << (16 - length);
    code <<= 1;
  }
  table->limit[17] = INT32_MAX;
  return 1;
}

typedef struct {
  const uint8_t *at, *end;
  uint64_t bits; /* the next ones, from the highest down */
  int count;     /* of bits, with those of zeros that stand for bytes behind the end */
  int missing;   /* such bytes */
} Stream;

static void refill_bytes(Stream *stream) {
  while (stream->count <= 56) {
    uint64_t byte = 0;
    if (stream->at >= stream->end) stream->missing += 1;
    else if (*stream->at != 0xff) byte = *stream->at++;
    else if (stream->at + 1 < stream->end && stream->at[1] == 0) byte = 0xff, stream->at += 2;
    else stream->missing += 1; /* a marker */
    stream->bits |= byte << (56 - stream->count);
    stream->count += 8;
  }
}

/* At least 32 bits. */
static inline void refill(Stream *stream) {
  if (stream->count >= 32) return;
  if (stream->end - stream->at >= 4) {
    uint32_t four;
    __builtin_memcpy(&four, stream->at, 4);
    uint32_t inverted = ~four;
    if (((inverted - 0x01010101u) & ~inverted & 0x80808080u) == 0) {
      stream->bits |= (uint64_t)__builtin_bswap32(four) << (32 - stream->count);
      stream->count += 32;
      stream->at += 4;
      return;
    }
  }
  refill_bytes(stream);
}

static inline void drop(Stream *stream, int length) {
  stream->bits <<= length;
  stream->count -= length;
}

static inline int take(Stream *stream, int length) {
  int value = (int)(stream->bits >> (64 - length));
  drop(stream, length);
  return value;
}

/* -1: no code. */
static inline int symbol_of(Stream *stream, const Table *table) {
  int index = (int)(stream->bits >> (64 - LOOK_BITS)), length = table->length[index];
  if (length != 0) {
    drop(stream, length);
    return table->symbol[index];
  }
  int code = (int)(stream->bits >> 48);
  for (length = LOOK_BITS + 1; code >= table->limit[length]; length += 1) {}
  if (length > 16) return -1;
  drop(stream, length);
  return table->symbols[((code >> (16 - length)) + table->offset[length]) & 255];
}

static const uint8_t natural[64] = {0,  1,  8,  16, 9,  2,  3,  10, 17, 24, 32, 25, 18, 11, 4,  5,  12, 19, 26, 33, 40, 48,
                                    41, 34, 27, 20, 13, 6,  7,  14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23,
                                    30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63};

typedef struct {
  const Table *dc, *ac;
  const uint16_t *steps; /* of the quantiser, in zigzag order */
  uint8_t *plane;
  int32_t stride, across, down; /* bytes of a plane's row; blocks of a unit */
  int32_t width, height;        /* of the samples that count */
  int32_t doubles_rows;         /* 1: there is one row for two of the picture */
} Component;

typedef struct {
  Component components[3];
  int32_t units_across, units_down; /* minimal coded units */
  int32_t restart;                  /* units between restarts; 0: none */
  int32_t first_column, end_column, first_row, end_row; /* of units whose pixels are wanted */
} Scan;

/* Coefficients in `block` (cleared before, times the quantiser's steps), or nowhere where they are not wanted. The place of the last one
   that is not 0, in zigzag order; -1: damaged. */
static inline int decode_block(Stream *stream, const Component *component, int *prediction, int16_t *block, const int is_wanted) {
  refill(stream);
  int size = symbol_of(stream, component->dc);
  if (size < 0 || size > 11) return -1;
  if (size > 0) *prediction += extended(take(stream, size), size);
  if (is_wanted) block[0] = (int16_t)(*prediction * component->steps[0]);
  const Table *ac = component->ac;
  int last = 0;
  for (int place = 1; place < 64; place += 1) {
    refill(stream);
    int whole = ac->whole[stream->bits >> (64 - LOOK_BITS)], value;
    if (whole != 0) {
      place += (whole >> 4) & 15;
      drop(stream, whole & 15);
      value = whole >> 8;
    } else {
      int symbol = symbol_of(stream, ac);
      if (symbol < 0) return -1;
      size = symbol & 15;
      if (size == 0) {
        if (symbol != 0xf0) break;
        place += 15;
        continue;
      }
      place += symbol >> 4;
      value = extended(take(stream, size), size);
    }
    if (place > 63) return -1;
    if (is_wanted) block[natural[place]] = (int16_t)(value * component->steps[place]);
    last = place;
  }
  return last;
}

/* Cosines with 13 bits of fraction, as the eleven constants of the method add up. */
enum {
  F_0_298 = 2446, F_0_390 = 3196, F_0_541 = 4433, F_0_765 = 6270, F_0_899 = 7373, F_1_175 = 9633,
  F_1_501 = 12299, F_1_847 = 15137, F_1_961 = 16069, F_2_053 = 16819, F_2_562 = 20995, F_3_072 = 25172
};

#define PAIR(first, second) wasm_i16x8_make(first, second, first, second, first, second, first, second)
#define LOW(a, b) wasm_i16x8_shuffle(a, b, 0, 8, 1, 9, 2, 10, 3, 11)
#define HIGH(a, b) wasm_i16x8_shuffle(a, b, 4, 12, 5, 13, 6, 14, 7, 15)

typedef struct {
  v128_t rows[8];
} Block;

/* Four of the eight columns: inputs in pairs 0 and 4, 2 and 6, 1 and 3, 5 and 7; sums before rounding. */
static inline void turn_four(v128_t p04, v128_t p26, v128_t p13, v128_t p57, v128_t sums[8]) {
  v128_t even = wasm_i32x4_dot_i16x8(p04, PAIR(8192, 8192)), odd = wasm_i32x4_dot_i16x8(p04, PAIR(8192, -8192));
  v128_t wide = wasm_i32x4_dot_i16x8(p26, PAIR(F_0_541 + F_0_765, F_0_541));
  v128_t narrow = wasm_i32x4_dot_i16x8(p26, PAIR(F_0_541, F_0_541 - F_1_847));
  v128_t e0 = wasm_i32x4_add(even, wide), e3 = wasm_i32x4_sub(even, wide);
  v128_t e1 = wasm_i32x4_add(odd, narrow), e2 = wasm_i32x4_sub(odd, narrow);
  v128_t o0 = wasm_i32x4_add(wasm_i32x4_dot_i16x8(p13, PAIR(F_1_501 - F_0_899 - F_0_390 + F_1_175, F_1_175)),
                             wasm_i32x4_dot_i16x8(p57, PAIR(F_1_175 - F_0_390, F_1_175 - F_0_899)));
  v128_t o1 = wasm_i32x4_add(wasm_i32x4_dot_i16x8(p13, PAIR(F_1_175, F_3_072 - F_2_562 - F_1_961 + F_1_175)),
                             wasm_i32x4_dot_i16x8(p57, PAIR(F_1_175 - F_2_562, F_1_175 - F_1_961)));
  v128_t o2 = wasm_i32x4_add(wasm_i32x4_dot_i16x8(p13, PAIR(F_1_175 - F_0_390, F_1_175 - F_2_562)),
                             wasm_i32x4_dot_i16x8(p57, PAIR(F_2_053 - F_2_562 - F_0_390 + F_1_175, F_1_175)));
  v128_t o3 = wasm_i32x4_add(wasm_i32x4_dot_i16x8(p13, PAIR(F_1_175 - F_0_899, F_1_175 - F_1_961)),
                             wasm_i32x4_dot_i16x8(p57, PAIR(F_1_175, F_0_298 - F_0_899 - F_1_961 + F_1_175)));
  sums[0] = wasm_i32x4_add(e0, o0), sums[7] = wasm_i32x4_sub(e0, o0);
  sums[1] = wasm_i32x4_add(e1, o1), sums[6] = wasm_i32x4_sub(e1, o1);
  sums[2] = wasm_i32x4_add(e2, o2), sums[5] = wasm_i32x4_sub(e2, o2);
  sums[3] = wasm_i32x4_add(e3, o3), sums[4] = wasm_i32x4_sub(e3, o3);
}

static inline void turn(Block *block, const int shift) {
  v128_t *r = block->rows, low[8], high[8];
  turn_four(LOW(r[0], r[4]), LOW(r[2], r[6]), LOW(r[1], r[3]), LOW(r[5], r[7]), low);
  turn_four(HIGH(r[0], r[4]), HIGH(r[2], r[6]), HIGH(r[1], r[3]), HIGH(r[5], r[7]), high);
  const v128_t half = wasm_i32x4_splat(1 << (shift - 1));
  for (int row = 0; row < 8; row += 1)
    r[row] = wasm_i16x8_narrow_i32x4(wasm_i32x4_shr(wasm_i32x4_add(low[row], half), shift), wasm_i32x4_shr(wasm_i32x4_add(high[row], half), shift));
}

static inline void transpose(Block *block) {
  v128_t *r = block->rows, a[8], b[8];
  for (int row = 0; row < 4; row += 1) a[row * 2] = LOW(r[row], r[row + 4]), a[row * 2 + 1] = HIGH(r[row], r[row + 4]);
  for (int row = 0; row < 4; row += 1) b[row * 2] = LOW(a[row], a[row + 4]), b[row * 2 + 1] = HIGH(a[row], a[row + 4]);
  for (int row = 0; row < 4; row += 1) r[row * 2] = LOW(b[row], b[row + 4]), r[row * 2 + 1] = HIGH(b[row], b[row + 4]);
}

static void put_block(const int16_t *coefficients, int last, uint8_t *to, int stride) {
  if (last == 0) {
    int value = ((coefficients[0] * 4 + 16) >> 5) + 128;
    v128_t same = wasm_i8x16_splat((int8_t)(value < 0 ? 0 : value > 255 ? 255 : value));
    for (int row = 0; row < 8; row += 1) wasm_v128_store64_lane(to + row * stride, same, 0);
    return;
  }
  Block block;
  for (int row = 0; row < 8; row += 1) block.rows[row] = wasm_v128_load(coefficients + row * 8);
  turn(&block, 11);
  transpose(&block);
  turn(&block, 18);
  transpose(&block);
  const v128_t middle = wasm_i16x8_splat(128);
  for (int row = 0; row < 8; row += 2) {
    v128_t two = wasm_u8x16_narrow_i16x8(wasm_i16x8_add_sat(block.rows[row], middle), wasm_i16x8_add_sat(block.rows[row + 1], middle));
    wasm_v128_store64_lane(to + row * stride, two, 0);
    wasm_v128_store64_lane(to + (row + 1) * stride, two, 1);
  }
}

/* Whether all bits were there and none but those that fill up the last byte are left. */
static inline int is_used_up(const Stream *stream) {
  int left = stream->count - stream->missing * 8;
  return left >= 0 && left < 8;
}

static int restart(Stream *stream, int number) {
  if (!is_used_up(stream) || stream->end - stream->at < 2 || stream->at[0] != 0xff || stream->at[1] != 0xd0 + number % 8) return 0;
  *stream = (Stream){stream->at + 2, stream->end, 0, 0, 0};
  return 1;
}

static int decode_unit(Stream *stream, const Scan *scan, int predictions[3], int column, int row, const int is_wanted) {
  int16_t block[64] __attribute__((aligned(16)));
  for (int index = 0; index < 3; index += 1) {
    const Component *component = &scan->components[index];
    for (int down = 0; down < component->down; down += 1)
      for (int across = 0; across < component->across; across += 1) {
        if (is_wanted)
          for (int at = 0; at < 64; at += 8) wasm_v128_store(block + at, wasm_i16x8_splat(0));
        int last = decode_block(stream, component, &predictions[index], block, is_wanted);
        if (last < 0) return 0;
        if (!is_wanted) continue;
        int x = (column * component->across + across) * 8, y = (row * component->down + down) * 8;
        put_block(block, last, component->plane + y * component->stride + x, component->stride);
      }
  }
  return 1;
}

/* The samples of the wanted units; what lies below them is not looked at. 0: damaged, or something is left over. */
int EXPORT(decode)(const uint8_t *bytes, int length, const Scan *scan) {
  Stream stream = {bytes, bytes + length, 0, 0, 0};
  int predictions[3] = {0, 0, 0}, until_restart = scan->restart, restarts = 0;
  for (int row = 0; row < scan->end_row; row += 1)
    for (int column = 0; column < scan->units_across; column += 1) {
      if (scan->restart > 0 && until_restart == 0) {
        if (!restart(&stream, restarts)) return 0;
        restarts += 1;
        until_restart = scan->restart;
        predictions[0] = predictions[1] = predictions[2] = 0;
      }
      until_restart -= 1;
      const int is_wanted = row >= scan->first_row && column >= scan->first_column && column < scan->end_column;
      const int is_sound = is_wanted ? decode_unit(&stream, scan, predictions, column, row, 1) : decode_unit(&stream, scan, predictions, column, row, 0);
      if (!is_sound) return 0;
    }
  if (scan->end_row < scan->units_down) return stream.count >= stream.missing * 8;
  return is_used_up(&stream) && stream.end - stream.at >= 2 && stream.at[0] == 0xff && stream.at[1] == 0xd9;
}

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
