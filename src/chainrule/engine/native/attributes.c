/* The attributes of a Value that Python reads and writes, and comparisons; Node in node.py has the rarer ones. */

#include "docs.h"
#include "node.h"

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

static PyObject *get_state(PyObject *self, void *Py_UNUSED(closure)) {
    return PyLong_FromLong(STATE((Node *)self));
}

static PyObject *get_kind(PyObject *self, void *Py_UNUSED(closure)) {
    return PyLong_FromLong(KIND((Node *)self));
}

static int set_kind(PyObject *self, PyObject *x, void *Py_UNUSED(closure)) {
    if (x == NULL) {
        return refuse_delete("_kind");
    }
    SET_KIND((Node *)self, (uint16_t)(PyLong_AsLong(x) & 3));
    return PyErr_Occurred() ? -1 : 0;
}

static PyObject *get_scope(PyObject *self, void *Py_UNUSED(closure)) {
    return PyLong_FromLong(((Node *)self)->scope);
}

static PyObject *get_operands(PyObject *self, void *Py_UNUSED(closure)) {
    Node *node = (Node *)self;
    Py_ssize_t count = COUNT(node);
    PyObject *operands = PyTuple_New(count);
    for (Py_ssize_t i = 0; operands != NULL && i < count; i++) {
        PyTuple_SET_ITEM(operands, i, Py_NewRef((PyObject *)LINKS(node)[i].operand));
    }
    return operands;
}

/* node._relink(operands, partials): replace both; the node becomes an operation of the user's own. */
PyObject *node_relink_by_hand(PyObject *self, PyObject *args) {
    PyObject *operands, *partials = Py_None;
    if (!PyArg_ParseTuple(args, "O|O", &operands, &partials)) {
        return NULL;
    }
    PyObject *arguments = PyObject_CallFunction(python.read_arguments, "iOO", 0, operands, partials);
    PyObject *name = arguments ? PyObject_GetAttrString(self, "_op") : NULL;
    int failed = name == NULL || PyObject_SetAttr(self, python.own_op, name) < 0 ||
                 node_relink((Node *)self, arguments) < 0;
    Py_XDECREF(arguments);
    Py_XDECREF(name);
    return failed ? NULL : Py_NewRef(Py_None);
}

static PyObject *get_partials(PyObject *self, void *Py_UNUSED(closure)) {
    Node *node = (Node *)self;
    Py_ssize_t count = COUNT(node);
    PyObject *partials = PyTuple_New(count);
    for (Py_ssize_t i = 0; partials != NULL && i < count; i++) {
        Link *link = &LINKS(node)[i];
        PyTuple_SET_ITEM(partials, i,
                         flows(node, link) ? PyFloat_FromDouble(link->partial) : Py_NewRef(Py_None));
    }
    if (PyErr_Occurred()) { /* one of them is missing */
        Py_CLEAR(partials);
    }
    return partials;
}

static PyObject *get_backward(PyObject *self, void *Py_UNUSED(closure)) {
    PyObject *own = node_own((Node *)self);
    return own ? Py_NewRef(own) : PyObject_GetAttrString(self, "_push_once");
}

static int set_backward(PyObject *self, PyObject *x, void *Py_UNUSED(closure)) {
    if (x == NULL) {
        return refuse_delete("_backward");
    }
    if (!PyCallable_Check(x)) {
        return raise_made(python.not_a_function, "(O)", x);
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

PyMemberDef members[] = {
    {"_rule", T_USHORT, offsetof(Node, rule), READONLY, "The index of the operation in RULES."},
    {"passes", T_UINT, offsetof(Node, passes), READONLY, DOC_passes},
    {"__dictoffset__", T_PYSSIZET, offsetof(Node, dict), READONLY, NULL},
    {"__weaklistoffset__", T_PYSSIZET, offsetof(Node, weakrefs), READONLY, NULL},
    {NULL, 0, 0, 0, NULL}};

PyGetSetDef attributes[] = {
    {"data", get_data, set_data, DOC_data, NULL},
    {"grad", get_grad, set_grad, DOC_grad, NULL},
    {"_operands", get_operands, NULL, "The operands, repeated where one is used twice.", NULL},
    {"_partials", get_partials, NULL, "A local derivative for each operand; None where nothing flows.", NULL},
    {"_backward", get_backward, set_backward, DOC__backward, NULL},
    {"_kind", get_kind, set_kind, "VARIABLE, CONSTANT or PARAMETER.", NULL},
    {"_state", get_state, NULL, "NONE, HAND or COMPUTED.", NULL},
    {"_scope", get_scope, NULL, "The number of the scope in SCOPES.", NULL},
    {"_attributes", get_attributes, NULL, DOC__attributes, NULL},
    {"__dict__", get_dict, PyObject_GenericSetDict, NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL}};

/* ---- attributes of any name, and comparisons ------------------------------------------------------------------ */

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

/* Note the number written by hand that a computed gradient contains; 0 forgets it. */
int node_note_by_hand(Node *node, double number, int is_int) {
    if (number == 0.0) {
        if (node->dict != NULL && PyDict_Contains(node->dict, python.by_hand) == 1) {
            return PyDict_DelItem(node->dict, python.by_hand);
        }
        return 0;
    }
    PyObject *written = number_object(number, is_int);
    int failed = written == NULL || node_note(node, python.by_hand, written) < 0;
    Py_XDECREF(written);
    return failed ? -1 : 0;
}

/* The _backward of its own, borrowed; NULL and no error set if it has none. */
PyObject *node_own(Node *node) {
    return node->dict ? PyDict_GetItem(node->dict, python.own) : NULL;
}

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

PyObject *value_richcompare(PyObject *self, PyObject *other, int operator) {
    Node *node = (Node *)self;
    double y;
    int is_int;
    if (operator == Py_EQ || operator == Py_NE) { /* identity, which Python falls back on */
        return !IS_NODE(other) && call_hook(on_compare, other) < 0 ? NULL : Py_NewRef(Py_NotImplemented);
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
