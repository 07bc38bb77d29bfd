/* The named methods and the attributes of the type Tracer. */

#include "../../../table/native/methods.h"

#include "tape.h"

/* ---- operations ------------------------------------------------------------------------------- */

static PyObject *call_method(int op, int arity, PyObject *self, PyObject *const *args, Py_ssize_t nargs,
                             PyObject *names) {
    PyObject *operands[3] = {self, NULL, NULL}, *result = NULL;
    if (read_operands("traced number", op, arity, args, nargs, names, operands) == 0) {
        result = tracer_apply(self, op, operands, arity);
    }
    Py_XDECREF(operands[1]);
    Py_XDECREF(operands[2]);
    return result;
}

#define UNARY_METHOD(name, NUMBER, keeps_int)                                     \
    static PyObject *tracer_##name(PyObject *self, PyObject *Py_UNUSED(unused)) { \
        return tracer_apply(self, NUMBER, &self, 1);                              \
    }
UNARY_METHODS(UNARY_METHOD)
#define METHOD(name, NUMBER, arity)                                                                  \
    static PyObject *tracer_##name(PyObject *self, PyObject *const *args, Py_ssize_t nargs, PyObject *names) { \
        return call_method(NUMBER, arity, self, args, nargs, names);                                 \
    }
#define BINARY_METHOD(name, NUMBER, keeps_int) METHOD(name, NUMBER, 2)
#define TERNARY_METHOD(name, NUMBER, keeps_int) METHOD(name, NUMBER, 3)
BINARY_METHODS(BINARY_METHOD)
TERNARY_METHODS(TERNARY_METHOD)

/* tracer._apply_or_raise(number, x, y, z): the operation with this number in RULES. */
static PyObject *tracer_method(PyObject *self, PyObject *const *args, Py_ssize_t count) {
    if (count < 2 || count > 4) {
        PyErr_SetString(PyExc_TypeError, "_apply_or_raise needs the number of a rule and one to three operands");
        return NULL;
    }
    Py_ssize_t op = PyNumber_AsSsize_t(args[0], NULL);
    if (op == -1 && PyErr_Occurred()) {
        return NULL;
    }
    op = op > INT32_MAX ? INT32_MAX : op < -1 ? -1 : op;
    return tracer_apply(self, (int32_t)op, args + 1, count - 1);
}

/* ---- what every number has -------------------------------------------------------------------- */

PyObject *tracer_repr(PyObject *Py_UNUSED(self)) {
    return PyUnicode_FromString("<tracer>");
}

static PyObject *tracer_no_digits(PyObject *Py_UNUSED(self), PyObject *Py_UNUSED(protocol)) {
    raise_from(python.no_digits, "()");
    return NULL;
}

static PyObject *tracer_format(PyObject *self, PyObject *spec) {
    int is_empty = PyUnicode_Check(spec) && PyUnicode_GetLength(spec) == 0;
    return is_empty ? PyObject_Repr(self) : tracer_no_digits(self, NULL);
}

/* An attribute of plain numbers or Values that a tracer doesn't have. */
static PyObject *no_attribute(PyObject *Py_UNUSED(self), void *name) {
    raise_from(python.no_attribute, "(s)", (const char *)name);
    return NULL;
}

PyObject *tracer_not_a_number(PyObject *Py_UNUSED(self)) {
    raise_from(python.not_a_number, "()");
    return NULL;
}

static PyObject *tracer_complex(PyObject *self, PyObject *Py_UNUSED(unused)) {
    return tracer_not_a_number(self);
}

static PyObject *tracer_integer_ratio(PyObject *self, PyObject *Py_UNUSED(unused)) {
    return tracer_not_a_number(self);
}

static PyObject *tracer_is_integer(PyObject *self, PyObject *Py_UNUSED(unused)) {
    PyObject *whole = tracer_apply(self, OP_FLOOR, &self, 1);
    PyObject *rest = whole ? tracer_apply(self, OP_SUB, (PyObject *[]){self, whole}, 2) : NULL;
    PyObject *zero = rest ? PyFloat_FromDouble(0.0) : NULL;
    PyObject *result = zero ? tracer_apply(self, OP_EQ, (PyObject *[]){rest, zero}, 2) : NULL;
    Py_XDECREF(whole);
    Py_XDECREF(rest);
    Py_XDECREF(zero);
    return result;
}

static PyObject *tracer_copy(PyObject *self, PyObject *Py_UNUSED(unused)) {
    return Py_NewRef(self);
}

static PyObject *tracer_to_floor(PyObject *self, PyObject *Py_UNUSED(unused)) {
    return tracer_round(self, OP_FLOOR);
}

static PyObject *tracer_to_ceil(PyObject *self, PyObject *Py_UNUSED(unused)) {
    return tracer_round(self, OP_CEIL);
}

static PyObject *tracer_to_zero(PyObject *self, PyObject *Py_UNUSED(unused)) {
    return tracer_round(self, OP_WHERE);
}

#define UNARY(method, name) {#method, tracer_##name, METH_NOARGS, DOC_##name},
#define MORE(method, name) \
    {#method, (PyCFunction)(void (*)(void))tracer_##name, METH_FASTCALL | METH_KEYWORDS, DOC_##name},
#define UNARY_ROW(name, NUMBER, keeps_int) UNARY(name, name)
#define MORE_ROW(name, NUMBER, keeps_int) MORE(name, name)
PyMethodDef tracer_methods[] = {
    UNARY_METHODS(UNARY_ROW) BINARY_METHODS(MORE_ROW) TERNARY_METHODS(MORE_ROW) UNARY_ALIASES(UNARY) BINARY_ALIASES(MORE) TERNARY_ALIASES(MORE)
    {"_apply_or_raise", (PyCFunction)(void (*)(void))tracer_method, METH_FASTCALL,
     "Apply the rule with this number; raise if an operand isn't a number."},
    {"_elementwise", (PyCFunction)(void (*)(void))tracer_elementwise, METH_FASTCALL,
     "Apply the rule with this number to arrays, element by element."},
    {"_inner", (PyCFunction)(void (*)(void))tracer_inner, METH_FASTCALL, "Sum up products along the last axis."},
    {"__array_ufunc__", (PyCFunction)(void (*)(void))tracer_array_ufunc, METH_FASTCALL | METH_KEYWORDS, NULL},
    {"__complex__", tracer_complex, METH_NOARGS, NULL},
    {"__format__", tracer_format, METH_O, NULL},
    {"__reduce__", tracer_no_digits, METH_NOARGS, NULL},
    {"__reduce_ex__", tracer_no_digits, METH_O, NULL},
    {"as_integer_ratio", tracer_integer_ratio, METH_NOARGS, "Raise, as float does."},
    {"is_integer", tracer_is_integer, METH_NOARGS, "Whether it is a whole number, as a condition."},
    {"__floor__", tracer_to_floor, METH_NOARGS, NULL},
    {"__ceil__", tracer_to_ceil, METH_NOARGS, NULL},
    {"__trunc__", tracer_to_zero, METH_NOARGS, NULL},
    {"conjugate", tracer_copy, METH_NOARGS, "The number itself; NumPy calls it."},
    {"__copy__", tracer_copy, METH_NOARGS, NULL},
    {"__deepcopy__", tracer_copy, METH_O, NULL},
    {NULL, NULL, 0, NULL}};

PyGetSetDef tracer_attributes[] = {
    {"data", no_attribute, NULL, NULL, "data"},
    {"item", no_attribute, NULL, NULL, "item"},
    {"tolist", no_attribute, NULL, NULL, "tolist"},
    {"hex", no_attribute, NULL, NULL, "hex"},
    {NULL, NULL, NULL, NULL, NULL}};

PyMemberDef tracer_members[] = {
    {"tape", T_OBJECT_EX, offsetof(Tracer, tape), READONLY, "The recording that it belongs to."},
    {"kind", T_INT, offsetof(Tracer, kind), READONLY, "Its kind, one of those in kinds.py."},
    {"node", T_INT, offsetof(Tracer, node), READONLY, "Its node there."},
    {NULL, 0, 0, 0, NULL}};
