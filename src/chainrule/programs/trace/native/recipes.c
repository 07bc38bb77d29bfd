/* How each operation is recorded: Python is asked at its first use. */

#include "tape.h"

struct Recipes recipes;

static void recipe_free(Recipe *recipe) {
    for (int i = 0; i < 3; i++) {
        fragment_free(&recipe->partials[i]);
    }
    for (int i = 0; i < recipe->rewrite_count; i++) {
        fragment_free(&recipe->rewrites[i].simpler);
    }
    PyMem_Free(recipe->rewrites);
    Py_XDECREF(recipe->rule);
    PyMem_Free(recipe);
}

/* Read the named tuple `Rewrite`. */
static int read_rewrite(PyObject *object, Recipe *recipe) {
    Rewrite *rewrite = &recipe->rewrites[recipe->rewrite_count];
    PyObject *simpler;
    if (!PyArg_ParseTuple(object, "idiO", &rewrite->argnum, &rewrite->number, &rewrite->op, &simpler) ||
        fragment_read(simpler, &rewrite->simpler) < 0) {
        return -1;
    }
    recipe->rewrite_count++;
    recipe->rewrite_mask |= rewrite->op < 64 ? UINT64_C(1) << rewrite->op : ~UINT64_C(0);
    return 0;
}

/* Read the named tuple `Recipe`. */
static int read_fields(PyObject *object, Recipe *recipe) {
    PyObject *value, *partials, *rewrites, *carriers;
    if (!PyArg_ParseTuple(object, "iOO!O!pppiO!p", &recipe->arity, &value, &PyTuple_Type, &partials, &PyTuple_Type, &rewrites,
                          &recipe->commutes, &recipe->is_gate, &recipe->is_switch, &recipe->kinds, &PyTuple_Type,
                          &carriers, &recipe->raises)) {
        return -1;
    }
    for (int i = 0; i < 3; i++) {
        recipe->uncarried[i] = KIND_CONDITION;
    }
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(carriers); i++) {
        long carrier = PyLong_AsLong(PyTuple_GET_ITEM(carriers, i));
        if (carrier < 0 || carrier >= recipe->arity) {
            return PyErr_Occurred() ? -1 : FAIL(PyExc_ValueError, "an operation takes its kind over from its operands");
        }
        recipe->uncarried[carrier] = 0;
    }
    if (recipe->arity < 1 || recipe->arity > 3 || PyTuple_GET_SIZE(partials) != recipe->arity) {
        return FAIL(PyExc_ValueError, "an operation needs one to three operands, and as many partials");
    }
    recipe->rewrites = new_zeros((size_t)PyTuple_GET_SIZE(rewrites), sizeof *recipe->rewrites);
    int failed = recipe->rewrites == NULL;
    for (int i = 0; i < recipe->arity && !failed; i++) {
        failed = fragment_read(PyTuple_GET_ITEM(partials, i), &recipe->partials[i]) < 0;
    }
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(rewrites) && !failed; i++) {
        failed = read_rewrite(PyTuple_GET_ITEM(rewrites, i), recipe) < 0;
    }
    return failed ? -1 : 0;
}

/* Ask Python for a recipe, unless it is known. Meanwhile other code, in other threads too, may ask for the same. */
const Recipe *recipe_read(int32_t op) {
    if (op < 2 || op >= PyList_GET_SIZE(python.rules)) {
        raise_from(python.no_operation, "(i)", op);
        return NULL;
    }
    PyObject *rule = PyList_GET_ITEM(python.rules, op);
    if (op < recipes.count && recipes.items[op] != NULL && recipes.items[op]->rule == rule) {
        return recipes.items[op];
    }
    Recipe *recipe = new_zeros(1, sizeof *recipe);
    if (recipe == NULL) {
        return NULL;
    }
    recipe->rule = Py_NewRef(rule);
    PyObject *fields = PyObject_CallFunction(python.recipe, "i", op);
    int failed = fields == NULL || read_fields(fields, recipe) < 0 || !RESERVE(recipes, op + 1 - recipes.count);
    Py_XDECREF(fields);
    if (failed) {
        recipe_free(recipe);
        return NULL;
    }
    while (recipes.count <= op) {
        recipes.items[recipes.count++] = NULL;
    }
    recipes.built_in = recipes.count < OP_COUNT ? recipes.count : OP_COUNT;
    recipes.items[op] = recipe; /* the one that was there may be in use */
    return recipe;
}

/* ---- values ----------------------------------------------------------------------------------- */

/* The value of an operation that `define` added, which Python computes. */
static int value_in_python(const Recipe *recipe, const double *x, double *out) {
    static const char *const formats[] = {"", "d", "dd", "ddd"};
    PyObject *value = PyObject_CallMethod(recipe->rule, "value", formats[recipe->arity], x[0], x[1], x[2]);
    *out = value ? PyFloat_AsDouble(value) : -1.0;
    Py_XDECREF(value);
    return *out == -1.0 && PyErr_Occurred() ? -1 : 0;
}

#define CALL_1(name) op_##name(x[0])
#define CALL_2(name) op_##name(x[0], x[1])
#define CALL_3(name) op_##name(x[0], x[1], x[2])
#define VALUE(name, NUMBER, arity) \
    case NUMBER:                   \
        *out = CALL_##arity(name); \
        return 0;

int recipe_value(const Recipe *recipe, int32_t op, const double *x, double *out) {
    switch (op) {
        ALL_ROWS(VALUE)
    default:
        return value_in_python(recipe, x, out);
    }
}
