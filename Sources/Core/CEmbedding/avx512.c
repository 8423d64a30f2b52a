// x86-64 with AVX-512F: servers by Intel since 2017, by AMD since 2022.
#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx512f,avx2,fma,f16c"))), apply_to = function)

typedef _Float16 Halves __attribute__((ext_vector_type(16), aligned(2)));

#define KERNELS embedding_avx512
#define KERNELS_NAME "avx512"
#define LANES 16
#define TILE 2
#define BLOCK_ROWS 12
#define MULTIPLY_ADD(a, b, c) __builtin_elementwise_fma(a, b, c)
#define WIDEN(p) __builtin_convertvector(*(const Halves *)(p), Vector)
#include "kernels.h"

#pragma clang attribute pop
#endif
