#include <math.h>
#include <string.h>

#include "shared.h"

// The kernels for a list of instruction sets, the fastest first. NULL stands for one that this CPU does not have.
enum { CHOICES = 3 };

static void list(const EmbeddingKernels *choices[CHOICES]) {
  for (int index = 0; index < CHOICES; index++) choices[index] = NULL;
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("f16c")) {
    choices[1] = &embedding_avx2;
    if (__builtin_cpu_supports("avx512f")) choices[0] = &embedding_avx512;
  }
#elif defined(__aarch64__)
  choices[0] = &embedding_neon;
#endif
  choices[CHOICES - 1] = &embedding_portable;
}

const EmbeddingKernels *embedding_best_kernels(void) {
  const EmbeddingKernels *choices[CHOICES];
  list(choices);
  return choices[0] ? choices[0] : choices[1] ? choices[1] : choices[2];
}

const EmbeddingKernels *embedding_kernels(const char *name) {
  const EmbeddingKernels *choices[CHOICES];
  list(choices);
  for (int index = 0; index < CHOICES; index++) {
    if (choices[index] && !strcmp(choices[index]->name, name)) return choices[index];
  }
  return NULL;
}

ptrdiff_t embedding_scratch(ptrdiff_t rows) {
  const ptrdiff_t padded = embedding_padded(rows);
  return padded * (2 * EMBEDDING_HEAD_WIDTH + rows);
}

void embedding_pool(const float *x, ptrdiff_t rows, float *out) {
  for (int i = 0; i < EMBEDDING_WIDTH; i++) out[i] = 0;
  for (ptrdiff_t r = 0; r < rows; r++) {
    for (int i = 0; i < EMBEDDING_WIDTH; i++) out[i] += x[r * EMBEDDING_WIDTH + i];
  }
  double squares = 0;
  for (int i = 0; i < EMBEDDING_WIDTH; i++) squares += (double)out[i] * out[i];
  const float scale = (float)(1 / sqrt(squares));
  for (int i = 0; i < EMBEDDING_WIDTH; i++) out[i] *= scale;
}
