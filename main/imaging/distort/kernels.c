/*
 * The inner loops of augmentation in WebAssembly SIMD; `kernels.ts` lays out the memory and calls them.
 *
 * Pixels are [height, width, 4] float32 in [0, 255]: red, green, blue and one value that means nothing, so that a pixel is one vector.
 * No fused or relaxed operation is used: the same bits on every machine. Rebuild with `scripts/build-kernels.py`.
 */
#include <stdint.h>
#include <wasm_simd128.h>

#define EXPORT(name) __attribute__((export_name(#name))) name

static inline v128_t clamp(v128_t value) {
  return wasm_f32x4_pmin(wasm_f32x4_pmax(value, wasm_f32x4_splat(0)), wasm_f32x4_splat(255));
}

typedef struct {
  const int32_t *starts; /* first input position of every output position */
  const float *weights;  /* `stride` for every output position */
  int32_t stride, count;
} Taps;

static inline v128_t weighted(v128_t sum, v128_t weight, v128_t bytes) {
  return wasm_f32x4_add(sum, wasm_f32x4_mul(weight, wasm_f32x4_convert_u32x4(bytes)));
}

/* One output row of the vertical pass: `bytes` sums of 8-bit values, 16 at a time (up to 15 more are read and written). */
static void combine(const uint8_t *source, int row_bytes, const float *weights, int stride, float *output) {
  for (int at = 0; at < row_bytes; at += 16) {
    const uint8_t *from = source + at;
    v128_t first = wasm_f32x4_splat(0), second = first, third = first, fourth = first;
    for (int tap = 0; tap < stride; tap += 1, from += row_bytes) {
      v128_t weight = wasm_v128_load32_splat(weights + tap), bytes = wasm_v128_load(from);
      v128_t low = wasm_u16x8_extend_low_u8x16(bytes), high = wasm_u16x8_extend_high_u8x16(bytes);
      first = weighted(first, weight, wasm_u32x4_extend_low_u16x8(low));
      second = weighted(second, weight, wasm_u32x4_extend_high_u16x8(low));
      third = weighted(third, weight, wasm_u32x4_extend_low_u16x8(high));
      fourth = weighted(fourth, weight, wasm_u32x4_extend_high_u16x8(high));
    }
    wasm_v128_store(output + at, first);
    wasm_v128_store(output + at + 4, second);
    wasm_v128_store(output + at + 8, third);
    wasm_v128_store(output + at + 12, fourth);
  }
}

/* Rows of 8-bit RGB to `rows->count` rows of `columns->count` pixels, clamped; starts count from the first pixel of `source`; `line` holds
   row_bytes + 16 floats. */
void EXPORT(resize)(const uint8_t *source, int row_bytes, const Taps *rows, const Taps *columns, float *line, float *output) {
  for (int row = 0; row < rows->count; row += 1) {
    combine(source + rows->starts[row] * row_bytes, row_bytes, rows->weights + row * rows->stride, rows->stride, line);
    const float *weight = columns->weights;
    for (int column = 0; column < columns->count; column += 1, output += 4) {
      const float *from = line + columns->starts[column] * 3;
      v128_t sum = wasm_f32x4_splat(0);
      for (int tap = 0; tap < columns->stride; tap += 1, from += 3, weight += 1)
        sum = wasm_f32x4_add(sum, wasm_f32x4_mul(wasm_v128_load32_splat(weight), wasm_v128_load(from)));
      wasm_v128_store(output, clamp(sum));
    }
  }
}

/* The largest absolute value. */
float EXPORT(farthest)(const float *values, int count) {
  float most = 0;
  for (int at = 0; at < count; at += 1) {
    float size = values[at] < 0 ? -values[at] : values[at];
    most = size > most ? size : most;
  }
  return most;
}

/* Each of `side` lines is a weighted sum of four rows that follow each other, from `starts` on. */
void EXPORT(spread)(const float *restrict rows, const int32_t *restrict starts, const float *restrict weights, int side, float *restrict output) {
  for (int line = 0; line < side; line += 1, weights += 4) {
    const float *from = rows + starts[line] * side;
    for (int at = 0; at < side; at += 1, output += 1)
      *output = weights[0] * from[at] + weights[1] * from[side + at] + weights[2] * from[2 * side + at] + weights[3] * from[3 * side + at];
  }
}

typedef struct {
  double matrix[9];                   /* crop to scaled photo */
  double scaled_width, scaled_height; /* of the whole photo */
  float colour[4];                    /* border 2 */
  int32_t border;                     /* 0 reflect, 1 edge, 2 colour */
  int32_t left, top, width, height;   /* the part of the scaled photo that `base` holds */
} Sampling;

typedef struct {
  v128_t across, down;
} Places;

static inline v128_t splat(double value) { return wasm_f32x4_splat((float)value); }

/* Where the four pixels from `column` on come from in the scaled photo; edges at 0 and at its size. */
static inline Places places_of(const Sampling *how, v128_t x, v128_t y) {
  const double *m = how->matrix;
  v128_t u = wasm_f32x4_add(wasm_f32x4_add(wasm_f32x4_mul(splat(m[0]), x), wasm_f32x4_mul(splat(m[1]), y)), splat(m[2]));
  v128_t v = wasm_f32x4_add(wasm_f32x4_add(wasm_f32x4_mul(splat(m[3]), x), wasm_f32x4_mul(splat(m[4]), y)), splat(m[5]));
  if (m[6] != 0 || m[7] != 0 || m[8] != 1) {
    v128_t divisor = wasm_f32x4_add(wasm_f32x4_add(wasm_f32x4_mul(splat(m[6]), x), wasm_f32x4_mul(splat(m[7]), y)), splat(m[8]));
    divisor = wasm_f32x4_pmax(divisor, splat(1e-6)); /* beyond the horizon nothing is to be seen */
    u = wasm_f32x4_div(u, divisor);
    v = wasm_f32x4_div(v, divisor);
  }
  return (Places){u, v};
}

/* Reflected about 0 and `size` as often as needed. */
static inline v128_t fold(v128_t place, double size) {
  v128_t period = splat(2 * size);
  v128_t turns = wasm_f32x4_floor(wasm_f32x4_div(place, period));
  v128_t rest = wasm_f32x4_sub(place, wasm_f32x4_mul(turns, period));
  return wasm_f32x4_pmin(rest, wasm_f32x4_sub(period, rest));
}

static inline v128_t limit(v128_t place, float lowest, float highest) {
  return wasm_f32x4_pmin(wasm_f32x4_pmax(place, wasm_f32x4_splat(lowest)), wasm_f32x4_splat(highest));
}

static inline v128_t mix(v128_t first, v128_t second, float share) {
  return wasm_f32x4_add(wasm_f32x4_mul(wasm_f32x4_splat(1 - share), first), wasm_f32x4_mul(wasm_f32x4_splat(share), second));
}

static inline v128_t pixel_or(const float *base, const Sampling *how, int column, int row) {
  if (column < 0 || row < 0 || column >= how->width || row >= how->height) return wasm_v128_load(how->colour);
  return wasm_v128_load(base + (row * how->width + column) * 4);
}

static inline v128_t over_edge(const float *base, const Sampling *how, float u, float v) {
  int left = (int)__builtin_floorf(u), top = (int)__builtin_floorf(v);
  v128_t upper = mix(pixel_or(base, how, left, top), pixel_or(base, how, left + 1, top), u - left);
  v128_t lower = mix(pixel_or(base, how, left, top + 1), pixel_or(base, how, left + 1, top + 1), u - left);
  return mix(upper, lower, v - top);
}

static inline v128_t inside(const float *base, const Sampling *how, float u, float v) {
  const int width = how->width, last_column = width > 1 ? width - 2 : 0, last_row = how->height > 1 ? how->height - 2 : 0;
  int left = (int)u, top = (int)v;
  left = left < last_column ? left : last_column;
  top = top < last_row ? top : last_row;
  const float *upper = base + (top * width + left) * 4;
  const float *lower = how->height > 1 ? upper + width * 4 : upper;
  const int step = width > 1 ? 4 : 0;
  v128_t first = mix(wasm_v128_load(upper), wasm_v128_load(upper + step), u - left);
  v128_t second = mix(wasm_v128_load(lower), wasm_v128_load(lower + step), u - left);
  return mix(first, second, v - top);
}

/* Reads `base` once for every pixel of the crop, bilinear; `across` and `down` (or null) displace the places in the crop. `output` has
   room for three pixels more. */
void EXPORT(sample)(const float *base, const Sampling *how, const float *across, const float *down, int side, float *output) {
  const int is_colour = how->border == 2;
  const float reach_u = (float)how->width, reach_v = (float)how->height;
  for (int row = 0; row < side; row += 1) {
    for (int column = 0; column < side; column += 4) {
      v128_t x = wasm_f32x4_make(column + 0.5f, column + 1.5f, column + 2.5f, column + 3.5f), y = wasm_f32x4_splat(row + 0.5f);
      if (across) {
        x = wasm_f32x4_add(x, wasm_v128_load(across + row * side + column));
        y = wasm_f32x4_add(y, wasm_v128_load(down + row * side + column));
      }
      Places at = places_of(how, x, y);
      if (how->border == 0) at = (Places){fold(at.across, how->scaled_width), fold(at.down, how->scaled_height)};
      v128_t u = wasm_f32x4_sub(at.across, splat(how->left + 0.5)), v = wasm_f32x4_sub(at.down, splat(how->top + 0.5));
      /* far outside is as outside as just outside */
      u = is_colour ? limit(u, -2, reach_u + 1) : limit(u, 0, reach_u - 1);
      v = is_colour ? limit(v, -2, reach_v + 1) : limit(v, 0, reach_v - 1);
      float us[4], vs[4];
      wasm_v128_store(us, u);
      wasm_v128_store(vs, v);
      float *to = output + (row * side + column) * 4;
      for (int pixel = 0; pixel < 4; pixel += 1)
        wasm_v128_store(to + pixel * 4, is_colour ? over_edge(base, how, us[pixel], vs[pixel]) : inside(base, how, us[pixel], vs[pixel]));
    }
  }
}

/* Mirrors (bit 1) and turns upside down (bit 2), in place. */
void EXPORT(turn)(float *pixels, int side, int how) {
  if (how & 1)
    for (int row = 0; row < side; row += 1)
      for (int left = row * side, right = left + side - 1; left < right; left += 1, right -= 1) {
        v128_t kept = wasm_v128_load(pixels + left * 4);
        wasm_v128_store(pixels + left * 4, wasm_v128_load(pixels + right * 4));
        wasm_v128_store(pixels + right * 4, kept);
      }
  if (how & 2)
    for (int top = 0, bottom = side - 1; top < bottom; top += 1, bottom -= 1)
      for (int column = 0; column < side; column += 1) {
        float *upper = pixels + (top * side + column) * 4, *lower = pixels + (bottom * side + column) * 4;
        v128_t kept = wasm_v128_load(upper);
        wasm_v128_store(upper, wasm_v128_load(lower));
        wasm_v128_store(lower, kept);
      }
}

/* Means of red, green and blue; summed by blocks of 256 pixels, blocks in double precision. */
void EXPORT(means)(const float *pixels, int count, double *output) {
  double sums[3] = {0, 0, 0};
  for (int first = 0; first < count; first += 256) {
    int end = first + 256 < count ? first + 256 : count;
    v128_t sum = wasm_f32x4_splat(0);
    for (int at = first; at < end; at += 1) sum = wasm_f32x4_add(sum, wasm_v128_load(pixels + at * 4));
    sums[0] += wasm_f32x4_extract_lane(sum, 0);
    sums[1] += wasm_f32x4_extract_lane(sum, 1);
    sums[2] += wasm_f32x4_extract_lane(sum, 2);
  }
  for (int channel = 0; channel < 3; channel += 1) output[channel] = sums[channel] / count;
}

/* An affine map of colours in place, clamped; `map`: three rows of red, green, blue, constant. */
void EXPORT(recolour)(float *pixels, int count, const float *map) {
  v128_t red = wasm_f32x4_make(map[0], map[4], map[8], 0), green = wasm_f32x4_make(map[1], map[5], map[9], 0);
  v128_t blue = wasm_f32x4_make(map[2], map[6], map[10], 0), constant = wasm_f32x4_make(map[3], map[7], map[11], 0);
  for (int at = 0; at < count; at += 1, pixels += 4) {
    v128_t sum = wasm_f32x4_add(constant, wasm_f32x4_mul(red, wasm_v128_load32_splat(pixels)));
    sum = wasm_f32x4_add(sum, wasm_f32x4_mul(green, wasm_v128_load32_splat(pixels + 1)));
    sum = wasm_f32x4_add(sum, wasm_f32x4_mul(blue, wasm_v128_load32_splat(pixels + 2)));
    wasm_v128_store(pixels, clamp(sum));
  }
}

/* To planes of (value / 255 - mean) / deviation in double precision, as views.ts computes it. `how`: three means, three deviations. */
void EXPORT(planes)(const float *pixels, int count, const double *how, float *output) {
  const v128_t range = wasm_f64x2_splat(255);
  for (int channel = 0; channel < 3; channel += 1) {
    const v128_t mean = wasm_f64x2_splat(how[channel]), deviation = wasm_f64x2_splat(how[channel + 3]);
    const float *from = pixels + channel;
    int at = 0;
    for (; at + 1 < count; at += 2, from += 8, output += 2) {
      v128_t pair = wasm_f64x2_make(from[0], from[4]);
      pair = wasm_f64x2_div(wasm_f64x2_sub(wasm_f64x2_div(pair, range), mean), deviation);
      wasm_v128_store64_lane(output, wasm_f32x4_demote_f64x2_zero(pair), 0);
    }
    for (; at < count; at += 1, from += 4, output += 1) *output = (float)(((double)from[0] / 255 - how[channel]) / how[channel + 3]);
  }
}

/* As planes, in single precision: within a millionth of it. `how`: three factors, three summands. */
void EXPORT(quick_planes)(const float *pixels, int count, const float *how, float *output) {
  const v128_t red = wasm_v128_load32_splat(how), green = wasm_v128_load32_splat(how + 1), blue = wasm_v128_load32_splat(how + 2);
  const v128_t reds = wasm_v128_load32_splat(how + 3), greens = wasm_v128_load32_splat(how + 4), blues = wasm_v128_load32_splat(how + 5);
  int at = 0;
  for (; at + 3 < count; at += 4, pixels += 16) {
    v128_t a = wasm_v128_load(pixels), b = wasm_v128_load(pixels + 4), c = wasm_v128_load(pixels + 8), d = wasm_v128_load(pixels + 12);
    v128_t ab = wasm_i32x4_shuffle(a, b, 0, 4, 1, 5), cd = wasm_i32x4_shuffle(c, d, 0, 4, 1, 5);
    v128_t third = wasm_i32x4_shuffle(wasm_i32x4_shuffle(a, b, 2, 6, 2, 6), wasm_i32x4_shuffle(c, d, 2, 6, 2, 6), 0, 1, 4, 5);
    v128_t first = wasm_i32x4_shuffle(ab, cd, 0, 1, 4, 5), second = wasm_i32x4_shuffle(ab, cd, 2, 3, 6, 7);
    wasm_v128_store(output + at, wasm_f32x4_add(wasm_f32x4_mul(first, red), reds));
    wasm_v128_store(output + count + at, wasm_f32x4_add(wasm_f32x4_mul(second, green), greens));
    wasm_v128_store(output + 2 * count + at, wasm_f32x4_add(wasm_f32x4_mul(third, blue), blues));
  }
  for (; at < count; at += 1, pixels += 4)
    for (int channel = 0; channel < 3; channel += 1) output[channel * count + at] = pixels[channel] * how[channel] + how[channel + 3];
}

/* Three values a pixel to four. */
void EXPORT(unpack)(const float *values, int count, float *output) {
  for (int at = 0; at < count; at += 1, values += 3, output += 4) wasm_v128_store(output, wasm_f32x4_make(values[0], values[1], values[2], 0));
}

/* Four values a pixel to three. */
void EXPORT(pack)(const float *pixels, int count, float *output) {
  for (int at = 0; at < count; at += 1, pixels += 4, output += 3) {
    output[0] = pixels[0];
    output[1] = pixels[1];
    output[2] = pixels[2];
  }
}
