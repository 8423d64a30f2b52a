// Any CPU. Without an instruction for it, fp16 is widened by integer operations: its exponent and fraction, moved to those
// of an f32, are the number divided by 2^112, subnormal numbers included.
#include <stdint.h>
#include <string.h>

typedef uint16_t Halves __attribute__((ext_vector_type(4), aligned(2)));
typedef uint32_t Bits __attribute__((ext_vector_type(4)));
typedef float Widened __attribute__((ext_vector_type(4)));

static inline __attribute__((always_inline)) Widened widen_halves(const uint16_t *p) {
  const Bits half = __builtin_convertvector(*(const Halves *)p, Bits);
  const Bits magnitude = (half & 0x7FFF) << 13;
  Widened value;
  memcpy(&value, &magnitude, sizeof value);
  value *= 0x1p112f;
  Bits bits;
  memcpy(&bits, &value, sizeof bits);
  bits |= (half & 0x8000) << 16;
  memcpy(&value, &bits, sizeof value);
  return value;
}

#define KERNELS embedding_portable
#define KERNELS_NAME "portable"
#define LANES 4
#define TILE 4
#define BLOCK_ROWS 2
#define MULTIPLY_ADD(a, b, c) ((a) * (b) + (c))
#define WIDEN(p) widen_halves(p)
#include "kernels.h"
