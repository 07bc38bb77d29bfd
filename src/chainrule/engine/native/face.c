/* What Python reads and writes: attributes, comparisons, copies. */

#include "../../table/native/rules.h"

#include "node.h"

/* ---- attributes ----------------------------------------------------------------------------------------------- */

static PyObject *get_data(PyObject *self, void *Py_UNUSED(closure)) {
    Node *node = (Node *)self;
    return number_object(node->data, node->flags & DATA_INT);
}

static int refuse_delete(const char *name) {
    PyErr_Format(PyExc_AttributeError, "%s of a Value cannot be deleted", name);
    return -1;
}

static int set_data(PyObject *self, PyObject *x, void *Py_UNUSED(closure)) {
    Node *node = (Node *)self;
    double data;
    int is_int;
    if (x == NULL) {
        return refuse_delete("data");
    }
    if (read_number(x, &data, &is_int, "data") < 0) {
        return -1;
    }
    node->data = data;
    node->flags = (uint16_t)((node->flags & ~DATA_INT) | (is_int ? DATA_INT : 0));
    return 0;
}

static PyObject *get_grad(PyObject *self, void *Py_UNUSED(closure)) {
    Node *node = (Node *)self;
    return number_object(node->grad, node->flags & GRAD_INT);
}

/* Note the number written by hand that a computed gradient contains; 0 forgets it. */
int node_note_by_hand(Node *node, double number, int is_int) {
    if (number == 0.0) {
        if (node->dict != NULL && PyDict_Contains(node->dict, shared.by_hand) == 1) {
            return PyDict_DelItem(node->dict, shared.by_hand);
        }
        return 0;
    }
    PyObject *written = number_object(number, is_int);
    int failed = written == NULL || node_note(node, shared.by_hand, written) < 0;
    Py_XDECREF(written);
    return failed ? -1 : 0;
}

/* Write into the node's own dict, past any __setattr__ or slots of a subclass. */
int node_note(Node *node, PyObject *name, PyObject *x) {
    if (node->dict == NULL && (node->dict = PyDict_New()) == NULL) {
        return -1;
    }
    if (PyObject_IS_GC(x)) {
        node_track(node);
    }
    return PyDict_SetItem(node->dict, name, x);
}

/* The _backward of its own, borrowed; NULL without an error where there is none. */
PyObject *node_own(Node *node) {
    return node->dict ? PyDict_GetItem(node->dict, shared.own) : NULL;
}

static int set_grad(PyObject *self, PyObject *x, void *Py_UNUSED(closure)) {
    Node *node = (Node *)self;
    double grad = 0.0;
    int is_int = 0;
    if (x == NULL) {
        return refuse_delete("grad");
    }
    if (x != Py_None && read_number(x, &grad, &is_int, "grad") < 0) {
        return -1;
    }
    node->grad = grad;
    node->flags = (uint16_t)((node->flags & ~GRAD_INT) | (is_int ? GRAD_INT : 0));
    SET_STATE(node, x == Py_None ? STATE_NONE : STATE_HAND);
    node->passes = 0;
    return node->dict ? node_note_by_hand(node, 0.0, 0) : 0;
}

static PyObject *get_grad_state(PyObject *self, void *Py_UNUSED(closure)) {
    static const char *names[] = {"none", "hand", "computed"};
    return PyUnicode_FromString(names[STATE((Node *)self)]);
}

static PyObject *get_passes(PyObject *self, void *Py_UNUSED(closure)) {
    return PyLong_FromUnsignedLong(((Node *)self)->passes);
}

static PyObject *get_kind(PyObject *self, void *Py_UNUSED(closure)) {
    static const char *names[] = {"leaf", "constant", "parameter"};
    Node *node = (Node *)self;
    return PyUnicode_FromString(node->arity ? "inner" : names[KIND(node)]);
}

static PyObject *get_kind_number(PyObject *self, void *Py_UNUSED(closure)) {
    return PyLong_FromLong(KIND((Node *)self));
}

static int set_kind_number(PyObject *self, PyObject *x, void *Py_UNUSED(closure)) {
    long kind = x ? PyLong_AsLong(x) : -1;
    if (kind < VARIABLE || kind > PARAMETER) {
        if (!PyErr_Occurred()) {
            PyErr_SetString(PyExc_ValueError, "_kind is 0, 1 or 2");
        }
        return -1;
    }
    SET_KIND((Node *)self, (uint16_t)kind);
    return 0;
}

static PyObject *get_rule(PyObject *self, void *Py_UNUSED(closure)) {
    return PyLong_FromLong(((Node *)self)->rule);
}

static PyObject *own_op(PyObject *self) {
    return PyObject_GetAttr(self, shared.own_op);
}

static PyObject *rule_field(Node *node, const char *name) {
    return PyObject_GetAttrString(PyList_GET_ITEM(shared.rules, node->rule), name);
}

static PyObject *get_op(PyObject *self, void *Py_UNUSED(closure)) {
    Node *node = (Node *)self;
    return node->rule <= OP_OWN ? own_op(self) : rule_field(node, "name");
}

static PyObject *get_op_text(PyObject *self, void *Py_UNUSED(closure)) {
    Node *node = (Node *)self;
    if (node->rule <= OP_OWN) {
        return own_op(self);
    }
    if (node->rule == OP_POW && node->arity == 2 && KIND(node->pair[1].operand) == CONSTANT) {
        PyObject *exponent = get_data((PyObject *)node->pair[1].operand, NULL);
        PyObject *text = exponent ? PyUnicode_FromFormat("**%S", exponent) : NULL;
        Py_XDECREF(exponent);
        return text;
    }
    return rule_field(node, "symbol");
}

static int set_op_text(PyObject *self, PyObject *x, void *Py_UNUSED(closure)) {
    PyObject *text = x ? PyObject_Str(x) : NULL;
    int failed = text == NULL || PyObject_SetAttr(self, shared.own_op, text) < 0;
    Py_XDECREF(text);
    return x == NULL ? refuse_delete("_op") : failed ? -1 : 0;
}

static PyObject *get_scope(PyObject *self, void *Py_UNUSED(closure)) {
    return PySequence_GetItem(shared.scopes, ((Node *)self)->scope);
}

static PyObject *get_prev(PyObject *self, void *Py_UNUSED(closure)) {
    Node *node = (Node *)self;
    Py_ssize_t count = COUNT(node);
    PyObject *operands = PyTuple_New(count);
    for (Py_ssize_t i = 0; operands != NULL && i < count; i++) {
        PyTuple_SET_ITEM(operands, i, Py_NewRef((PyObject *)LINKS(node)[i].operand));
    }
    return operands;
}

static int set_prev(PyObject *self, PyObject *x, void *Py_UNUSED(closure)) {
    Node *node = (Node *)self;
    PyObject *arguments = x ? PyTuple_Pack(1, x) : NULL;
    PyObject *none = PyDict_New(), *told = NULL, *name = NULL;
    int failed = -1;
    if (arguments != NULL && none != NULL) {
        told = PyObject_CallFunctionObjArgs(shared.read_arguments, arguments, none, NULL);
        name = told ? get_op_text(self, NULL) : NULL;
    }
    if (name != NULL && PyObject_SetAttr(self, shared.own_op, name) == 0) {
        node->rule = OP_LEAF;
        if (node->arity != 0) {
            node_drop_operands(node);
        }
        failed = node_links(node, PyTuple_GET_ITEM(told, 0), NULL);
        node->rule = node->arity ? OP_OWN : OP_LEAF;
    }
    Py_XDECREF(arguments);
    Py_XDECREF(none);
    Py_XDECREF(told);
    Py_XDECREF(name);
    return x == NULL ? refuse_delete("_prev") : failed;
}

static PyObject *get_local_grads(PyObject *self, void *Py_UNUSED(closure)) {
    Node *node = (Node *)self;
    Py_ssize_t count = COUNT(node);
    PyObject *partials = PyTuple_New(count);
    for (Py_ssize_t i = 0; partials != NULL && i < count; i++) {
        Link *link = &LINKS(node)[i];
        PyTuple_SET_ITEM(partials, i,
                         flows(node, link) ? PyFloat_FromDouble(link->partial) : Py_NewRef(Py_None));
    }
    return partials;
}

static PyObject *get_backward(PyObject *self, void *Py_UNUSED(closure)) {
    PyObject *own = node_own((Node *)self);
    return own ? Py_NewRef(own) : PyObject_GetAttrString(self, "_push_by_hand");
}

static int set_backward(PyObject *self, PyObject *x, void *Py_UNUSED(closure)) {
    if (x == NULL) {
        return refuse_delete("_backward");
    }
    if (!PyCallable_Check(x)) {
        return raise_made(shared.not_a_function, x);
    }
    if (node_note((Node *)self, shared.own, x) < 0) {
        return -1;
    }
    ((Node *)self)->flags |= HAS_OWN | OVER_OWN;
    return 0;
}

static PyObject *get_dict(PyObject *self, void *closure) {
    node_track((Node *)self); /* somebody may put anything into it */
    return PyObject_GenericGetDict(self, closure);
}

static PyObject *get_attributes(PyObject *self, void *Py_UNUSED(closure)) {
    PyObject *dict = ((Node *)self)->dict;
    return Py_NewRef(dict ? dict : Py_None);
}

PyGetSetDef face_attributes[] = {
    {"data", get_data, set_data,
     "The number. Writing it does not change what was computed from it; refresh() does.", NULL},
    {"grad", get_grad, set_grad,
     "The gradient of the last pass's root with respect to this node; 0.0 before any pass.\n\n"
     "Writing a number makes it one set by hand; writing None forgets it.",
     NULL},
    {"grad_state", get_grad_state, NULL, "Where the gradient comes from: 'none', 'hand' or 'computed'.", NULL},
    {"passes", get_passes, NULL, "How many backward passes the gradient contains.", NULL},
    {"kind", get_kind, NULL, "'inner' for what was computed; else 'leaf', 'parameter' or 'constant'.", NULL},
    {"op", get_op, NULL, "The name of the operation in the table, or its own; empty for a leaf.", NULL},
    {"_op", get_op_text, set_op_text, "The operation as micrograd writes it: '+', '**2', 'ReLU'.", NULL},
    {"scope", get_scope, NULL, "The names of the scopes it was made in, outermost first.", NULL},
    {"_prev", get_prev, set_prev, "The operands, repeated where one is used twice.", NULL},
    {"_children", get_prev, set_prev, "The operands, repeated where one is used twice.", NULL},
    {"_local_grads", get_local_grads, NULL, "The local derivative with respect to each operand; None where nothing flows.",
     NULL},
    {"_backward", get_backward, set_backward,
     "The function that adds this node's gradient to its operands; assign one for an operation of your own.",
     NULL},
    {"_rule", get_rule, NULL, "The number of the operation in RULES.", NULL},
    {"_kind", get_kind_number, set_kind_number, "0 variable, 1 constant, 2 parameter.", NULL},
    {"_attributes", get_attributes, NULL, "The attributes that were set, or None.", NULL},
    {"__dict__", get_dict, PyObject_GenericSetDict, "The attributes that were set.", NULL},
    {NULL, NULL, NULL, NULL, NULL}};

/* Set any attribute. A node that holds an object of the garbage collector takes part in collection from then on. */
int value_setattro(PyObject *self, PyObject *name, PyObject *x) {
    if (on_attribute != NULL && x != NULL && PyUnicode_Check(name) && PyUnicode_GetLength(name) > 0 &&
        PyUnicode_READ_CHAR(name, 0) != '_') {
        PyObject *done = PyObject_CallFunctionObjArgs(on_attribute, self, name, x, NULL);
        if (done == NULL) {
            return -1;
        }
        Py_DECREF(done);
    }
    if (PyObject_GenericSetAttr(self, name, x) < 0) {
        return -1;
    }
    if (x != NULL && PyObject_IS_GC(x)) {
        node_track((Node *)self);
    }
    return 0;
}

/* ---- what Python asks of a number ----------------------------------------------------------------------------- */

PyObject *value_repr(PyObject *self) {
    PyObject *data = get_data(self, NULL), *grad = get_grad(self, NULL), *text = NULL;
    PyObject *label = PyObject_GetAttr(self, shared.label);
    const char *name = Py_TYPE(self)->tp_name;
    if (data != NULL && grad != NULL && label != NULL) {
        int is_bare = PyUnicode_Check(label) && PyUnicode_GetLength(label) == 0;
        text = is_bare ? PyUnicode_FromFormat("%s(data=%S, grad=%S)", name, data, grad)
                       : PyUnicode_FromFormat("%s(data=%S, grad=%S, label=%R)", name, data, grad, label);
    }
    Py_XDECREF(data);
    Py_XDECREF(grad);
    Py_XDECREF(label);
    return text;
}

PyObject *value_richcompare(PyObject *self, PyObject *other, int operator) {
    Node *node = (Node *)self;
    double y;
    int is_int;
    if (operator== Py_EQ || operator== Py_NE) { /* identity, which Python falls back on */
        if (on_compare != NULL && !IS_NODE(other)) {
            PyObject *done = PyObject_CallOneArg(on_compare, other);
            if (done == NULL) {
                return NULL;
            }
            Py_DECREF(done);
        }
        return Py_NewRef(Py_NotImplemented);
    }
    if (IS_NODE(other)) {
        y = ((Node *)other)->data;
    } else {
        int found = read_operand(other, &y, &is_int);
        if (found <= 0) {
            return found < 0 ? NULL : Py_NewRef(Py_NotImplemented);
        }
    }
    Py_RETURN_RICHCOMPARE(node->data, y, operator);
}

Py_hash_t value_hash(PyObject *self) {
    return PyBaseObject_Type.tp_hash(self);
}

/* ---- copies --------------------------------------------------------------------------------------------------- */

/* Everything that a node stores, but for its operands and its attributes. */
static PyObject *value_fields(PyObject *self, PyObject *Py_UNUSED(unused)) {
    Node *node = (Node *)self;
    PyObject *data = get_data(self, NULL), *grad = get_grad(self, NULL), *rule = rule_field(node, "name");
    PyObject *partials = get_local_grads(self, NULL), *scope = get_scope(self, NULL), *fields = NULL;
    if (data != NULL && grad != NULL && rule != NULL && partials != NULL && scope != NULL) {
        fields = PyObject_CallFunction(shared.fields, "OOOOiiIO", data, grad, rule, partials, (int)KIND(node), (int)STATE(node),
                               (unsigned)node->passes, scope);
    }
    Py_XDECREF(data);
    Py_XDECREF(grad);
    Py_XDECREF(rule);
    Py_XDECREF(partials);
    Py_XDECREF(scope);
    return fields;
}

/* value._rewrite(data, partials): take the numbers of a new forward pass. */
static PyObject *value_rewrite(PyObject *self, PyObject *args) {
    Node *node = (Node *)self;
    PyObject *data, *partials;
    if (!PyArg_ParseTuple(args, "OO!", &data, &PyTuple_Type, &partials) || set_data(self, data, NULL) < 0) {
        return NULL;
    }
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(partials) && i < COUNT(node); i++) {
        PyObject *partial = PyTuple_GET_ITEM(partials, i);
        double number = partial == Py_None ? 0.0 : PyFloat_AsDouble(partial); /* may run any code */
        if (i < COUNT(node)) {
            LINKS(node)[i].partial = number;
        }
    }
    if (PyErr_Occurred()) {
        return NULL;
    }
    Py_RETURN_NONE;
}

PyMethodDef face_methods[] = {
    {"backward", node_backward, METH_NOARGS,
     "backward($self)\n--\n\n"
     "Compute the gradient of this node with respect to every node below it.\n\n"
     "This node's gradient becomes 1. Inner nodes get this pass's gradient. Leaves add it to what they hold, so that\n"
     "two passes give twice the gradient until it is set to 0.\n\n"
     "Raises:\n    GraphError: The graph has a cycle, made by hand.\n\n"
     "Cost: O(nodes) time; no recursion at any depth.\n"},
    {"_postorder", node_postorder, METH_NOARGS,
     "The nodes below this one and itself, operands before their users."},
    {"_push_by_hand", node_push_by_hand, METH_NOARGS, "Add this node's gradient to its operands, by its rule."},
    {"_apply", (PyCFunction)(void (*)(void))node_apply, METH_FASTCALL, "Apply the rule with this number."},
    {"_apply_or_raise", (PyCFunction)(void (*)(void))node_apply_or_raise, METH_FASTCALL,
     "Apply the rule with this number; raise where an operand isn't a number."},
    {"_fields", value_fields, METH_NOARGS, "Everything that a node stores but its operands and attributes."},
    {"_build", value_build, METH_VARARGS | METH_STATIC, "Make a node of what _fields gave."},
    {"_rewrite", value_rewrite, METH_VARARGS, "Take the numbers of a new forward pass."},
    {NULL, NULL, 0, NULL}};
