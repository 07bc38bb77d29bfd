/* The module `chainrule.programs.trace._native`: Tape, Tracer, gradient, slopes and tangents. */

#include "tape.h"

static PyMethodDef functions[] = {
    {"gradient", (PyCFunction)(void (*)(void))tape_gradient, METH_VARARGS | METH_KEYWORDS,
     "gradient(tape, outputs, seeds, wrt)\n--\n\n"
     "Record the sum over `outputs` of seed times derivative, in reverse mode.\n\n"
     "Returns:\n    A node for each of `wrt`; a constant 0 if nothing depends on it.\n"},
    {"inputs", tracer_inputs, METH_VARARGS,
     "inputs(tape, numbers)\n--\n\nRecord an input for each number, and return a tracer for each."},
    {"linearize", tape_linearize, METH_VARARGS,
     "linearize(tape, wrt, outputs)\n--\n\n"
     "Record the partials between `wrt` and `outputs`, and return the linear map; None if it changes from run to run."},
    {"slopes", (PyCFunction)(void (*)(void))tape_slopes, METH_VARARGS | METH_KEYWORDS,
     "slopes(tape, outputs, seeds, wrt)\n--\n\n"
     "Compute the sum over `outputs` of seed times derivative, without recording it.\n\n"
     "Returns:\n    A number for each of `wrt`.\n"},
    {"tangents", (PyCFunction)(void (*)(void))tape_tangents, METH_VARARGS | METH_KEYWORDS,
     "tangents(tape, wrt, seeds, outputs)\n--\n\n"
     "Record the derivative of `outputs` along a direction, in forward mode.\n\n"
     "Returns:\n    A node for each of `outputs`; a constant 0 if it does not change.\n"},
    {NULL, NULL, 0, NULL}};

static PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, "chainrule.programs.trace._native",
    "The compiled tape; tape.py, tracer.py, derivatives.py and slopes.py are its readable twins.", -1, functions, NULL, NULL, NULL,
    NULL};

PyMODINIT_FUNC PyInit__native(void) {
    static AddType *const types[] = {python_load, tape_add_type, tracer_add_type, linear_add_type, NULL};
    return module_new(&definition, types);
}
