/* What baseline.c (samples), colour.c (RGB) and thumbnail.c (smaller, coded again) share; they are one WebAssembly module. */
#include <stdint.h>
#include <wasm_simd128.h>

#define EXPORT(name) __attribute__((export_name(#name))) name

#define PAIR(first, second) wasm_i16x8_make(first, second, first, second, first, second, first, second)
#define LOW(a, b) wasm_i16x8_shuffle(a, b, 0, 8, 1, 9, 2, 10, 3, 11)
#define HIGH(a, b) wasm_i16x8_shuffle(a, b, 4, 12, 5, 13, 6, 14, 7, 15)

typedef struct {
  v128_t rows[8];
} Block;

static inline void transpose(Block *block) {
  v128_t *r = block->rows, a[8], b[8];
  for (int row = 0; row < 4; row += 1) a[row * 2] = LOW(r[row], r[row + 4]), a[row * 2 + 1] = HIGH(r[row], r[row + 4]);
  for (int row = 0; row < 4; row += 1) b[row * 2] = LOW(a[row], a[row + 4]), b[row * 2 + 1] = HIGH(a[row], a[row + 4]);
  for (int row = 0; row < 4; row += 1) r[row * 2] = LOW(b[row], b[row + 4]), r[row * 2 + 1] = HIGH(b[row], b[row + 4]);
}

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
  int32_t side; /* samples a side that a block becomes: 8, or 4, 2, 1 for a picture shrunk as much */
} Scan;
