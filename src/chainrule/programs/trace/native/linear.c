/* The type Linear: the derivative of some nodes of a tape as a linear map.
 *
 * Each number that moves with the inputs is a variable, a sum of others times partials, which are nodes of the tape. So the
 * tape grows by the partials only, and not by a tangent for each variable and direction.
 */
#include "linear.h"

/* State while a map is made. */
typedef struct {
    Linear *linear;
    Tape *tape;
    int32_t *variable_of;    /* of each node: its variable, or -1 */
    ARRAY(int32_t) weight_of; /* of each node: its index among the partials plus 1, or 0 */
} Making;

/* The weight of a partial: its index among the partials, or ~index among the constants; FAILED - 1 with an error. */
static int64_t weight_of(Making *making, int32_t partial) {
    Linear *linear = making->linear;
    if (tape_is_constant(making->tape, partial)) {
        if (!RESERVE(linear->constants, 1)) {
            return INT64_MIN;
        }
        linear->constants.items[linear->constants.count] = making->tape->nodes.items[partial].value;
        return ~(int64_t)linear->constants.count++;
    }
    Py_ssize_t more = (Py_ssize_t)partial + 1 - making->weight_of.count;
    if (more > 0) {
        if (!RESERVE(making->weight_of, more)) {
            return INT64_MIN;
        }
        memset(making->weight_of.items + making->weight_of.count, 0, (size_t)more * sizeof(int32_t));
        making->weight_of.count += more;
    }
    int32_t *known = &making->weight_of.items[partial];
    if (*known == 0) {
        if (!RESERVE(linear->partials, 1)) {
            return INT64_MIN;
        }
        linear->partials.items[linear->partials.count++] = partial;
        *known = (int32_t)linear->partials.count;
    }
    return *known - 1;
}

/* Append a term of the newest variable. Returns -1 with an error. */
static int add_term(Making *making, Variable *variable, int32_t source, int32_t partial) {
    Linear *linear = making->linear;
    int64_t weight = weight_of(making, partial);
    if (weight == INT64_MIN || !RESERVE(linear->terms, 1)) {
        return -1;
    }
    if (weight >= 0 || !(linear->variables.items[source].flags & IS_STATIC)) {
        variable->flags &= ~IS_STATIC;
    }
    linear->terms.items[linear->terms.count++] = (Term){source, (int32_t)weight};
    variable->count++;
    return 0;
}

static int32_t add_variable(Linear *linear, Variable variable) {
    if (!RESERVE(linear->variables, 1)) {
        return FAILED;
    }
    linear->variables.items[linear->variables.count] = variable;
    return (int32_t)linear->variables.count++;
}

/* The variable of an operation; NOTHING if it doesn't move. */
static int32_t of_operation(Making *making, int32_t node) {
    Node it = making->tape->nodes.items[node];
    const Recipe *recipe = recipe_of(it.op);
    Variable variable = {making->linear->terms.count, 0, IS_STATIC};
    if (recipe == NULL) {
        return FAILED;
    }
    variable.flags |= (recipe->is_gate ? IS_GATE : 0) | (recipe->is_switch ? IS_SWITCH : 0);
    for (int k = 0; k < recipe->arity; k++) {
        int32_t source = making->variable_of[it.operands[k]];
        if (source < 0) {
            continue;
        }
        int32_t partial = tape_expand(making->tape, &recipe->partials[k], it.operands, node);
        if (partial < 0 || (!is_zero(making->tape, partial) && add_term(making, &variable, source, partial) < 0)) {
            return FAILED;
        }
    }
    return variable.count > 0 ? add_variable(making->linear, variable) : NOTHING;
}

/* The variable of a node; NOTHING if it doesn't move. Sets `is_simple` to 0 for a node whose terms change from run to run. */
static int32_t of_node(Making *making, int32_t node, int *is_simple) {
    Node it = making->tape->nodes.items[node];
    if (it.op > OP_OWN) {
        return of_operation(making, node);
    }
    if (it.op == COPY) {
        return making->variable_of[it.x] < 0 ? NOTHING : making->variable_of[it.x];
    }
    *is_simple &= it.op == INPUT || it.op == CONSTANT;
    return NOTHING;
}

static int make(Making *making, const int32_t *wrt, const int32_t *outputs, int *is_simple) {
    Linear *linear = making->linear;
    int32_t end = 0, first = INT32_MAX;
    for (Py_ssize_t i = 0; i < linear->output_count; i++) {
        end = outputs[i] >= end ? outputs[i] + 1 : end;
    }
    Py_ssize_t size = making->tape->nodes.count;
    if ((making->variable_of = new_zeros((size_t)size, sizeof(int32_t))) == NULL) {
        return -1;
    }
    memset(making->variable_of, 0xff, (size_t)size * sizeof(int32_t));
    for (Py_ssize_t i = 0; i < linear->input_count; i++) {
        first = wrt[i] < first ? wrt[i] : first;
        if ((making->variable_of[wrt[i]] = add_variable(linear, (Variable){0, 0, IS_STATIC})) < 0) {
            return -1;
        }
    }
    for (int32_t node = first; node < end && *is_simple; node++) {
        if (making->variable_of[node] < 0) {
            int32_t variable = of_node(making, node, is_simple);
            if (variable == FAILED) {
                return -1;
            }
            making->variable_of[node] = variable < 0 ? -1 : variable;
        }
    }
    linear->outputs = new_zeros((size_t)linear->output_count, sizeof(int32_t));
    for (Py_ssize_t i = 0; linear->outputs != NULL && i < linear->output_count; i++) {
        linear->outputs[i] = making->variable_of[outputs[i]];
    }
    return linear->outputs == NULL ? -1 : 0;
}

/* Mark the variables that outputs depend on. */
static void mark_needed(Linear *linear) {
    Variable *variables = linear->variables.items;
    for (Py_ssize_t i = 0; i < linear->output_count; i++) {
        if (linear->outputs[i] >= 0) {
            variables[linear->outputs[i]].flags |= IS_NEEDED;
        }
    }
    for (Py_ssize_t i = linear->variables.count - 1; i >= 0; i--) {
        for (int32_t k = 0; variables[i].flags & IS_NEEDED && k < variables[i].count; k++) {
            variables[linear->terms.items[variables[i].first + k].source].flags |= IS_NEEDED;
        }
    }
}

/* Number the weights: partials, then constants. */
static int number_weights(Linear *linear) {
    int32_t shift = (int32_t)linear->partials.count;
    for (Py_ssize_t i = 0; i < linear->terms.count; i++) {
        Term *term = &linear->terms.items[i];
        term->weight = term->weight < 0 ? shift + ~term->weight : term->weight;
    }
    linear->weights = new_zeros((size_t)(shift + linear->constants.count), sizeof(double));
    if (linear->weights != NULL && linear->constants.count > 0) {
        memcpy(linear->weights + shift, linear->constants.items, (size_t)linear->constants.count * sizeof(double));
    }
    return linear->weights == NULL ? -1 : 0;
}

/* ---- the type ---------------------------------------------------------------------------------- */

static void linear_dealloc(PyObject *self) {
    Linear *linear = (Linear *)self;
    PyTypeObject *type = Py_TYPE(self);
    void *blocks[] = {linear->variables.items, linear->terms.items, linear->partials.items, linear->constants.items,
                      linear->outputs,         linear->group_of,    linear->weights,        linear->moves.items,
                      linear->pulls.items,     linear->landings.items, linear->blocks,      linear->tangents};
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++) {
        PyMem_Free(blocks[i]);
    }
    type->tp_free(self);
    Py_DECREF(type);
}

static PyTypeObject *linear_type;

PyObject *tape_linearize(PyObject *Py_UNUSED(module), PyObject *args) {
    PyObject *tape, *wrt_object, *outputs_object;
    int32_t *wrt = NULL, *outputs = NULL;
    int is_simple = 1, failed = 1;
    if (!PyArg_ParseTuple(args, "O!OO:linearize", tape_type, &tape, &wrt_object, &outputs_object)) {
        return NULL;
    }
    Linear *linear = (Linear *)linear_type->tp_alloc(linear_type, 0);
    Making making = {linear, (Tape *)tape, NULL, {NULL, 0, 0}};
    if (linear != NULL && (wrt = nodes_read(making.tape, wrt_object, &linear->input_count)) != NULL &&
        (outputs = nodes_read(making.tape, outputs_object, &linear->output_count)) != NULL) {
        failed = make(&making, wrt, outputs, &is_simple) < 0 || number_weights(linear) < 0;
    }
    if (!failed) {
        mark_needed(linear);
    }
    PyMem_Free(wrt);
    PyMem_Free(outputs);
    PyMem_Free(making.variable_of);
    PyMem_Free(making.weight_of.items);
    if (failed || !is_simple) {
        Py_CLEAR(linear);
    }
    return failed ? NULL : linear ? (PyObject *)linear : Py_NewRef(Py_None);
}

static PyObject *get_partials(PyObject *self, void *Py_UNUSED(closure)) {
    const Linear *linear = (Linear *)self;
    PyObject *list = PyList_New(linear->partials.count);
    for (Py_ssize_t i = 0; list != NULL && i < linear->partials.count; i++) {
        PyObject *node = PyLong_FromLong(linear->partials.items[i]);
        if (node == NULL) {
            Py_CLEAR(list);
        } else {
            PyList_SET_ITEM(list, i, node);
        }
    }
    return list;
}

static PyMemberDef members[] = {{"outputs", T_PYSSIZET, offsetof(Linear, output_count), READONLY, NULL},
                                {NULL, 0, 0, 0, NULL}};

static PyGetSetDef attributes[] = {{"partials", get_partials, NULL, NULL, NULL}, {NULL, NULL, NULL, NULL, NULL}};

static PyMethodDef methods[] = {
    {"pattern", linear_pattern, METH_NOARGS, "pattern($self, /)\n--\n\n"},
    {"prepare", linear_prepare, METH_O, "prepare($self, groups, /)\n--\n\n"},
    {"run", linear_run, METH_VARARGS, "run($self, partials, out, /)\n--\n\n"},
    {NULL, NULL, 0, NULL}};

static PyType_Slot slots[] = {
    {Py_tp_doc, "The derivative of some nodes of a tape as a linear map; linear.py explains it."},
    {Py_tp_dealloc, linear_dealloc},
    {Py_tp_methods, methods},
    {Py_tp_getset, attributes},
    {Py_tp_members, members},
    {0, NULL}};

int linear_add_type(PyObject *Py_UNUSED(module)) {
    static PyType_Spec spec = {"chainrule.programs.trace._native.Linear", sizeof(Linear), 0,
                               Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION, slots};
    linear_type = (PyTypeObject *)PyType_FromSpec(&spec); /* kept for as long as the process lives */
    return linear_type == NULL ? -1 : 0;
}
