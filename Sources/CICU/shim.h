#pragma once
// Declares the three functions of ICU that are used, because its own headers conflict with Foundation's copy of ICU. The
// names of the symbols end with ICU's version.
#include <stdint.h>
#include <unicode/uvernum.h>

#define ICU_TEXT(token) #token
#define ICU_EXPANDED(token) ICU_TEXT(token)
#define ICU_SYMBOL(name) __asm__(#name ICU_EXPANDED(U_ICU_VERSION_SUFFIX))

typedef struct icu_converter icu_converter;

// Errors are positive; zero and warnings are not.
icu_converter *icu_open(const char *name, int32_t *error) ICU_SYMBOL(ucnv_open);
void icu_close(icu_converter *converter) ICU_SYMBOL(ucnv_close);
// Returns the number of UTF-16 code units. U+FFFD or U+001A stands for bytes without a character.
int32_t icu_to_utf16(icu_converter *converter, uint16_t *target, int32_t capacity, const char *source, int32_t length,
                     int32_t *error) ICU_SYMBOL(ucnv_toUChars);
