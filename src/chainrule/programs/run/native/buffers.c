/* Arrays from Python: anything with the buffer protocol. */

#include "machine.h"

/* Whether the format of an array is one of these letters, for numbers of this size. */
int has_format(const Py_buffer *view, const char *letters, Py_ssize_t size) {
    const char *format = view->format ? view->format : "B";
    if (*format == '@' || *format == '=') {
        format++;
    }
    return format[0] != '\0' && format[1] == '\0' && strchr(letters, format[0]) != NULL && view->itemsize == size;
}

/* With constant letters and size, this becomes a few comparisons. */
static inline int view_numbers(PyObject *object, Py_buffer *view, const char *letters, Py_ssize_t size, int64_t count,
                               int flags, const char *what) {
    if (PyObject_GetBuffer(object, view, PyBUF_ND | PyBUF_FORMAT | flags) < 0) {
        return -1;
    }
    if (UNLIKELY(!has_format(view, letters, size) || view->len / size != count ||
                 (count > 0 && (uintptr_t)view->buf % (uintptr_t)size != 0))) {
        PyErr_Format(PyExc_ValueError, "%s: %lld aligned %s of %zd bytes are needed", what, (long long)count,
                     *letters == 'd' ? "floats" : "ints", size);
        PyBuffer_Release(view);
        return -1;
    }
    return 0;
}

/* View so many float64 numbers in C order. Returns -1 with an error and no view. */
int view_floats(PyObject *object, Py_buffer *view, uint32_t count, int flags, const char *what) {
    return view_numbers(object, view, "d", sizeof(double), count, flags, what);
}

/* View so many ints of a size in C order. Returns -1 with an error and no view. */
int view_ints(PyObject *object, Py_buffer *view, Py_ssize_t size, int64_t count, int flags, const char *what) {
    return view_numbers(object, view, "ilq", size, count, flags, what);
}
