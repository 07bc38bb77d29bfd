/* The module `chainrule.programs.run._native`: Machine and Caller. */

#include "machine.h"

static PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, "chainrule.programs.run._native", "The compiled machine; machine.py and caller.py are its readable twins.",
    -1, NULL, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit__native(void) {
    static AddType *const types[] = {machine_add_type, caller_add_type, NULL};
    return module_new(&definition, types);
}
