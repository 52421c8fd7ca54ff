/*
 * Baseline JPEG to samples of luma and chroma in WebAssembly SIMD; `segments.ts` reads the segments, `scan.ts` lays out the memory.
 *
 * The samples are those of libjpeg's defaults bit for bit: the accurate integer inverse DCT (Loeffler, Ligtenberg and Moschytz 1989,
 * doi:10.1109/ICASSP.1989.266596). ITU-T T.81 says the rest. Whatever is odd ends in 0: another decoder then says what is wrong.
 * Rebuild with `scripts/build-kernels.py`.
 */
#include "baseline.h"

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

/* By value, so that a stream may live in registers while a block is decoded. */
static __attribute__((noinline)) Stream refilled(Stream stream) {
  while (stream.count <= 56) {
    uint64_t byte = 0;
    if (stream.at >= stream.end) stream.missing += 1;
    else if (*stream.at != 0xff) byte = *stream.at++;
    else if (stream.at + 1 < stream.end && stream.at[1] == 0) byte = 0xff, stream.at += 2;
    else stream.missing += 1; /* a marker */
    stream.bits |= byte << (56 - stream.count);
    stream.count += 8;
  }
  return stream;
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
  *stream = refilled(*stream);
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

/* Coefficients in `block` (cleared before, times the quantiser's steps), or nowhere where they are not wanted. The place of the last one
   that is not 0, in zigzag order; -1: damaged. */
static inline int decode_block(Stream *outer, const Component *component, int *prediction, int16_t *block, const int is_wanted) {
  Stream stream = *outer;
  refill(&stream);
  int size = symbol_of(&stream, component->dc);
  if (size < 0 || size > 11) return -1;
  if (size > 0) *prediction += extended(take(&stream, size), size);
  if (is_wanted) block[0] = (int16_t)(*prediction * component->steps[0]);
  const Table *ac = component->ac;
  int last = 0;
  for (int place = 1; place < 64; place += 1) {
    refill(&stream);
    int whole = ac->whole[stream.bits >> (64 - LOOK_BITS)], value;
    if (whole != 0) {
      place += (whole >> 4) & 15;
      drop(&stream, whole & 15);
      value = whole >> 8;
    } else {
      int symbol = symbol_of(&stream, ac);
      if (symbol < 0) return -1;
      size = symbol & 15;
      if (size == 0) {
        if (symbol != 0xf0) break;
        place += 15;
        continue;
      }
      place += symbol >> 4;
      value = extended(take(&stream, size), size);
    }
    if (place > 63) return -1;
    if (is_wanted) block[natural[place]] = (int16_t)(value * component->steps[place]);
    last = place;
  }
  *outer = stream;
  return last;
}

/* Cosines with 13 bits of fraction, as the eleven constants of the method add up. */
enum {
  F_0_298 = 2446, F_0_390 = 3196, F_0_541 = 4433, F_0_765 = 6270, F_0_899 = 7373, F_1_175 = 9633,
  F_1_501 = 12299, F_1_847 = 15137, F_1_961 = 16069, F_2_053 = 16819, F_2_562 = 20995, F_3_072 = 25172
};

/* Four of the eight columns: inputs in pairs 0 and 4, 2 and 6, 1 and 3, 5 and 7 (few: both 0); sums before rounding. */
static inline void turn_four(v128_t p04, v128_t p26, v128_t p13, v128_t p57, const int few, v128_t sums[8]) {
  v128_t even = wasm_i32x4_dot_i16x8(p04, PAIR(8192, 8192)), odd = wasm_i32x4_dot_i16x8(p04, PAIR(8192, -8192));
  v128_t wide = wasm_i32x4_dot_i16x8(p26, PAIR(F_0_541 + F_0_765, F_0_541));
  v128_t narrow = wasm_i32x4_dot_i16x8(p26, PAIR(F_0_541, F_0_541 - F_1_847));
  v128_t e0 = wasm_i32x4_add(even, wide), e3 = wasm_i32x4_sub(even, wide);
  v128_t e1 = wasm_i32x4_add(odd, narrow), e2 = wasm_i32x4_sub(odd, narrow);
  v128_t o0 = wasm_i32x4_dot_i16x8(p13, PAIR(F_1_501 - F_0_899 - F_0_390 + F_1_175, F_1_175));
  v128_t o1 = wasm_i32x4_dot_i16x8(p13, PAIR(F_1_175, F_3_072 - F_2_562 - F_1_961 + F_1_175));
  v128_t o2 = wasm_i32x4_dot_i16x8(p13, PAIR(F_1_175 - F_0_390, F_1_175 - F_2_562));
  v128_t o3 = wasm_i32x4_dot_i16x8(p13, PAIR(F_1_175 - F_0_899, F_1_175 - F_1_961));
  if (!few) {
    o0 = wasm_i32x4_add(o0, wasm_i32x4_dot_i16x8(p57, PAIR(F_1_175 - F_0_390, F_1_175 - F_0_899)));
    o1 = wasm_i32x4_add(o1, wasm_i32x4_dot_i16x8(p57, PAIR(F_1_175 - F_2_562, F_1_175 - F_1_961)));
    o2 = wasm_i32x4_add(o2, wasm_i32x4_dot_i16x8(p57, PAIR(F_2_053 - F_2_562 - F_0_390 + F_1_175, F_1_175)));
    o3 = wasm_i32x4_add(o3, wasm_i32x4_dot_i16x8(p57, PAIR(F_1_175, F_0_298 - F_0_899 - F_1_961 + F_1_175)));
  }
  sums[0] = wasm_i32x4_add(e0, o0), sums[7] = wasm_i32x4_sub(e0, o0);
  sums[1] = wasm_i32x4_add(e1, o1), sums[6] = wasm_i32x4_sub(e1, o1);
  sums[2] = wasm_i32x4_add(e2, o2), sums[5] = wasm_i32x4_sub(e2, o2);
  sums[3] = wasm_i32x4_add(e3, o3), sums[4] = wasm_i32x4_sub(e3, o3);
}

/* few: rows 4 to 7 are 0; narrow: columns 4 to 7 as well. */
static inline void turn(Block *block, const int shift, const int few, const int narrow) {
  v128_t *r = block->rows, low[8], high[8];
  turn_four(LOW(r[0], r[4]), LOW(r[2], r[6]), LOW(r[1], r[3]), LOW(r[5], r[7]), few, low);
  if (!narrow) turn_four(HIGH(r[0], r[4]), HIGH(r[2], r[6]), HIGH(r[1], r[3]), HIGH(r[5], r[7]), few, high);
  const v128_t half = wasm_i32x4_splat(1 << (shift - 1));
  for (int row = 0; row < 8; row += 1) {
    v128_t other = narrow ? wasm_i32x4_splat(0) : wasm_i32x4_shr(wasm_i32x4_add(high[row], half), shift);
    r[row] = wasm_i16x8_narrow_i32x4(wasm_i32x4_shr(wasm_i32x4_add(low[row], half), shift), other);
  }
}

static inline uint8_t sample(int value) { return (uint8_t)(value < -128 ? 0 : value > 127 ? 255 : value + 128); }

/* One row or column of the inverse DCT of four values, 12 bits of fraction more. */
static inline void turn_to_four(const int32_t from[4], int32_t to[4]) {
  int even = (from[0] + from[2]) * 2048, odd = (from[0] - from[2]) * 2048;
  int wide = from[1] * 2676 + from[3] * 1108, narrow = from[1] * 1108 - from[3] * 2676; /* cosines of pi / 8 and 3 pi / 8, over root 2 */
  to[0] = even + wide, to[1] = odd + narrow, to[2] = odd - narrow, to[3] = even - wide;
}

/* The block shrunk to 4, 2 or 1 sample a side: the inverse DCT of that size of its lowest frequencies. */
static void put_shrunk(const int16_t *c, int side, uint8_t *to, int stride) {
  if (side == 1) {
    to[0] = sample((c[0] + 4) >> 3);
  } else if (side == 2) {
    int sum = c[0] + c[8] + 4, difference = c[0] - c[8] + 4, slope = c[1] + c[9], slant = c[1] - c[9];
    to[0] = sample((sum + slope) >> 3), to[1] = sample((sum - slope) >> 3);
    to[stride] = sample((difference + slant) >> 3), to[stride + 1] = sample((difference - slant) >> 3);
  } else {
    int32_t columns[4][4], row[4];
    for (int x = 0; x < 4; x += 1) {
      turn_to_four((const int32_t[4]){c[x], c[8 + x], c[16 + x], c[24 + x]}, columns[x]);
      for (int y = 0; y < 4; y += 1) columns[x][y] = (columns[x][y] + 128) >> 8; /* 4 bits stay */
    }
    for (int y = 0; y < 4; y += 1) {
      turn_to_four((const int32_t[4]){columns[0][y], columns[1][y], columns[2][y], columns[3][y]}, row);
      for (int x = 0; x < 4; x += 1) to[y * stride + x] = sample((row[x] + (1 << 16)) >> 17);
    }
  }
}

enum { WITHIN_FOUR = 10 }; /* coefficients before it in zigzag order lie in the first four rows and columns */

static void put_block(const int16_t *coefficients, int last, uint8_t *to, int stride) {
  if (last == 0) {
    int value = ((coefficients[0] * 4 + 16) >> 5) + 128;
    v128_t same = wasm_i8x16_splat((int8_t)(value < 0 ? 0 : value > 255 ? 255 : value));
    for (int row = 0; row < 8; row += 1) wasm_v128_store64_lane(to + row * stride, same, 0);
    return;
  }
  Block block;
  for (int row = 0; row < 8; row += 1) block.rows[row] = wasm_v128_load(coefficients + row * 8);
  if (last < WITHIN_FOUR) {
    turn(&block, 11, 1, 1);
    transpose(&block);
    turn(&block, 18, 1, 0);
  } else {
    turn(&block, 11, 0, 0);
    transpose(&block);
    turn(&block, 18, 0, 0);
  }
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
        int x = (column * component->across + across) * scan->side, y = (row * component->down + down) * scan->side;
        uint8_t *to = component->plane + y * component->stride + x;
        if (scan->side == 8) put_block(block, last, to, component->stride);
        else put_shrunk(block, scan->side, to, component->stride);
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
