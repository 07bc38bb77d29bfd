/* Calls of functions outside. They need the global interpreter lock, which a run of a plan with calls keeps. */

#include "machine.h"

/* The numbers of the operands in so many rows, as bytes; row after row. */
static PyObject *gather(const Span *call, const uint32_t *operands, uint32_t lanes, const int32_t *rows, uint32_t row_count,
                        const double *slots) {
    PyObject *bytes = PyBytes_FromStringAndSize(NULL, (Py_ssize_t)(row_count * (size_t)call->count * sizeof(double)));
    char *to = bytes ? PyBytes_AS_STRING(bytes) : NULL;
    for (uint32_t k = 0; bytes != NULL && k < row_count; k++) {
        size_t row = rows ? (size_t)rows[k] : 0;
        for (uint32_t i = call->first; i < call->first + call->count; i++) {
            memcpy(to, &slots[(size_t)operands[i] * lanes + row], sizeof(double));
            to += sizeof(double);
        }
    }
    return bytes;
}

/* Write the results to the region, whose first slot is not a result. Returns RAISED with an error if there are too few. */
static int spread(const Span *call, PyObject *results, uint32_t lanes, const int32_t *rows, uint32_t row_count,
                  uint32_t region, double *slots) {
    char *from;
    Py_ssize_t size, needed = (Py_ssize_t)(row_count * (size_t)call->length * sizeof(double));
    if (PyBytes_AsStringAndSize(results, &from, &size) < 0) {
        return RAISED;
    }
    if (size != needed) {
        PyErr_Format(PyExc_ValueError, "a call needs to return %zd bytes, but returned %zd", needed, size);
        return RAISED;
    }
    for (uint32_t k = 0; k < row_count; k++) {
        size_t row = rows ? (size_t)rows[k] : 0;
        slots[(size_t)region * lanes + row] = 0.0;
        for (uint32_t i = 1; i <= call->length; i++) {
            memcpy(&slots[(size_t)(region + i) * lanes + row], from, sizeof(double));
            from += sizeof(double);
        }
    }
    return DONE;
}

/* Call a function for some rows of a block, or, without `rows`, at a point. Returns DONE, or RAISED with an error. */
int call_function(const Plan *plan, uint32_t id, const uint32_t *operands, uint32_t lanes, const int32_t *rows,
                  uint32_t row_count, uint32_t region, double *slots) {
    const Span *call = &plan->calls[id];
    PyObject *numbers = gather(call, operands, lanes, rows, row_count, slots), *results = NULL;
    if (numbers != NULL) {
        results = PyObject_CallMethod(plan->functions[id], "run", "IO", row_count, numbers);
        Py_DECREF(numbers);
    }
    int code = results ? spread(call, results, lanes, rows, row_count, region, slots) : RAISED;
    Py_XDECREF(results);
    return code;
}
