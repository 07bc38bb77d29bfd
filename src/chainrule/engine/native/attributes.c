/* The attributes of a Value that Python reads and writes. */

#include "../../table/native/rules.h"

#include "node.h"

/* ---- attributes ----------------------------------------------------------------------------------------------- */

static PyObject *get_data(PyObject *self, void *Py_UNUSED(closure)) {
    return data_of((Node *)self);
}

static int refuse_delete(const char *name) {
    PyErr_Format(PyExc_AttributeError, "%s of a Value cannot be deleted", name);
    return -1;
}

int set_data(PyObject *self, PyObject *x, void *Py_UNUSED(closure)) {
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
    return grad_of((Node *)self);
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
    return PyObject_GetAttr(self, python.own_op);
}

static PyObject *rule_field(Node *node, const char *name) {
    return PyObject_GetAttrString(PyList_GET_ITEM(python.rules, node->rule), name);
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
        PyObject *exponent = data_of(node->pair[1].operand);
        PyObject *text = exponent ? PyUnicode_FromFormat("**%S", exponent) : NULL;
        Py_XDECREF(exponent);
        return text;
    }
    return rule_field(node, "symbol");
}

static int set_op_text(PyObject *self, PyObject *x, void *Py_UNUSED(closure)) {
    PyObject *text = x ? PyObject_Str(x) : NULL;
    int failed = text == NULL || PyObject_SetAttr(self, python.own_op, text) < 0;
    Py_XDECREF(text);
    return x == NULL ? refuse_delete("_op") : failed ? -1 : 0;
}

static PyObject *get_scope(PyObject *self, void *Py_UNUSED(closure)) {
    return PySequence_GetItem(python.scopes, ((Node *)self)->scope);
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
    PyObject *none = PyDict_New(), *read = NULL, *name = NULL;
    int failed = -1;
    if (arguments != NULL && none != NULL) {
        read = PyObject_CallFunctionObjArgs(python.read_arguments, arguments, none, NULL);
        name = read ? get_op_text(self, NULL) : NULL;
    }
    if (name != NULL && PyObject_SetAttr(self, python.own_op, name) == 0) {
        node->rule = OP_LEAF;
        if (node->arity != 0) {
            node_drop_operands(node);
        }
        failed = node_links(node, PyTuple_GET_ITEM(read, 0), NULL);
        node->rule = node->arity ? OP_OWN : OP_LEAF;
    }
    Py_XDECREF(arguments);
    Py_XDECREF(none);
    Py_XDECREF(read);
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
        return raise_made(python.not_a_function, x);
    }
    if (node_note((Node *)self, python.own, x) < 0) {
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

PyGetSetDef attributes[] = {
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
