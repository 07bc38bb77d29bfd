/* From arguments to a node: the constructor in all its dialects. */

#include "../../table/native/rules.h"

#include "node.h"

PyObject *value_new(PyTypeObject *type, PyObject *Py_UNUSED(args), PyObject *Py_UNUSED(kwargs)) {
    return (PyObject *)node_new(type);
}

/* Give a node its operands, from tuples; a partial of None lets nothing flow. */
int node_links(Node *node, PyObject *operands, PyObject *partials) {
    Py_ssize_t count = PyTuple_GET_SIZE(operands);
    int flows_nowhere = count > 0, is_own = node->rule <= OP_OWN;
    if (PyTuple_GET_SIZE(partials) != count) {
        PyErr_SetString(PyExc_ValueError, "the number of local derivatives differs from that of the operands");
        return -1;
    }
    for (Py_ssize_t i = 0; i < count; i++) {
        if (!IS_NODE(PyTuple_GET_ITEM(operands, i))) {
            PyErr_SetString(PyExc_TypeError, "the operands of a Value are Values of the same engine");
            return -1;
        }
    }
    if (node_reserve(node, count) < 0) {
        return -1;
    }
    Link *links = LINKS(node);
    for (Py_ssize_t i = 0; i < count; i++) {
        PyObject *partial = PyTuple_GET_ITEM(partials, i);
        links[i].operand = (Node *)Py_NewRef(PyTuple_GET_ITEM(operands, i));
        links[i].partial = partial == Py_None ? 0.0 : PyFloat_AsDouble(partial);
        flows_nowhere = flows_nowhere && partial == Py_None && (is_own || KIND(links[i].operand) != CONSTANT);
    }
    node->flags = (uint16_t)((node->flags & ~NO_PARTIALS) | (flows_nowhere ? NO_PARTIALS : 0));
    return PyErr_Occurred() ? -1 : 0;
}

/* Replace a node's operands by those that `read_arguments` recognised. */
int node_relink(Node *node, PyObject *arguments) {
    node->rule = OP_LEAF;
    if (node->arity != 0) {
        node_drop_operands(node);
    }
    if (arguments != NULL && node_links(node, PyTuple_GET_ITEM(arguments, 1), PyTuple_GET_ITEM(arguments, 2)) < 0) {
        return -1;
    }
    node->rule = node->arity ? OP_OWN : OP_LEAF;
    return 0;
}

int node_set_attributes(Node *node, PyObject *attributes) {
    PyObject *name, *x;
    Py_ssize_t position = 0;
    while (PyDict_Next(attributes, &position, &name, &x)) {
        if (PyObject_SetAttr((PyObject *)node, name, x) < 0) {
            return -1;
        }
    }
    return 0;
}

/* Make a leaf of a number; then apply what else `read_arguments` recognised, if anything. */
static int fill(Node *node, PyObject *data, PyObject *arguments) {
    double number;
    int is_int;
    if (read_number(data, &number, &is_int, "data") < 0) {
        return -1;
    }
    node->data = number;
    node->grad = 0.0;
    node->passes = 0;
    node->scope = current_scope;
    node->flags = (uint16_t)((node->flags & (TRACKED | HAS_OWN | OVER_OWN)) | (is_int ? DATA_INT : 0));
    if ((node->dict != NULL && node_note_by_hand(node, 0.0, 0) < 0) || node_relink(node, arguments) < 0 ||
        (arguments != NULL && node_set_attributes(node, PyTuple_GET_ITEM(arguments, 3)) < 0)) {
        return -1;
    }
    return call_hook(on_create, (PyObject *)node);
}

int value_init(PyObject *self, PyObject *args, PyObject *kwargs) {
    PyObject *arguments = PyObject_Call(python.read_arguments, args, kwargs);
    int failed = arguments == NULL || fill((Node *)self, PyTuple_GET_ITEM(arguments, 0), arguments) < 0;
    Py_XDECREF(arguments);
    return failed ? -1 : 0;
}

/* Value(2.0) without the tuple that a call usually makes. */
PyObject *value_vectorcall(PyObject *type, PyObject *const *args, size_t nargsf, PyObject *names) {
    Py_ssize_t nargs = PyVectorcall_NARGS(nargsf);
    if (nargs == 1 && names == NULL && ((PyTypeObject *)type)->tp_init == value_init) {
        Node *node = node_new((PyTypeObject *)type);
        if (node != NULL && fill(node, args[0], NULL) < 0) {
            Py_DECREF((PyObject *)node);
            return NULL;
        }
        return (PyObject *)node;
    }
    PyObject *tuple = tuple_of(args, nargs), *keywords = names ? PyDict_New() : NULL;
    int failed = tuple == NULL || (names != NULL && keywords == NULL);
    for (Py_ssize_t i = 0; names != NULL && i < PyTuple_GET_SIZE(names) && !failed; i++) {
        failed = PyDict_SetItem(keywords, PyTuple_GET_ITEM(names, i), args[nargs + i]) < 0;
    }
    PyObject *made = failed ? NULL : PyType_Type.tp_call(type, tuple, keywords);
    Py_XDECREF(tuple);
    Py_XDECREF(keywords);
    return made;
}
