/* The functions that formulas call, for the extensions. */
#ifndef CHAINRULE_IEEE_H
#define CHAINRULE_IEEE_H

#include <Python.h>

#define HAS_CBRT (PY_VERSION_HEX >= 0x030B0000)

#include "functions.h"
#include "special.h"

#endif
