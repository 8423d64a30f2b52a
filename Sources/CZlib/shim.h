#pragma once
#include <zlib.h>

// Wrappers for function-like macros, which Swift does not import. MAX_WBITS (15) is the maximum window; 16 more means the
// gzip format, a negative number a stream without header.
static inline int deflate_open_gzip(z_stream *s) {
  return deflateInit2(s, Z_DEFAULT_COMPRESSION, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
}
static inline int inflate_open_gzip(z_stream *s) { return inflateInit2(s, 16 + MAX_WBITS); }
static inline int inflate_open_zlib(z_stream *s) { return inflateInit2(s, MAX_WBITS); }
static inline int inflate_open_raw(z_stream *s) { return inflateInit2(s, -MAX_WBITS); }
