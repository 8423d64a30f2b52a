#pragma once
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

// Wrappers for function-like macros, which Swift does not import.
static inline long SSL_CTX_require_tls12(SSL_CTX *c) { return SSL_CTX_set_min_proto_version(c, TLS1_2_VERSION); }
static inline long SSL_set_server_name(SSL *s, const char *name) { return SSL_set_tlsext_host_name(s, name); }
