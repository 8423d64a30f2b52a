// What BERT's uncased tokenizer does with each character.
#ifndef CEMBEDDING_CHARACTERS_H
#define CEMBEDDING_CHARACTERS_H

#include <stddef.h>
#include <stdint.h>

enum {
  // A control or format character, or one for private use: it is as if it was not there.
  EMBEDDING_DELETED = 1,
  EMBEDDING_SPACE = 2,
  // An ideograph, which is a word by itself.
  EMBEDDING_SPACED = 4,
  // A nonspacing mark, such as an accent: it is removed after the decomposition (NFD).
  EMBEDDING_REMOVED = 8,
  EMBEDDING_PUNCTUATION = 16,
  // Its combining class is not 0: neighbours of this kind are sorted by their class.
  EMBEDDING_REORDERED = 32,
};

typedef struct {
  // Of the names above.
  uint8_t flags;
  // The number of parts, or 0 if the character stays as it is.
  uint8_t count;
  // Its decomposition in lower case, without marks.
  const uint32_t *_Nullable parts;
} EmbeddingCharacter;

// Looks up a character that is neither ASCII nor a syllable of Hangul.
EmbeddingCharacter embedding_character(uint32_t scalar);

// Returns the canonical combining class of a character with EMBEDDING_REORDERED that is not removed.
uint8_t embedding_combining_class(uint32_t scalar);

#endif
