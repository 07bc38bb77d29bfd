/* What the two extensions of programs/ share: `trace`, which records tapes, and `run`, which replays them. */
#ifndef CHAINRULE_PROGRAMS_SHARED_H
#define CHAINRULE_PROGRAMS_SHARED_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <stddef.h>
#include <stdint.h>

#include "../../table/native/rules.h"

#if defined(__GNUC__) || defined(__clang__)
#define UNLIKELY(x) __builtin_expect(!!(x), 0)
#else
#define UNLIKELY(x) (x)
#endif

/* Where the linker can choose among versions of a function, each processor gets its widest vectors. All versions give the
 * same bits: no multiply-adds (-ffp-contract=off), and each number is computed on its own. */
#if defined(__GNUC__) && !defined(__clang__) && defined(__x86_64__) && defined(__GLIBC__)
#define VERSIONS __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define VERSIONS
#endif

/* The kinds of nodes that aren't operations of the table. */
enum { INPUT = -1, CONSTANT = -2, COPY = -3, TAKE = -4, SCATTER = -5, ENTRY = -6, CALL = -7, OVERRIDE = -8 };

/* Whether nodes of a kind aren't numbers but regions of them, which ENTRY reads. */
static inline int is_region(int32_t op) {
    return op == SCATTER || op == CALL;
}

/* Set an error. Returns -1. */
#define FAIL(...) (PyErr_Format(__VA_ARGS__), -1)

static inline int out_of_memory(void) {
    PyErr_NoMemory();
    return -1;
}

/* New memory full of zeros, never empty; NULL with an error. */
static inline void *new_zeros(size_t count, size_t size) {
    void *items = PyMem_Calloc(count + 1, size);
    return items ? items : PyErr_NoMemory();
}

/* An array that grows. */
#define ARRAY(type)                 \
    struct {                        \
        type *items;                \
        Py_ssize_t count, capacity; \
    }

/* Whether an array has capacity for `more` further items, which it gets if memory allows; sets an error otherwise. */
#define RESERVE(array, more)                                                                                         \
    ((array).capacity - (array).count >= (more) ||                                                                   \
     ((array).items = array_grow((array).items, &(array).capacity, (array).count, more, sizeof *(array).items),      \
      (array).capacity - (array).count >= (more)))

static inline void *array_grow(void *items, Py_ssize_t *capacity, Py_ssize_t count, Py_ssize_t more, size_t size) {
    Py_ssize_t most = PY_SSIZE_T_MAX / (Py_ssize_t)size;
    Py_ssize_t larger = count < 16 ? 32 : count < most / 2 ? 2 * count : most;
    if (more <= most - count) {
        larger = larger < count + more ? count + more : larger;
        void *moved = PyMem_Realloc(items, (size_t)larger * size);
        if (moved != NULL) {
            *capacity = larger;
            return moved;
        }
    }
    PyErr_NoMemory();
    return items;
}

/* The position that an index selects in a table or region, counted from the end where it is negative, as in Python;
 * -1 where it isn't a whole number in range. */
static inline int64_t position(double index, uint32_t length) {
    double most = (double)length;
    if (!(index >= -most && index < most)) {
        return -1;
    }
    int64_t whole = (int64_t)index;
    if ((double)whole != index) {
        return -1;
    }
    return whole < 0 ? whole + (int64_t)length : whole;
}

/* Create an extension module and add its types, but only in the main interpreter, and only if it was built from the
 * table of operations that Python has loaded. Returns NULL with an ImportError otherwise. */
typedef int AddType(PyObject *module);
static inline PyObject *module_new(PyModuleDef *definition, AddType *const *types) {
    if (PyInterpreterState_Get() != PyInterpreterState_Main()) {
        PyErr_SetString(PyExc_ImportError, "the compiled tape works in the main interpreter only");
        return NULL;
    }
    PyObject *rules = PyImport_ImportModule("chainrule.table.rules");
    PyObject *loaded = rules ? PyObject_GetAttrString(rules, "FINGERPRINT") : NULL;
    int is_same = loaded && PyUnicode_Check(loaded) && PyUnicode_CompareWithASCIIString(loaded, FINGERPRINT) == 0;
    Py_XDECREF(loaded);
    Py_XDECREF(rules);
    if (!is_same) {
        PyErr_Clear(); /* whatever is missing, the Python code is not of this build */
        PyErr_SetString(PyExc_ImportError,
                        "the compiled tape was built from another table of operations; install again");
        return NULL;
    }
    PyObject *module = PyModule_Create(definition);
    for (; module != NULL && *types != NULL; types++) {
        if ((*types)(module) < 0) {
            Py_CLEAR(module);
        }
    }
    return module;
}

#endif
