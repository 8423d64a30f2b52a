#pragma once
#include <curl/curl.h>

// Swift cannot call the variadic curl_easy_setopt and curl_easy_getinfo: these are wrappers, one for each argument type.
static inline CURLcode curl_set_long(CURL *h, CURLoption o, long v) { return curl_easy_setopt(h, o, v); }
static inline CURLcode curl_set_offset(CURL *h, CURLoption o, curl_off_t v) { return curl_easy_setopt(h, o, v); }
static inline CURLcode curl_set_string(CURL *h, CURLoption o, const char *v) { return curl_easy_setopt(h, o, v); }
static inline CURLcode curl_set_pointer(CURL *h, CURLoption o, void *v) { return curl_easy_setopt(h, o, v); }
static inline CURLcode curl_set_list(CURL *h, CURLoption o, struct curl_slist *v) { return curl_easy_setopt(h, o, v); }
typedef size_t (*curl_data_callback)(char *, size_t, size_t, void *);
static inline CURLcode curl_set_callback(CURL *h, CURLoption o, curl_data_callback v) { return curl_easy_setopt(h, o, v); }
static inline CURLcode curl_set_seek(CURL *h, curl_seek_callback v) { return curl_easy_setopt(h, CURLOPT_SEEKFUNCTION, v); }
static inline CURLcode curl_set_open_socket(CURL *h, curl_opensocket_callback v) {
  return curl_easy_setopt(h, CURLOPT_OPENSOCKETFUNCTION, v);
}
static inline const struct sockaddr *curl_sockaddr_name(const struct curl_sockaddr *a) { return &a->addr; }
static inline CURLcode curl_set_share(CURL *h, CURLSH *v) { return curl_easy_setopt(h, CURLOPT_SHARE, v); }
static inline void curl_share_cookies(CURLSH *s) { curl_share_setopt(s, CURLSHOPT_SHARE, CURL_LOCK_DATA_COOKIE); }
static inline CURLcode curl_get_long(CURL *h, CURLINFO i, long *v) { return curl_easy_getinfo(h, i, v); }
static inline CURLcode curl_message_result(const CURLMsg *m) { return m->data.result; }

// curl looks up a host in a separate thread that cannot be stopped. Without this option, a transfer that times out still
// waits for that thread. The option exists since curl 7.87; older ones, such as that of Ubuntu 22.04, keep waiting.
static inline CURLcode curl_set_quick_exit(CURL *h) {
#if CURL_AT_LEAST_VERSION(7, 87, 0)
  return curl_easy_setopt(h, CURLOPT_QUICK_EXIT, 1L);
#else
  return CURLE_OK;
#endif
}
