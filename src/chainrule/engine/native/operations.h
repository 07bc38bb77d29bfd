/* The operators and methods that operations.c makes of the table's rows. */
#ifndef CHAINRULE_OPERATIONS_H
#define CHAINRULE_OPERATIONS_H

#include "../../table/native/rules.h"

#include "node.h"

#define DECLARE_UNARY(name, NUMBER, keeps_int) PyObject *apply_##name(PyObject *x);
#define DECLARE_BINARY(name, NUMBER, keeps_int) PyObject *apply_##name(PyObject *x, PyObject *y);
#define DECLARE_NOARGS(name, NUMBER, keeps_int) PyObject *method_##name(PyObject *self, PyObject *unused);
#define DECLARE_METHOD(name, NUMBER, keeps_int) \
    PyObject *method_##name(PyObject *self, PyObject *const *args, Py_ssize_t nargs, PyObject *names);
UNARY_OPERATORS(DECLARE_UNARY)
BINARY_OPERATORS(DECLARE_BINARY)
UNARY_METHODS(DECLARE_NOARGS)
BINARY_METHODS(DECLARE_METHOD)
TERNARY_METHODS(DECLARE_METHOD)
PyObject *apply_power(PyObject *x, PyObject *y, PyObject *modulus);
PyObject *apply_pos(PyObject *x);

#endif
