// x86-64 with AVX2, FMA and F16C: Intel since Haswell (2013), AMD since Excavator (2015), all of Lambda's.
#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx2,fma,f16c"))), apply_to = function)

typedef _Float16 Halves __attribute__((ext_vector_type(8), aligned(2)));

#define KERNELS embedding_avx2
#define KERNELS_NAME "avx2"
#define LANES 8
#define TILE 2
#define BLOCK_ROWS 6
#define MULTIPLY_ADD(a, b, c) __builtin_elementwise_fma(a, b, c)
#define WIDEN(p) __builtin_convertvector(*(const Halves *)(p), Vector)
#include "kernels.h"

#pragma clang attribute pop
#endif
