// The inner loops of Core/Embedding: matrix products of fp16 weights with f32 activations, and what is between them.
// One source, kernels.h, is compiled for several instruction sets; embedding_best_kernels() chooses by the CPU.
#ifndef CEMBEDDING_H
#define CEMBEDDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "characters.h"

// The shape of all-MiniLM-L6-v2. A file of weights of another shape is refused when it is opened.
enum {
  EMBEDDING_WIDTH = 384,
  EMBEDDING_HEADS = 12,
  EMBEDDING_HEAD_WIDTH = EMBEDDING_WIDTH / EMBEDDING_HEADS,
  // The longest text, in tokens.
  EMBEDDING_TOKENS = 256,
  // Outputs of a panel: the weights of 16 outputs for the first input, then those for the second, and so on.
  EMBEDDING_PANEL = 16,
};

typedef struct {
  // avx512, avx2, neon or portable.
  const char *_Nonnull name;
  // Multiplies each row of inputs with weights in panels, and adds the bias. inputs is a multiple of EMBEDDING_WIDTH,
  // outputs of 32.
  void (*_Nonnull linear)(
    const float *_Nonnull x, ptrdiff_t rows, ptrdiff_t inputs, const uint16_t *_Nonnull weights, ptrdiff_t outputs,
    const float *_Nonnull bias, float *_Nonnull out);
  // Replaces each number by its GELU, in the exact form with erf, to 1e-7. count is a multiple of 16.
  void (*_Nonnull gelu)(float *_Nonnull x, ptrdiff_t count);
  // Adds y to x, a row at a time, and normalizes the sum. y may be NULL.
  void (*_Nonnull add_norm)(
    float *_Nonnull x, const float *_Nullable y, ptrdiff_t rows, const float *_Nonnull gain,
    const float *_Nonnull bias);
  // Self-attention of all heads, for at most EMBEDDING_TOKENS rows. A row of qkv has queries, keys and values. scratch holds embedding_scratch(rows).
  void (*_Nonnull attend)(
    const float *_Nonnull qkv, ptrdiff_t rows, float *_Nonnull scratch, float *_Nonnull out);
  // Widens fp16 numbers to f32. count is a multiple of 16.
  void (*_Nonnull widen)(const uint16_t *_Nonnull halves, ptrdiff_t count, float *_Nonnull out);
} EmbeddingKernels;

// Returns the fastest kernels that this CPU can run.
const EmbeddingKernels *_Nonnull embedding_best_kernels(void);

// Returns the kernels for an instruction set, or NULL if this CPU does not have it.
const EmbeddingKernels *_Nullable embedding_kernels(const char *_Nonnull name);

// Returns the number of floats that attend needs as scratch.
ptrdiff_t embedding_scratch(ptrdiff_t rows);

// The mean of all rows, with a Euclidean length of 1.
void embedding_pool(const float *_Nonnull x, ptrdiff_t rows, float *_Nonnull out);

#endif
