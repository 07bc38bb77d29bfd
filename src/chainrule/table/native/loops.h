/* Arrays that are walked together, element by element in C order: the target, then the operands. They are broadcast to one
 * shape; where an axis of the target has length 1, only the last of its elements remains. */
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
    Py_ssize_t shape[MAX_AXES], index[MAX_AXES];
    Py_ssize_t strides[MAX_ARRAYS][MAX_AXES];
    Py_buffer views[MAX_ARRAYS];
} Loop;

static inline void loop_close(Loop *loop) {
    while (loop->count > 0) {
        PyBuffer_Release(&loop->views[--loop->count]);
    }
}

/* Widen the shape of a loop for a view. Returns 0 if it doesn't fit, or has elements that a loop doesn't know. */
static inline int loop_widen(Loop *loop, const Py_buffer *view) {
    int missing = loop->axes - view->ndim;
    if (missing < 0 || view->format == NULL || (strcmp(view->format, "O") != 0 && strcmp(view->format, "d") != 0)) {
        return 0;
    }
    for (int axis = 0; axis < view->ndim; axis++) {
        Py_ssize_t length = view->shape[axis], *widest = &loop->shape[missing + axis];
        if (length != 1 && *widest != 1 && length != *widest) {
            return 0;
        }
        *widest = length == 1 ? *widest : length;
    }
    return 1;
}

/* Set the strides of a view, 0 where it is broadcast. */
static inline void loop_stride(Loop *loop, int i) {
    const Py_buffer *view = &loop->views[i];
    for (int axis = 0, missing = loop->axes - view->ndim; axis < loop->axes; axis++) {
        int is_broadcast = axis < missing || view->shape[axis - missing] == 1;
        loop->strides[i][axis] = is_broadcast ? 0 : view->strides[axis - missing];
    }
    loop->at[i] = view->buf;
    loop->is_object[i] = view->format[0] == 'O';
}

/* Open arrays; the first one is written to. Returns -1 with an error, and then there is nothing to close. */
static inline int loop_open(Loop *loop, PyObject *const *arrays, Py_ssize_t count) {
    int fits = count >= 2 && count <= MAX_ARRAYS;
    loop->count = loop->is_empty = 0;
    while (fits && loop->count < count) {
        int i = loop->count, flags = i == TARGET ? PyBUF_STRIDES | PyBUF_WRITABLE : PyBUF_STRIDED_RO;
        if (PyObject_GetBuffer(arrays[i], &loop->views[i], flags | PyBUF_FORMAT) < 0) {
            loop_close(loop);
            return -1;
        }
        loop->count++;
        if (i == TARGET) {
            loop->axes = loop->views[TARGET].ndim;
            for (int axis = 0; axis < loop->axes && axis < MAX_AXES; axis++) {
                loop->shape[axis] = 1;
                loop->index[axis] = 0;
            }
        }
        fits = loop->axes <= MAX_AXES && loop_widen(loop, &loop->views[i]);
    }
    if (!fits) {
        loop_close(loop);
        PyErr_SetString(PyExc_ValueError, "a loop needs a target and one to three arrays that fit, of objects or float64");
        return -1;
    }
    for (int i = 0; i < loop->count; i++) {
        loop_stride(loop, i);
    }
    for (int axis = 0; axis < loop->axes; axis++) {
        loop->is_empty |= loop->shape[axis] == 0;
    }
    return 0;
}

/* Go to the next element; false after the last one. */
static inline int loop_next(Loop *loop) {
    for (int axis = loop->axes - 1; axis >= 0; axis--) {
        Py_ssize_t length = loop->shape[axis];
        int is_within = ++loop->index[axis] < length;
        for (int i = 0; i < loop->count; i++) {
            Py_ssize_t stride = loop->strides[i][axis];
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
    return !loop->axes || loop_step(loop) + 1 == loop->shape[loop->axes - 1];
}

#endif
