#pragma once
#include <zlib.h>

// Wrappers for function-like macros, which Swift does not import. 16 + MAX_WBITS (15): gzip format, maximum window.
static inline int deflate_open_gzip(z_stream *s, int level) {
  return deflateInit2(s, level, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
}
static inline int inflate_open_gzip(z_stream *s) { return inflateInit2(s, 16 + MAX_WBITS); }
