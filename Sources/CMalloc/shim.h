#pragma once
// glibc's settings of its allocator, which Swift's module Glibc leaves out.
#include <malloc.h>
