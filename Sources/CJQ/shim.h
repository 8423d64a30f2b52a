#pragma once
// Types only: the library is opened when the first filter runs, so there is no `link` in the module map.
#include <jq.h>
