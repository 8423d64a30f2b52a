#include "CEmbedding.h"

// Rows with keys, rounded up to whole tiles of every instruction set.
static inline ptrdiff_t embedding_padded(ptrdiff_t rows) { return (rows + 31) / 32 * 32; }

extern const EmbeddingKernels embedding_portable, embedding_avx2, embedding_avx512, embedding_neon;
