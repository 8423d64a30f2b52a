// arm64: NEON with conversion from fp16 is part of its baseline.
#if defined(__aarch64__)

typedef __fp16 Halves __attribute__((ext_vector_type(4), aligned(2)));

#define KERNELS embedding_neon
#define KERNELS_NAME "neon"
#define LANES 4
#define TILE 4
#define BLOCK_ROWS 6
#define MULTIPLY_ADD(a, b, c) __builtin_elementwise_fma(a, b, c)
#define WIDEN(p) __builtin_convertvector(*(const Halves *)(p), Vector)
#include "kernels.h"

#endif
