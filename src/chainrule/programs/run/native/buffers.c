/* Arrays from Python: anything with the buffer protocol. */

#include "machine.h"

int is_float64(const Py_buffer *view) {
    const char *format = view->format ? view->format : "B";
    if (*format == '@' || *format == '=') {
        format++;
    }
    return format[0] == 'd' && format[1] == '\0' && view->itemsize == sizeof(double);
}

/* View so many float64 numbers in C order. Returns -1 with an error and no view. */
int view_floats(PyObject *object, Py_buffer *view, uint32_t count, int flags, const char *what) {
    if (PyObject_GetBuffer(object, view, PyBUF_ND | PyBUF_FORMAT | flags) < 0) {
        return -1;
    }
    if (UNLIKELY(!is_float64(view) || view->len != (Py_ssize_t)(count * sizeof(double)) ||
                 (count > 0 && (uintptr_t)view->buf % sizeof(double) != 0))) {
        PyErr_Format(PyExc_ValueError, "%s: %u aligned float64 numbers are needed", what, count);
        PyBuffer_Release(view);
        return -1;
    }
    return 0;
}

/* View so many ints of the given size in C order. Returns NULL with an error and no view. */
const void *view_ints(PyObject *object, Py_buffer *view, Py_ssize_t size, int64_t count, int flags, const char *what) {
    if (PyObject_GetBuffer(object, view, PyBUF_ND | PyBUF_FORMAT | flags) < 0) {
        return NULL;
    }
    const char *format = view->format ? view->format : "B";
    if (strlen(format) != 1 || strchr("ilq", *format) == NULL || view->itemsize != size ||
        view->len / size != count || (count > 0 && (uintptr_t)view->buf % (uintptr_t)size != 0)) {
        PyErr_Format(PyExc_ValueError, "%s: %lld ints of %zd bytes are needed", what, (long long)count, size);
        PyBuffer_Release(view);
        return NULL;
    }
    static const int64_t none = 0; /* an empty array may be at no address */
    return count > 0 ? view->buf : &none;
}
