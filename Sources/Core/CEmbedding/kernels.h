// The kernels, for one instruction set. A file that includes this defines:
//   KERNELS         the name of the EmbeddingKernels
//   KERNELS_NAME    the instruction set as text
//   LANES           floats in a vector register
//   TILE            vectors of outputs that a block computes at once
//   BLOCK_ROWS      rows that a block computes at once, at most 12; BLOCK_ROWS * TILE sums fill the registers
//   MULTIPLY_ADD    a * b + c of three vectors
//   WIDEN           LANES fp16 numbers at an address, as a vector
// clang compiles the operators on vectors for the target that the including file has set.

#include <string.h>

#include "shared.h"

typedef float Vector __attribute__((ext_vector_type(LANES)));
typedef float UnalignedVector __attribute__((ext_vector_type(LANES), aligned(4)));
typedef int32_t IntVector __attribute__((ext_vector_type(LANES)));

#define INLINE static inline __attribute__((always_inline))
#define UNROLLED _Pragma("clang loop unroll(full)")

enum { OUTPUTS = LANES * TILE, PANEL = EMBEDDING_PANEL, WIDTH = EMBEDDING_WIDTH };

INLINE Vector load(const float *p) { return *(const UnalignedVector *)p; }
INLINE void store(float *p, Vector v) { *(UnalignedVector *)p = v; }
INLINE Vector larger(Vector a, Vector b) { return a > b ? a : b; }

INLINE float sum(Vector v) {
  float lanes[LANES], total = 0;
  store(lanes, v);
  for (int i = 0; i < LANES; i++) total += lanes[i];
  return total;
}

// e to the power of x, for x at most 0, to 2e-7 of the result; below -87, whose power is 1e-38, that of -87.
// The integral part of x / ln 2 goes into the exponent, the rest through a polynomial of degree 6.
INLINE Vector exponential(Vector x) {
  const Vector magic = 12582912.0f;  // 1.5 * 2^23: the integral part is then in the low bits
  x = larger(x, (Vector)-87.0f);
  const Vector shifted = MULTIPLY_ADD(x, (Vector)1.44269504f, magic);
  const Vector whole = shifted - magic;
  Vector r = MULTIPLY_ADD(whole, (Vector)-0.693359375f, x);
  r = MULTIPLY_ADD(whole, (Vector)2.12194440e-4f, r);
  Vector p = 1.0f / 720;
  p = MULTIPLY_ADD(p, r, (Vector)(1.0f / 120));
  p = MULTIPLY_ADD(p, r, (Vector)(1.0f / 24));
  p = MULTIPLY_ADD(p, r, (Vector)(1.0f / 6));
  p = MULTIPLY_ADD(p, r, (Vector)0.5f);
  p = MULTIPLY_ADD(p, r, (Vector)1.0f);
  p = MULTIPLY_ADD(p, r, (Vector)1.0f);
  IntVector bits, exponent;
  memcpy(&bits, &p, sizeof bits);
  memcpy(&exponent, &shifted, sizeof exponent);
  bits += exponent << 23;
  memcpy(&p, &bits, sizeof p);
  return p;
}

// Weights of a tile: panels of one matrix, `step` numbers apart, either fp16 as in the file or widened.
typedef struct {
  const uint16_t *halves;
  const float *floats;
  ptrdiff_t step;
} Weights;

INLINE Vector weight(Weights w, bool wide, ptrdiff_t input, int vector) {
  const ptrdiff_t place = vector * LANES / PANEL * w.step + input * PANEL + vector * LANES % PANEL;
  return wide ? load(w.floats + place) : WIDEN(w.halves + place);
}

// Computes OUTPUTS sums for each of `rows` rows, which is a constant for the compiler: they stay in registers.
// `start` is what the sums begin with: a bias for all rows, the present sums if it is out itself, or NULL for zeros.
INLINE void block(
  const int rows, const bool wide, const float *x, ptrdiff_t x_step, Weights w, ptrdiff_t inputs, const float *start,
  float *out, ptrdiff_t out_step) {
  Vector sums[BLOCK_ROWS][TILE];
  const ptrdiff_t start_step = start == out ? out_step : 0;
  UNROLLED for (int r = 0; r < rows; r++) {
    UNROLLED for (int v = 0; v < TILE; v++) {
      sums[r][v] = start ? load(start + r * start_step + v * LANES) : (Vector)0.0f;
    }
  }
  for (ptrdiff_t i = 0; i < inputs; i++) {
    Vector weights[TILE];
    UNROLLED for (int v = 0; v < TILE; v++) weights[v] = weight(w, wide, i, v);
    UNROLLED for (int r = 0; r < rows; r++) {
      const Vector input = x[r * x_step + i];
      UNROLLED for (int v = 0; v < TILE; v++) sums[r][v] = MULTIPLY_ADD(input, weights[v], sums[r][v]);
    }
  }
  UNROLLED for (int r = 0; r < rows; r++) {
    UNROLLED for (int v = 0; v < TILE; v++) store(out + r * out_step + v * LANES, sums[r][v]);
  }
}

// All rows of a tile, in blocks of nearly equal size: 8 rows are 4 and 4, not 6 and 2.
INLINE void tile(
  const bool wide, const float *x, ptrdiff_t rows, ptrdiff_t x_step, Weights w, ptrdiff_t inputs, const float *start,
  float *out, ptrdiff_t out_step) {
  const bool continues = start == out;
  for (ptrdiff_t blocks = (rows + BLOCK_ROWS - 1) / BLOCK_ROWS; blocks > 0; blocks--) {
    const ptrdiff_t count = (rows + blocks - 1) / blocks;
    const float *from = continues ? out : start;
    switch (count) {
#define CASE(n) \
  case n: \
    if (n <= BLOCK_ROWS) block(n <= BLOCK_ROWS ? n : 1, wide, x, x_step, w, inputs, from, out, out_step); \
    break;
      CASE(1)
      CASE(2)
      CASE(3)
      CASE(4)
      CASE(5)
      CASE(6)
      CASE(7)
      CASE(8)
      CASE(9)
      CASE(10)
      CASE(11)
      CASE(12)
#undef CASE
    }
    x += count * x_step;
    out += count * out_step;
    rows -= count;
  }
}

// Two instances for the compiler, one for each kind of weights.
static __attribute__((noinline)) void narrow_tile(
  const float *x, ptrdiff_t rows, ptrdiff_t x_step, Weights w, const float *start, float *out, ptrdiff_t out_step) {
  tile(false, x, rows, x_step, w, WIDTH, start, out, out_step);
}

static __attribute__((noinline)) void wide_tile(
  const float *x, ptrdiff_t rows, ptrdiff_t x_step, Weights w, ptrdiff_t inputs, const float *start, float *out,
  ptrdiff_t out_step) {
  tile(true, x, rows, x_step, w, inputs, start, out, out_step);
}

static void widen(const uint16_t *halves, ptrdiff_t count, float *out) {
  for (ptrdiff_t i = 0; i < count; i += LANES) store(out + i, WIDEN(halves + i));
}

// A tile's weights are widened once, into the L1 cache, if more than one block of rows uses them.
static void linear(
  const float *x, ptrdiff_t rows, ptrdiff_t inputs, const uint16_t *weights, ptrdiff_t outputs, const float *bias,
  float *out) {
  enum { PANELS = OUTPUTS / PANEL };
  float widened[PANELS * WIDTH * PANEL] __attribute__((aligned(64)));
  for (ptrdiff_t output = 0; output < outputs; output += OUTPUTS) {
    for (ptrdiff_t input = 0; input < inputs; input += WIDTH) {
      const float *start = input == 0 ? bias + output : out + output;
      Weights w = {weights + output * inputs + input * PANEL, widened, inputs * PANEL};
      if (rows <= BLOCK_ROWS) {
        narrow_tile(x + input, rows, inputs, w, start, out + output, outputs);
        continue;
      }
      for (int p = 0; p < PANELS; p++) widen(w.halves + p * w.step, WIDTH * PANEL, widened + p * WIDTH * PANEL);
      w.step = WIDTH * PANEL;
      wide_tile(x + input, rows, inputs, w, WIDTH, start, out + output, outputs);
    }
  }
}

// x * (1 + erf(x / sqrt 2)) / 2. erf: Abramowitz and Stegun, formula 7.1.26, whose error is at most 1.5e-7.
static void gelu(float *x, ptrdiff_t count) {
  for (ptrdiff_t i = 0; i < count; i += LANES) {
    const Vector v = load(x + i);
    const Vector size = larger(v, -v);
    const Vector z = size * 0.70710678f;
    const Vector t = 1.0f / MULTIPLY_ADD(z, (Vector)0.3275911f, (Vector)1.0f);
    Vector p = 1.061405429f;
    p = MULTIPLY_ADD(p, t, (Vector)-1.453152027f);
    p = MULTIPLY_ADD(p, t, (Vector)1.421413741f);
    p = MULTIPLY_ADD(p, t, (Vector)-0.284496736f);
    p = MULTIPLY_ADD(p, t, (Vector)0.254829592f);
    const Vector tail = p * t * exponential(-z * z) * size * 0.5f;
    store(x + i, larger(v, (Vector)0.0f) - tail);
  }
}

static void add_norm(float *x, const float *y, ptrdiff_t rows, const float *gain, const float *bias) {
  for (ptrdiff_t r = 0; r < rows; r++, x += WIDTH) {
    Vector total = 0.0f;
    for (int i = 0; i < WIDTH; i += LANES) {
      const Vector v = y ? load(x + i) + load(y + r * WIDTH + i) : load(x + i);
      store(x + i, v);
      total += v;
    }
    const Vector mean = sum(total) / WIDTH;
    Vector squares = 0.0f;
    for (int i = 0; i < WIDTH; i += LANES) {
      const Vector v = load(x + i) - mean;
      squares = MULTIPLY_ADD(v, v, squares);
    }
    const Vector scale = 1.0f / __builtin_sqrtf(sum(squares) / WIDTH + 1e-12f);
    for (int i = 0; i < WIDTH; i += LANES) {
      store(x + i, MULTIPLY_ADD((load(x + i) - mean) * scale, load(gain + i), load(bias + i)));
    }
  }
}

// Replaces scores by e^(score - maximum). Returns 1 / their sum. Columns from `count` on become about 0.
INLINE float softmax(float *scores, ptrdiff_t count, ptrdiff_t padded) {
  for (ptrdiff_t i = count; i < padded; i++) scores[i] = -1e30f;
  Vector highest = load(scores);
  for (ptrdiff_t i = LANES; i < padded; i += LANES) highest = larger(highest, load(scores + i));
  float lanes[LANES];
  store(lanes, highest);
  float maximum = lanes[0];
  for (int i = 1; i < LANES; i++) maximum = lanes[i] > maximum ? lanes[i] : maximum;
  Vector total = 0.0f;
  for (ptrdiff_t i = 0; i < padded; i += LANES) {
    const Vector v = exponential(load(scores + i) - maximum);
    store(scores + i, v);
    total += v;
  }
  return 1 / sum(total);
}

// Keys, transposed, and values of a head are the weights of two products, in panels like those of the file.
static void attend(const float *qkv, ptrdiff_t rows, float *scratch, float *out) {
  enum { HEAD = EMBEDDING_HEAD_WIDTH, STEP = 3 * WIDTH };
  const ptrdiff_t padded = embedding_padded(rows);
  float *keys = scratch, *values = keys + padded * HEAD, *scores = values + padded * HEAD;
  memset(keys, 0, (size_t)(padded * HEAD) * sizeof *keys);
  for (ptrdiff_t head = 0; head < EMBEDDING_HEADS; head++) {
    const float *q = qkv + head * HEAD;
    for (ptrdiff_t t = 0; t < rows; t++) {
      const float *k = q + t * STEP + WIDTH, *v = k + WIDTH;
      float *column = keys + t / PANEL * HEAD * PANEL + t % PANEL;
      for (int i = 0; i < HEAD; i++) column[i * PANEL] = k[i] * 0.17677670f;  // 1 / sqrt 32
      for (int i = 0; i < HEAD; i++) values[i / PANEL * padded * PANEL + t * PANEL + i % PANEL] = v[i];
    }
    for (ptrdiff_t column = 0; column < padded; column += OUTPUTS) {
      const Weights w = {NULL, keys + column * HEAD, HEAD * PANEL};
      wide_tile(q, rows, STEP, w, HEAD, NULL, scores + column, padded);
    }
    float inverse[EMBEDDING_TOKENS];
    for (ptrdiff_t t = 0; t < rows; t++) inverse[t] = softmax(scores + t * padded, rows, padded);
    for (ptrdiff_t column = 0; column < HEAD; column += OUTPUTS) {
      const Weights w = {NULL, values + column * padded, padded * PANEL};
      wide_tile(scores, rows, padded, w, rows, NULL, out + head * HEAD + column, WIDTH);
    }
    for (ptrdiff_t t = 0; t < rows; t++) {
      float *row = out + t * WIDTH + head * HEAD;
      for (int i = 0; i < HEAD; i += LANES) store(row + i, load(row + i) * inverse[t]);
    }
  }
}

const EmbeddingKernels KERNELS = {KERNELS_NAME, linear, gelu, add_norm, attend, widen};
