/* What recording needs to know of an operation, asked of Python when it is first met; and what C shares with Python. */

#include "tape.h"

struct Taping taping;

/* Raise the error that a Python function makes. Returns -1. */
int raise_of(PyObject *maker, const char *format, ...) {
    va_list values;
    va_start(values, format);
    PyObject *arguments = Py_VaBuildValue(format, values);
    va_end(values);
    PyObject *error = arguments ? PyObject_CallObject(maker, arguments) : NULL;
    if (error != NULL) {
        PyErr_SetObject((PyObject *)Py_TYPE(error), error);
    }
    Py_XDECREF(error);
    Py_XDECREF(arguments);
    return -1;
}

static PyObject *part_of(const char *module, const char *name) {
    PyObject *home = PyErr_Occurred() ? NULL : PyImport_ImportModule(module);
    PyObject *part = home ? PyObject_GetAttrString(home, name) : NULL;
    Py_XDECREF(home);
    return part;
}

/* Look up what C uses of Python. */
int python_load(PyObject *Py_UNUSED(module)) {
    static const char rules[] = "chainrule.table.rules", node[] = "chainrule.engine.node", tape[] = "chainrule.programs.trace.tape",
                      trouble[] = "chainrule.programs.trace.refusals";
    PyObject *most_guards = part_of(tape, "MOST_GUARDS");
    taping = (struct Taping){
        .rules = part_of(rules, "RULES"),
        .recipe = part_of("chainrule.programs.trace.recipes", "recipe"),
        .no_number = part_of(tape, "no_number"),
        .no_operation = part_of(tape, "no_operation"),
        .no_region = part_of(tape, "no_region"),
        .no_entry = part_of(tape, "no_entry"),
        .no_length = part_of(tape, "no_length"),
        .no_position = part_of(tape, "no_position"),
        .too_many_guards = part_of(tape, "too_many_guards"),
        .arrays = part_of(tape, "Arrays"),
        .array = part_of("array", "array"),
        .is_value = part_of(node, "is_value"),
        .operand_number = part_of(node, "operand_number"),
        .wrong_operand = part_of(node, "wrong_operand"),
        .mixed = part_of(trouble, "mixed"),
        .escaped = part_of(trouble, "escaped"),
        .not_hashable = part_of(trouble, "not_hashable"),
        .not_a_number = part_of(trouble, "not_a_number"),
        .not_an_index = part_of(trouble, "not_an_index"),
        .unpaired = part_of("chainrule.programs.derive.derivatives", "unpaired"),
        .most_guards = most_guards ? PyLong_AsLong(most_guards) : 0,
    };
    Py_XDECREF(most_guards);
    if (PyErr_Occurred() || !PyList_Check(taping.rules)) {
        PyErr_Clear();
        PyErr_SetString(PyExc_ImportError, "the compiled tape was built for other sources; install again");
        return -1;
    }
    return 0;
}

/* ---- fragments ------------------------------------------------------------------------------------------------ */

void fragment_free(Fragment *fragment) {
    PyMem_Free(fragment->constants);
    PyMem_Free(fragment->code);
    *fragment = (Fragment){0};
}

/* Read an int from `least` to `most - 1`. */
static int read_int(PyObject *x, long least, long most, int32_t *number) {
    long read = PyLong_AsLong(x);
    if (read == -1 && PyErr_Occurred()) {
        return -1;
    }
    if (read < least || read >= most) {
        PyErr_Format(PyExc_ValueError, "a fragment or recipe needs an int from %ld to %ld, but has %ld", least,
                     most - 1, read);
        return -1;
    }
    *number = (int32_t)read;
    return 0;
}

static int read_constants(PyObject *constants, Fragment *made) {
    made->constant_count = (int32_t)PyTuple_GET_SIZE(constants);
    made->constants = PyMem_Calloc((size_t)made->constant_count + 1, sizeof(double));
    if (made->constants == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    for (int32_t i = 0; i < made->constant_count; i++) {
        made->constants[i] = PyFloat_AsDouble(PyTuple_GET_ITEM(constants, i));
        if (made->constants[i] == -1.0 && PyErr_Occurred()) {
            return -1;
        }
    }
    return 0;
}

static int read_code(PyObject *code, Fragment *made) {
    int32_t count = (int32_t)PyTuple_GET_SIZE(code), before = LOCALS + made->constant_count;
    made->code = PyMem_Calloc((size_t)count + 1, sizeof(Assignment));
    if (made->code == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    for (int32_t i = 0; i < count; i++) {
        PyObject *item = PySequence_Tuple(PyTuple_GET_ITEM(code, i));
        int fits = item != NULL && PyTuple_GET_SIZE(item) == 4;
        if (item != NULL && !fits) {
            PyErr_SetString(PyExc_ValueError, "the code of a fragment has a rule and three locals in each item");
        }
        fits = fits && read_int(PyTuple_GET_ITEM(item, 0), INT32_MIN, INT32_MAX, &made->code[i].op) == 0;
        for (int k = 0; k < 3 && fits; k++) {
            fits = read_int(PyTuple_GET_ITEM(item, k + 1), -1, before + i, &made->code[i].places[k]) == 0;
        }
        Py_XDECREF(item);
        if (!fits) {
            return -1;
        }
    }
    made->code_count = count;
    return 0;
}

/* Read a Fragment of Python's. Where it fails, nothing is left to be freed. */
int fragment_read(PyObject *given, Fragment *made) {
    *made = (Fragment){0};
    PyObject *all = PySequence_Tuple(given), *constants = NULL, *code = NULL;
    if (all != NULL && PyTuple_GET_SIZE(all) != 3) {
        PyErr_SetString(PyExc_ValueError, "a fragment has constants, code and a result");
    } else if (all != NULL) {
        constants = PySequence_Tuple(PyTuple_GET_ITEM(all, 0));
        code = constants ? PySequence_Tuple(PyTuple_GET_ITEM(all, 1)) : NULL;
    }
    if (code != NULL && PyTuple_GET_SIZE(constants) + PyTuple_GET_SIZE(code) > INT32_MAX - LOCALS) {
        PyErr_SetString(PyExc_OverflowError, "the fragment is too long");
    }
    int failed = code == NULL || PyErr_Occurred() || read_constants(constants, made) < 0 || read_code(code, made) < 0 ||
                 read_int(PyTuple_GET_ITEM(all, 2), 0, LOCALS + made->constant_count + made->code_count,
                          &made->result) < 0;
    Py_XDECREF(constants);
    Py_XDECREF(code);
    Py_XDECREF(all);
    if (failed) {
        fragment_free(made);
        return -1;
    }
    return 0;
}

/* ---- recipes -------------------------------------------------------------------------------------------------- */

struct Recipes recipes;

static void recipe_free(Recipe *row) {
    for (int i = 0; i < 3; i++) {
        fragment_free(&row->partials[i]);
    }
    for (int i = 0; i < row->rewrite_count; i++) {
        fragment_free(&row->rewrites[i].to);
    }
    PyMem_Free(row->rewrites);
    Py_XDECREF(row->rule);
    PyMem_Free(row);
}

static int read_rewrite(PyObject *given, Recipe *row, Rewrite *made) {
    PyObject *place = PyObject_GetAttrString(given, "place"), *number = PyObject_GetAttrString(given, "number");
    PyObject *op = PyObject_GetAttrString(given, "op"), *to = PyObject_GetAttrString(given, "fragment");
    int failed = PyErr_Occurred() || read_int(place, 0, row->arity, &made->place) < 0 ||
                 read_int(op, 0, INT32_MAX, &made->op) < 0 ||
                 ((made->number = PyFloat_AsDouble(number)) == -1.0 && PyErr_Occurred()) ||
                 fragment_read(to, &made->to) < 0;
    row->rewritten |= made->op < 64 ? 1ULL << made->op : ~0ULL;
    Py_XDECREF(place);
    Py_XDECREF(number);
    Py_XDECREF(op);
    Py_XDECREF(to);
    return failed ? -1 : 0;
}

static int read_flag(PyObject *given, const char *name) {
    PyObject *flag = PyObject_GetAttrString(given, name);
    int answer = flag ? PyObject_IsTrue(flag) : -1;
    Py_XDECREF(flag);
    return answer;
}

static PyObject *read_tuple(PyObject *given, const char *name) {
    PyObject *found = PyObject_GetAttrString(given, name), *tuple = found ? PySequence_Tuple(found) : NULL;
    Py_XDECREF(found);
    return tuple;
}

static int read_recipe(PyObject *given, Recipe *row) {
    PyObject *partials = read_tuple(given, "partials"), *rewrites = partials ? read_tuple(given, "rewrites") : NULL;
    int failed = rewrites == NULL || (row->commutes = read_flag(given, "commutes")) < 0 ||
                 (row->is_gate = read_flag(given, "is_gate")) < 0;
    row->arity = failed ? 0 : (int)PyTuple_GET_SIZE(partials);
    if (!failed && (row->arity < 1 || row->arity > 3)) {
        PyErr_SetString(PyExc_ValueError, "an operation has one to three operands");
        failed = 1;
    }
    for (int i = 0; i < row->arity && !failed; i++) {
        failed = fragment_read(PyTuple_GET_ITEM(partials, i), &row->partials[i]) < 0;
    }
    Py_ssize_t count = failed ? 0 : PyTuple_GET_SIZE(rewrites);
    row->rewrites = PyMem_Calloc((size_t)count + 1, sizeof(Rewrite));
    if (row->rewrites == NULL) {
        PyErr_NoMemory();
        failed = 1;
    }
    for (Py_ssize_t i = 0; i < count && !failed; i++) {
        failed = read_rewrite(PyTuple_GET_ITEM(rewrites, i), row, &row->rewrites[i]) < 0;
        row->rewrite_count += !failed;
    }
    Py_XDECREF(partials);
    Py_XDECREF(rewrites);
    return failed ? -1 : 0;
}

/* Ask Python, unless that was done before. What runs meanwhile, in other threads too, may ask the same. */
const Recipe *recipe_ask(int32_t op) {
    if (op < 2 || op >= PyList_GET_SIZE(taping.rules)) {
        raise_of(taping.no_operation, "(i)", op);
        return NULL;
    }
    PyObject *rule = PyList_GET_ITEM(taping.rules, op);
    if (op < recipes.count && recipes.items[op] != NULL && recipes.items[op]->rule == rule) {
        return recipes.items[op];
    }
    Recipe *row = PyMem_Calloc(1, sizeof(Recipe));
    if (row == NULL) {
        return (const Recipe *)PyErr_NoMemory();
    }
    row->rule = Py_NewRef(rule);
    PyObject *given = PyObject_CallFunction(taping.recipe, "i", op);
    int failed = given == NULL || read_recipe(given, row) < 0 || !RESERVE(recipes, op + 1 - recipes.count);
    Py_XDECREF(given);
    if (failed) {
        recipe_free(row);
        return NULL;
    }
    while (recipes.count <= op) {
        recipes.items[recipes.count++] = NULL;
    }
    recipes.built_in = recipes.count < OP_COUNT ? recipes.count : OP_COUNT;
    recipes.items[op] = row; /* the one that stood there may be in use */
    return row;
}

/* ---- values --------------------------------------------------------------------------------------------------- */

static int value_defined(const Recipe *row, const double *x, double *out) {
    PyObject *arguments[3] = {NULL}, *function = PyObject_GetAttrString(row->rule, "value"), *value = NULL;
    int failed = function == NULL;
    for (int i = 0; i < row->arity && !failed; i++) {
        failed = (arguments[i] = PyFloat_FromDouble(x[i])) == NULL;
    }
    if (!failed) {
        value = PyObject_Vectorcall(function, arguments, (size_t)row->arity, NULL);
        failed = value == NULL || ((*out = PyFloat_AsDouble(value)) == -1.0 && PyErr_Occurred());
    }
    for (int i = 0; i < row->arity; i++) {
        Py_XDECREF(arguments[i]);
    }
    Py_XDECREF(function);
    Py_XDECREF(value);
    return failed ? -1 : 0;
}

#define CALL_1(name) op_##name(x[0])
#define CALL_2(name) op_##name(x[0], x[1])
#define CALL_3(name) op_##name(x[0], x[1], x[2])
#define VALUE(name, NUMBER, arity)    \
    case NUMBER:                      \
        *out = CALL_##arity(name);    \
        return 0;

/* The result of an operation. Rows of the table never fail; what `define` made is Python's to compute. */
int recipe_value(const Recipe *row, int32_t op, const double *x, double *out) {
    switch (op) {
        ALL_ROWS(VALUE)
    default:
        return value_defined(row, x, out);
    }
}
