/*
 * Thumbnail and look of a JPEG whose samples baseline.c has decoded, in WebAssembly SIMD; `thumbnail.ts` lays out the memory.
 *
 * All in luma and chroma as they stand in the file: each plane is scaled to its size in the thumbnail (rows, then, turned over, columns) and
 * coded again, so that no colours are computed. The forward DCT is that of Arai, Agui and Nakajima 1988; codes as in ITU-T T.81, annex K.
 */
#include "baseline.h"

/* Which input rows an output row is blended of. */
typedef struct {
  int32_t outputs, taps;  /* taps of each, an even number */
  const int32_t *starts;  /* [outputs] */
  const int16_t *weights; /* [outputs * taps], 14 bits of fraction, sum 1 */
} Taps;

enum { BAND = 16, ONE = 1 << 14 };

/* The cubic of Keys 1981 with a = -0.5, doi:10.1109/TASSP.1981.1163711. */
static inline float cubic(float distance) {
  float x = distance < 0 ? -distance : distance;
  if (x < 1) return (1.5f * x - 2.5f) * x * x + 1;
  return x < 2 ? ((-0.5f * x + 2.5f) * x - 4) * x + 2 : 0;
}

/*
 * Fills taps for one direction of one plane. An output's centre is (number + 0.5) * step in the thumbnail of `extent` pixels, counted from
 * its end where it is flipped, and that times `ratio` among the plane's `inputs`; behind `extent` the last output is repeated. The taps
 * never reach beyond the inputs, of which there are as many as taps at least. `shares`: room for the taps.
 */
void EXPORT(fill_taps)(const Taps *taps, int32_t *starts, int16_t *weights, int inputs, int extent, int step, float ratio, int is_flipped,
                       float *shares) {
  const float spread = ratio * (float)step > 1 ? ratio * (float)step : 1, narrowing = 1 / spread;
  const int last = (extent + step - 1) / step - 1;
  for (int output = 0; output < taps->outputs; output += 1) {
    float place = ((float)(output < last ? output : last) + 0.5f) * (float)step;
    float centre = (is_flipped ? (float)extent - place : place) * ratio, sum = 0;
    int start = (int)(centre - 2 * spread + 0.5f), left = ONE, most = 0;
    if (start > inputs - taps->taps) start = inputs - taps->taps;
    if (start < 0) start = 0;
    for (int tap = 0; tap < taps->taps; tap += 1) sum += shares[tap] = cubic(((float)(start + tap) - centre + 0.5f) * narrowing);
    int16_t *own = weights + output * taps->taps;
    for (int tap = 0; tap < taps->taps; tap += 1) {
      float share = shares[tap] * (ONE / sum);
      own[tap] = (int16_t)(share + (share < 0 ? -0.5f : 0.5f));
      left -= own[tap];
      if (own[tap] > own[most]) most = tap;
    }
    own[most] = (int16_t)(own[most] + left);
    starts[output] = start;
  }
}

static void blend_row(const uint8_t *from, int stride, const int16_t *weights, int taps, int columns, uint8_t *to) {
  for (int column = 0; column < columns; column += 16) {
    v128_t sums[4];
    for (int part = 0; part < 4; part += 1) sums[part] = wasm_i32x4_splat(1 << 13);
    for (int tap = 0; tap < taps; tap += 2) {
      const uint8_t *at = from + tap * stride + column;
      int32_t pair;
      __builtin_memcpy(&pair, weights + tap, 4);
      v128_t factors = wasm_i32x4_splat(pair), upper = wasm_v128_load(at), lower = wasm_v128_load(at + stride);
      v128_t low = wasm_i8x16_shuffle(upper, lower, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
      v128_t high = wasm_i8x16_shuffle(upper, lower, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
      sums[0] = wasm_i32x4_add(sums[0], wasm_i32x4_dot_i16x8(wasm_u16x8_extend_low_u8x16(low), factors));
      sums[1] = wasm_i32x4_add(sums[1], wasm_i32x4_dot_i16x8(wasm_u16x8_extend_high_u8x16(low), factors));
      sums[2] = wasm_i32x4_add(sums[2], wasm_i32x4_dot_i16x8(wasm_u16x8_extend_low_u8x16(high), factors));
      sums[3] = wasm_i32x4_add(sums[3], wasm_i32x4_dot_i16x8(wasm_u16x8_extend_high_u8x16(high), factors));
    }
    v128_t first = wasm_i16x8_narrow_i32x4(wasm_i32x4_shr(sums[0], 14), wasm_i32x4_shr(sums[1], 14));
    v128_t second = wasm_i16x8_narrow_i32x4(wasm_i32x4_shr(sums[2], 14), wasm_i32x4_shr(sums[3], 14));
    wasm_v128_store(to + column, wasm_u8x16_narrow_i16x8(first, second));
  }
}

/* Turns 16 x 16 samples over their diagonal. */
static void turn_over(const uint8_t *from, int stride, uint8_t *to, int to_stride) {
  v128_t a[16], b[16];
  for (int row = 0; row < 16; row += 1) a[row] = wasm_v128_load(from + row * stride);
  for (int round = 0; round < 4; round += 1) { /* each interleaves the upper half with the lower one */
    for (int row = 0; row < 8; row += 1) {
      b[row * 2] = wasm_i8x16_shuffle(a[row], a[row + 8], 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
      b[row * 2 + 1] = wasm_i8x16_shuffle(a[row], a[row + 8], 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
    }
    for (int row = 0; row < 16; row += 1) a[row] = b[row];
  }
  for (int row = 0; row < 16; row += 1) wasm_v128_store(to + row * to_stride, a[row]);
}

/* Scales `columns` columns (a multiple of 16) down, and turns the result over: to[column][output]. `band`: 16 rows of them. */
static void blend_turned(const uint8_t *from, int stride, const Taps *taps, int columns, uint8_t *band, uint8_t *to) {
  for (int output = 0; output < taps->outputs; output += BAND) {
    for (int row = 0; row < BAND; row += 1) {
      const int index = output + row;
      blend_row(from + taps->starts[index] * stride, stride, taps->weights + index * taps->taps, taps->taps, columns, band + row * columns);
    }
    for (int column = 0; column < columns; column += 16) turn_over(band + column, columns, to + column * taps->outputs + output, taps->outputs);
  }
}

/* Scales a plane; the result is turned over: to[x][y]. The outputs of both taps are multiples of 16. */
void EXPORT(scale)(const uint8_t *plane, int stride, const Taps *down, const Taps *across, uint8_t *band, uint8_t *turned, uint8_t *to) {
  blend_turned(plane, stride, down, stride, band, turned);
  for (int output = 0; output < across->outputs; output += 1)
    blend_row(turned + across->starts[output] * down->outputs, down->outputs, across->weights + output * across->taps, across->taps, down->outputs,
              to + output * down->outputs);
}

enum { LOOK_SIDE = 32 };

/* Means of 32 x 32 cells of luma; `spans`: first and last (exclusive) column of 32 cells, then the rows. `sums`: a line of the plane. */
void EXPORT(look)(const uint8_t *plane, int stride, const int32_t *spans, uint32_t *sums, uint8_t *cells) {
  for (int row = 0; row < LOOK_SIDE; row += 1) {
    const int top = spans[(LOOK_SIDE + row) * 2], bottom = spans[(LOOK_SIDE + row) * 2 + 1];
    for (int x = 0; x < stride; x += 1) sums[x] = 0;
    for (int y = top; y < bottom; y += 1)
      for (int x = 0; x < stride; x += 1) sums[x] += plane[y * stride + x];
    for (int column = 0; column < LOOK_SIDE; column += 1) {
      const int left = spans[column * 2], right = spans[column * 2 + 1];
      uint64_t sum = 0, area = (uint64_t)(right - left) * (uint64_t)(bottom - top);
      for (int x = left; x < right; x += 1) sum += sums[x];
      cells[row * LOOK_SIDE + column] = (uint8_t)((sum * 2 + area) / (area * 2));
    }
  }
}

#define FIXED(value) wasm_i16x8_splat((int16_t)((value) * 32768 + 0.5))
#define TIMES wasm_i16x8_q15mulr_sat
#define ADD wasm_i16x8_add
#define SUB wasm_i16x8_sub

/* Eight transforms of eight values, down the rows; the result is to be divided by factors that the quantiser knows. */
static inline void transform(v128_t r[8]) {
  v128_t t0 = ADD(r[0], r[7]), t7 = SUB(r[0], r[7]), t1 = ADD(r[1], r[6]), t6 = SUB(r[1], r[6]);
  v128_t t2 = ADD(r[2], r[5]), t5 = SUB(r[2], r[5]), t3 = ADD(r[3], r[4]), t4 = SUB(r[3], r[4]);
  v128_t e0 = ADD(t0, t3), e3 = SUB(t0, t3), e1 = ADD(t1, t2), e2 = SUB(t1, t2);
  v128_t slant = TIMES(ADD(e2, e3), FIXED(0.707106781));
  r[0] = ADD(e0, e1), r[4] = SUB(e0, e1), r[2] = ADD(e3, slant), r[6] = SUB(e3, slant);
  v128_t o0 = ADD(t4, t5), o1 = ADD(t5, t6), o2 = ADD(t6, t7);
  v128_t both = TIMES(SUB(o0, o2), FIXED(0.382683433)), middle = TIMES(o1, FIXED(0.707106781));
  v128_t z2 = ADD(TIMES(o0, FIXED(0.541196100)), both), z4 = ADD(ADD(o2, TIMES(o2, FIXED(0.306562965))), both);
  v128_t z11 = ADD(t7, middle), z13 = SUB(t7, middle);
  r[5] = ADD(z13, z2), r[3] = SUB(z13, z2), r[1] = ADD(z11, z4), r[7] = SUB(z11, z4);
}

typedef struct {
  const uint32_t *dc, *ac;     /* code and length by symbol: code * 32 + length */
  const int16_t *reciprocals;  /* of the quantiser's steps and the transform's factors, 20 bits of fraction, in the order of `coefficients` */
  const uint8_t *plane;
  int32_t stride, across, down; /* bytes of a plane's row; blocks of a unit */
} Coded;

typedef struct {
  Coded components[3];
  int32_t units_across, units_down;
  int32_t is_turned;          /* whether the planes lie turned over: [x][y] */
  const uint8_t *natural;     /* [64] place in `coefficients` of each in zigzag order */
  const uint8_t *zigzag;      /* [64] the inverse */
} Picture;

typedef struct {
  uint8_t *at;
  uint64_t bits; /* the last `count` ones wait to be written */
  int count;     /* less than 32 between calls */
} Writer;

static inline void put_bits(Writer *writer, uint32_t bits, int length) {
  writer->bits = (writer->bits << length) | bits;
  writer->count += length;
  if (writer->count < 32) return;
  writer->count -= 32;
  uint32_t four = (uint32_t)(writer->bits >> writer->count), inverted = ~four;
  if (((inverted - 0x01010101u) & ~inverted & 0x80808080u) == 0) {
    four = __builtin_bswap32(four);
    __builtin_memcpy(writer->at, &four, 4);
    writer->at += 4;
    return;
  }
  for (int shift = 24; shift >= 0; shift -= 8) {
    *writer->at++ = (uint8_t)(four >> shift);
    if (writer->at[-1] == 0xff) *writer->at++ = 0;
  }
}

/* Code of run and size, then the value's bits: a negative one's as those of value - 1. */
static inline void put_value(Writer *writer, const uint32_t *codes, int run, int value) {
  int sign = value >> 31, size = 32 - __builtin_clz((uint32_t)((value ^ sign) - sign));
  uint32_t entry = codes[run * 16 + size];
  uint32_t bits = (uint32_t)(value + sign) & ((1u << size) - 1);
  put_bits(writer, (entry >> 5) << size | bits, (int)(entry & 31) + size);
}

static inline void put_code(Writer *writer, uint32_t entry) { put_bits(writer, entry >> 5, (int)(entry & 31)); }

/* value * reciprocal, rounded; eight of them. */
static inline v128_t quantised(v128_t values, v128_t reciprocals) {
  const v128_t half = wasm_i32x4_splat(1 << 19);
  v128_t low = wasm_i32x4_add(wasm_i32x4_extmul_low_i16x8(values, reciprocals), half);
  v128_t high = wasm_i32x4_add(wasm_i32x4_extmul_high_i16x8(values, reciprocals), half);
  return wasm_i16x8_narrow_i32x4(wasm_i32x4_shr(low, 20), wasm_i32x4_shr(high, 20));
}

/* Samples to coefficients, quantised, which lie turned over against the samples. The places of those that are not 0, as bits. */
static uint64_t coefficients_of(const uint8_t *samples, int stride, const int16_t *reciprocals, int16_t *coefficients) {
  Block block;
  for (int row = 0; row < 8; row += 1)
    block.rows[row] = wasm_i16x8_shl(SUB(wasm_u16x8_load8x8(samples + row * stride), wasm_i16x8_splat(128)), 1);
  transform(block.rows);
  transpose(&block);
  transform(block.rows);
  uint64_t places = 0;
  for (int row = 0; row < 8; row += 2) {
    v128_t first = quantised(block.rows[row], wasm_v128_load(reciprocals + row * 8));
    v128_t second = quantised(block.rows[row + 1], wasm_v128_load(reciprocals + row * 8 + 8));
    wasm_v128_store(coefficients + row * 8, first), wasm_v128_store(coefficients + row * 8 + 8, second);
    const v128_t zero = wasm_i16x8_splat(0);
    v128_t both = wasm_i8x16_narrow_i16x8(wasm_i16x8_ne(first, zero), wasm_i16x8_ne(second, zero));
    places |= (uint64_t)wasm_i8x16_bitmask(both) << (row * 8);
  }
  return places;
}

static void put_coded(Writer *outer, const Picture *picture, const Coded *coded, const uint8_t *samples, int *prediction) {
  Writer writer = *outer; /* which may live in registers */
  int16_t coefficients[64] __attribute__((aligned(16)));
  uint64_t places = coefficients_of(samples, coded->stride, coded->reciprocals, coefficients) & ~1ull, ordered = 0;
  int difference = coefficients[0] - *prediction;
  *prediction = coefficients[0];
  if (difference == 0) put_code(&writer, coded->dc[0]);
  else put_value(&writer, coded->dc, 0, difference);
  for (; places != 0; places &= places - 1) ordered |= 1ull << picture->zigzag[__builtin_ctzll(places)];
  int last = 0;
  for (; ordered != 0; ordered &= ordered - 1) {
    int place = __builtin_ctzll(ordered), run = place - last - 1;
    for (; run > 15; run -= 16) put_code(&writer, coded->ac[0xf0]);
    put_value(&writer, coded->ac, run, coefficients[picture->natural[place]]);
    last = place;
  }
  if (last < 63) put_code(&writer, coded->ac[0]);
  *outer = writer;
}

/* The scan of a picture, end marker included; the number of bytes. */
int EXPORT(encode)(const Picture *picture, uint8_t *to) {
  Writer writer = {to, 0, 0};
  int predictions[3] = {0, 0, 0};
  for (int row = 0; row < picture->units_down; row += 1)
    for (int column = 0; column < picture->units_across; column += 1)
      for (int index = 0; index < 3; index += 1) {
        const Coded *coded = &picture->components[index];
        for (int down = 0; down < coded->down; down += 1)
          for (int across = 0; across < coded->across; across += 1) {
            const int x = (column * coded->across + across) * 8, y = (row * coded->down + down) * 8;
            const uint8_t *samples = coded->plane + (picture->is_turned ? x * coded->stride + y : y * coded->stride + x);
            put_coded(&writer, picture, coded, samples, &predictions[index]);
          }
      }
  if (writer.count % 8 != 0) put_bits(&writer, (1u << (8 - writer.count % 8)) - 1, 8 - writer.count % 8);
  for (int left = writer.count - 8; left >= 0; left -= 8) {
    *writer.at++ = (uint8_t)(writer.bits >> left);
    if (writer.at[-1] == 0xff) *writer.at++ = 0;
  }
  *writer.at++ = 0xff, *writer.at++ = 0xd9;
  return (int)(writer.at - to);
}
