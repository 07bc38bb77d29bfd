/* The operands of a method of a Value or of a tracer. */
#ifndef CHAINRULE_METHODS_H
#define CHAINRULE_METHODS_H

#include <Python.h>

#include <string.h>

#include "rules.h"

/* Which operand of an operation a keyword names; 0 for none. */
static inline int operand_named(int number, const char *name) {
#define KEYWORD(NUMBER, word, argnum)                    \
    if (number == NUMBER && strcmp(name, word) == 0) {   \
        return argnum;                                   \
    }
    KEYWORDS(KEYWORD)
    return name[0] && !name[1] ? name[0] - 'x' : 0;
}

/* An operand that was left out, as a new reference; NULL if it may not be. */
static inline PyObject *operand_default(int number, int argnum) {
#define DEFAULT(NUMBER, position, value)               \
    if (number == NUMBER && argnum == position) {      \
        return PyFloat_FromDouble(value);              \
    }
    DEFAULTS(DEFAULT)
    return NULL;
}

/* Write the operands that come by position or by name behind the first one, which is there, or that have a default.
 * Each becomes a new reference. Returns -1 with an error. */
static inline int read_operands(const char *owner, int number, int arity, PyObject *const *args, Py_ssize_t nargs,
                                PyObject *names, PyObject **operands) {
    Py_ssize_t named = names ? PyTuple_GET_SIZE(names) : 0;
    int fits = nargs + named < arity;
    for (Py_ssize_t i = 0; i < nargs + named && fits; i++) {
        const char *name = i < nargs ? NULL : PyUnicode_AsUTF8(PyTuple_GET_ITEM(names, i - nargs));
        Py_ssize_t argnum = i < nargs ? i + 1 : name ? operand_named(number, name) : 0;
        fits = argnum >= 1 && argnum < arity && operands[argnum] == NULL;
        if (fits) {
            operands[argnum] = Py_NewRef(args[i]);
        }
    }
    for (int i = 1; i < arity && fits; i++) {
        operands[i] = operands[i] ? operands[i] : operand_default(number, i);
        fits = operands[i] != NULL;
    }
    if (!fits && !PyErr_Occurred()) {
        PyErr_Format(PyExc_TypeError, "this operation of a %s takes %d more operand%s, as %s", owner, arity - 1,
                     arity == 2 ? "" : "s", arity == 2 ? "y" : "y and z");
    }
    return fits ? 0 : -1;
}

#endif
