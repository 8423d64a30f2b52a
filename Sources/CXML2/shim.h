#pragma once
// Debian's encoding.h includes ICU's headers, which clash with Foundation's own copy of ICU: leave them out.
#include <libxml/xmlversion.h>
#undef LIBXML_ICU_ENABLED
#include <libxml/HTMLparser.h>
#include <libxml/parser.h>
#include <libxml/tree.h>
#include <libxml/xmlerror.h>
#include <libxml/xpath.h>

// xmlFree is a variable that holds a function, which mode 6 of the language refuses to read.
static inline void xml_free(void *p) { xmlFree(p); }
