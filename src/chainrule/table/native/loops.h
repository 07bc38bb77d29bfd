/* Arrays of one shape that are walked together, element by element in C order: the target, then the operands. */
#ifndef CHAINRULE_LOOPS_H
#define CHAINRULE_LOOPS_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <string.h>

enum { TARGET, MAX_ARRAYS = 4, MAX_AXES = 64 };

typedef struct {
    int count, axes, is_empty;
    char is_object[MAX_ARRAYS]; /* its elements are Python objects, else float64 */
    char *at[MAX_ARRAYS];       /* the current element of each array */
    Py_ssize_t index[MAX_AXES];
    Py_buffer views[MAX_ARRAYS];
} Loop;

static inline void loop_close(Loop *loop) {
    while (loop->count > 0) {
        PyBuffer_Release(&loop->views[--loop->count]);
    }
}

/* Whether an array has the shape of the first one and elements that a loop knows. */
static inline int loop_fits(const Loop *loop, const Py_buffer *view) {
    const Py_buffer *first = &loop->views[TARGET];
    if (view->ndim != first->ndim || view->ndim > MAX_AXES || view->format == NULL ||
        (strcmp(view->format, "O") != 0 && strcmp(view->format, "d") != 0)) {
        return 0;
    }
    for (int axis = 0; axis < view->ndim; axis++) {
        if (view->shape[axis] != first->shape[axis]) {
            return 0;
        }
    }
    return 1;
}

/* Open arrays; the first one is written to. Returns -1 with an error, and then there is nothing to close. */
static inline int loop_open(Loop *loop, PyObject *const *arrays, Py_ssize_t count) {
    *loop = (Loop){.count = 0};
    if (count < 2 || count > MAX_ARRAYS) {
        PyErr_SetString(PyExc_TypeError, "a loop needs a target and one to three arrays");
        return -1;
    }
    while (loop->count < count) {
        int i = loop->count, flags = i == TARGET ? PyBUF_STRIDES | PyBUF_WRITABLE : PyBUF_STRIDED_RO;
        if (PyObject_GetBuffer(arrays[i], &loop->views[i], flags | PyBUF_FORMAT) < 0) {
            loop_close(loop);
            return -1;
        }
        loop->count++;
        if (!loop_fits(loop, &loop->views[i])) {
            PyErr_SetString(PyExc_ValueError, "a loop needs arrays of one shape, of objects or of float64");
            loop_close(loop);
            return -1;
        }
        loop->at[i] = loop->views[i].buf;
        loop->is_object[i] = loop->views[i].format[0] == 'O';
    }
    loop->axes = loop->views[TARGET].ndim;
    for (int axis = 0; axis < loop->axes; axis++) {
        loop->is_empty |= loop->views[TARGET].shape[axis] == 0;
    }
    return 0;
}

/* Go to the next element; false after the last one. */
static inline int loop_next(Loop *loop) {
    for (int axis = loop->axes - 1; axis >= 0; axis--) {
        Py_ssize_t length = loop->views[TARGET].shape[axis];
        int is_within = ++loop->index[axis] < length;
        for (int i = 0; i < loop->count; i++) {
            Py_ssize_t stride = loop->views[i].strides[axis];
            loop->at[i] += is_within ? stride : stride - length * stride;
        }
        if (is_within) {
            return 1;
        }
        loop->index[axis] = 0;
    }
    return 0;
}

/* The current element of an array of objects. */
static inline PyObject *loop_object(const Loop *loop, int i) {
    PyObject *object = *(PyObject **)loop->at[i];
    return object ? object : Py_None;
}

/* The current element of an array of float64, which may lie at any address. */
static inline double loop_number(const Loop *loop, int i) {
    double number;
    memcpy(&number, loop->at[i], sizeof number);
    return number;
}

/* Write an object, whose reference is stolen. */
static inline void loop_write(const Loop *loop, PyObject *object) {
    PyObject *old = *(PyObject **)loop->at[TARGET];
    *(PyObject **)loop->at[TARGET] = object;
    Py_XDECREF(old);
}

/* The index of the current element along the last axis, and whether it is the last one there. */
static inline Py_ssize_t loop_step(const Loop *loop) {
    return loop->axes ? loop->index[loop->axes - 1] : 0;
}

static inline int loop_is_last(const Loop *loop) {
    return !loop->axes || loop_step(loop) + 1 == loop->views[TARGET].shape[loop->axes - 1];
}

#endif
