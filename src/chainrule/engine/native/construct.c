/* From arguments to a node: the constructor in all its dialects. */

#include "../../table/native/rules.h"

#include "node.h"

PyObject *value_new(PyTypeObject *type, PyObject *Py_UNUSED(args), PyObject *Py_UNUSED(kwargs)) {
    return (PyObject *)node_new(type);
}

/* Give a node its operands, from tuples; a partial of None, or no partials at all, lets nothing flow. */
int node_links(Node *node, PyObject *operands, PyObject *partials) {
    Py_ssize_t count = PyTuple_GET_SIZE(operands);
    int flows_nowhere = 1;
    if (partials != NULL && PyTuple_GET_SIZE(partials) != count) {
        PyErr_SetString(PyExc_ValueError, "as many local derivatives as operands are needed");
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
        PyObject *partial = partials ? PyTuple_GET_ITEM(partials, i) : Py_None;
        links[i].operand = (Node *)Py_NewRef(PyTuple_GET_ITEM(operands, i));
        links[i].partial = partial == Py_None ? 0.0 : PyFloat_AsDouble(partial);
        flows_nowhere = flows_nowhere && partial == Py_None && KIND(links[i].operand) != CONSTANT;
    }
    node->flags = (uint16_t)((node->flags & ~NO_PARTIALS) | (flows_nowhere && count ? NO_PARTIALS : 0));
    return PyErr_Occurred() ? -1 : 0;
}

/* Take what `read_arguments` recognised: operands, partials, operation, label, grad. */
static int take_links(Node *node, PyObject *arguments) {
    PyObject *operands = PyTuple_GET_ITEM(arguments, 0), *partials = PyTuple_GET_ITEM(arguments, 1);
    PyObject *operation = PyTuple_GET_ITEM(arguments, 2), *label = PyTuple_GET_ITEM(arguments, 3);
    PyObject *grad = PyTuple_GET_ITEM(arguments, 4), *self = (PyObject *)node;
    if (PyTuple_GET_SIZE(operands) > 0) {
        node->rule = OP_OWN;
        if (node_links(node, operands, partials == Py_None ? NULL : partials) < 0) {
            return -1;
        }
    }
    if (PyUnicode_GetLength(operation) > 0 && PyObject_SetAttr(self, python.own_op, operation) < 0) {
        return -1;
    }
    if (!(PyUnicode_Check(label) && PyUnicode_GetLength(label) == 0) &&
        PyObject_SetAttr(self, python.label, label) < 0) {
        return -1;
    }
    return grad == Py_None ? 0 : PyObject_SetAttrString(self, "grad", grad);
}

static int read_dialect(Node *node, PyObject *positional, PyObject *keywords) {
    PyObject *arguments = PyObject_CallFunctionObjArgs(python.read_arguments, positional, keywords, NULL);
    int failed = arguments == NULL || take_links(node, arguments) < 0;
    Py_XDECREF(arguments);
    return failed ? -1 : 0;
}

/* The number, then whatever dialect stands behind it. */
static int fill(Node *node, PyObject *data, PyObject *positional, PyObject *keywords) {
    double number;
    int is_int;
    if (read_number(data, &number, &is_int, "data") < 0) {
        return -1;
    }
    node->rule = OP_LEAF;
    if (node->arity != 0) {
        node_drop_operands(node);
    }
    node->data = number;
    node->grad = 0.0;
    node->passes = 0;
    node->scope = current_scope;
    node->flags = (uint16_t)((node->flags & (TRACKED | HAS_OWN | OVER_OWN)) | (is_int ? DATA_INT : 0));
    if (node->dict != NULL) {
        node_note_by_hand(node, 0.0, 0);
    }
    if (positional != NULL && read_dialect(node, positional, keywords) < 0) {
        return -1;
    }
    return call_hook(on_create, (PyObject *)node);
}

int value_init(PyObject *self, PyObject *args, PyObject *kwargs) {
    Py_ssize_t count = PyTuple_GET_SIZE(args);
    PyObject *keywords = kwargs ? PyDict_Copy(kwargs) : PyDict_New();
    PyObject *data = NULL, *rest = NULL;
    int failed = -1;
    if (keywords == NULL) {
        return -1;
    }
    if (count > 0) {
        data = Py_NewRef(PyTuple_GET_ITEM(args, 0));
        rest = PyTuple_GetSlice(args, 1, count);
    } else if ((data = PyDict_GetItemString(keywords, "data")) != NULL) {
        Py_INCREF(data);
        rest = PyDict_DelItemString(keywords, "data") < 0 ? NULL : PyTuple_New(0);
    } else {
        PyErr_SetString(PyExc_TypeError, "Value() needs a number: Value(2.0)");
    }
    if (data != NULL && rest != NULL) {
        int is_plain = PyTuple_GET_SIZE(rest) == 0 && PyDict_GET_SIZE(keywords) == 0;
        failed = fill((Node *)self, data, is_plain ? NULL : rest, keywords);
    }
    Py_XDECREF(data);
    Py_XDECREF(rest);
    Py_DECREF(keywords);
    return failed;
}

/* Value(2.0) without the tuple that a call usually makes. */
PyObject *value_vectorcall(PyObject *type, PyObject *const *args, size_t nargsf, PyObject *names) {
    Py_ssize_t nargs = PyVectorcall_NARGS(nargsf);
    if (nargs == 1 && names == NULL && ((PyTypeObject *)type)->tp_init == value_init) {
        Node *node = node_new((PyTypeObject *)type);
        if (node != NULL && fill(node, args[0], NULL, NULL) < 0) {
            Py_DECREF((PyObject *)node);
            return NULL;
        }
        return (PyObject *)node;
    }
    PyObject *tuple = PyTuple_New(nargs), *keywords = names ? PyDict_New() : NULL;
    int failed = tuple == NULL || (names != NULL && keywords == NULL);
    for (Py_ssize_t i = 0; i < nargs && !failed; i++) {
        PyTuple_SET_ITEM(tuple, i, Py_NewRef(args[i]));
    }
    for (Py_ssize_t i = 0; names != NULL && i < PyTuple_GET_SIZE(names) && !failed; i++) {
        failed = PyDict_SetItem(keywords, PyTuple_GET_ITEM(names, i), args[nargs + i]) < 0;
    }
    PyObject *made = failed ? NULL : PyType_Type.tp_call(type, tuple, keywords);
    Py_XDECREF(tuple);
    Py_XDECREF(keywords);
    return made;
}
