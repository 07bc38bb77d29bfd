/* Tables, which are read at an index, regions of sums, which are added to at an index, and guards. */

#include "tape.h"

/* The position that an index selects; FAILED with an error if it is out of range. */
static Py_ssize_t position_of(double index, int32_t length) {
    int64_t selected = position(index, (uint32_t)length);
    return selected < 0 ? raise_from(python.no_position, "(di)", index, length) : (Py_ssize_t)selected;
}

int check_numbers(const Tape *tape, const int32_t *nodes, Py_ssize_t count) {
    for (Py_ssize_t i = 0; i < count; i++) {
        if (!tape_has(tape, nodes[i])) {
            return raise_no_number(tape, nodes[i]);
        }
    }
    return 0;
}

/* Copy node ids to tape->members, where there is capacity for them. Returns the index of the first one there. */
Py_ssize_t store(Tape *tape, const int32_t *nodes, Py_ssize_t count) {
    Py_ssize_t first = tape->members.count;
    if (count > 0) {
        memcpy(tape->members.items + first, nodes, (size_t)count * sizeof *nodes);
    }
    tape->members.count += count;
    return first;
}

/* ---- tables ----------------------------------------------------------------------------------- */

/* The id of a table, which is the same for the same entries. */
static int32_t table_id(Tape *tape, const int32_t *entries, int32_t count) {
    PyObject *key = PyBytes_FromStringAndSize((const char *)entries, (Py_ssize_t)sizeof *entries * count), *known = NULL;
    int32_t id = FAILED;
    if (key == NULL || (tape->table_ids == NULL && (tape->table_ids = PyDict_New()) == NULL)) {
        Py_XDECREF(key);
        return FAILED;
    }
    if ((known = PyDict_GetItemWithError(tape->table_ids, key)) != NULL) {
        id = (int32_t)PyLong_AsLong(known);
    } else if (!PyErr_Occurred() && RESERVE(tape->tables, 1) && RESERVE(tape->members, count)) {
        PyObject *new_id = PyLong_FromSsize_t(tape->tables.count);
        if (new_id != NULL && PyDict_SetItem(tape->table_ids, key, new_id) == 0) {
            id = (int32_t)tape->tables.count;
            tape->tables.items[tape->tables.count++] = (Table){store(tape, entries, count), count};
        }
        Py_XDECREF(new_id);
    }
    Py_DECREF(key);
    return id;
}

/* Record entries[index]. `table` is TABLE_UNKNOWN at first, and then remembers the table of these entries. They must not
 * lie in tape->members, which may move. */
int32_t tape_take(Tape *tape, const int32_t *entries, int32_t count, int32_t index, int32_t *table) {
    if (!tape_has(tape, index)) {
        return raise_no_number(tape, index);
    }
    if (*table == TABLE_UNKNOWN && check_numbers(tape, entries, count) < 0) {
        return FAILED;
    }
    double number = tape->nodes.items[index].value;
    int64_t selected = position(number, (uint32_t)count);
    int is_constant = tape_is_constant(tape, index);
    if (selected < 0) {
        PyObject *maker = is_constant || !tape->replays ? python.no_position : python.not_in_table;
        return raise_from(maker, "(di)", number, count);
    }
    if (is_constant) {
        return entries[selected];
    }
    if (*table == TABLE_UNKNOWN && (*table = table_id(tape, entries, count)) == FAILED) {
        return FAILED;
    }
    return tape_share(tape, NODE(TAKE, *table, index, -1, tape->nodes.items[entries[selected]].value));
}

/* ---- regions of sums -------------------------------------------------------------------------- */

/* Record a region of sums. Each pair is an index and a number; pairs must not lie in tape->members. */
int32_t tape_scatter(Tape *tape, int32_t length, const int32_t *pairs, int32_t count) {
    if (length < 0) {
        return raise_from(python.no_length, "(i)", length);
    }
    if (check_numbers(tape, pairs, 2 * (Py_ssize_t)count) < 0 || !RESERVE(tape->sums, length) ||
        !RESERVE(tape->scatters, 1) || !RESERVE(tape->members, 2 * (Py_ssize_t)count) || !RESERVE(tape->nodes, 1)) {
        return FAILED;
    }
    double *sums = tape->sums.items + tape->sums.count;
    for (int32_t i = 0; i < length; i++) {
        sums[i] = 0.0;
    }
    for (Py_ssize_t i = 0; i < count; i++) {
        Py_ssize_t selected = position_of(tape->nodes.items[pairs[2 * i]].value, length);
        if (selected < 0) {
            return FAILED;
        }
        sums[selected] += tape->nodes.items[pairs[2 * i + 1]].value;
    }
    int32_t region = tape_push(tape, NODE(SCATTER, (int32_t)tape->scatters.count, -1, -1, 0.0));
    if (region >= 0) {
        Py_ssize_t first = store(tape, pairs, 2 * (Py_ssize_t)count);
        tape->scatters.items[tape->scatters.count++] = (Scatter){first, tape->sums.count, count, length};
        tape->sums.count += length;
    }
    return region;
}

/* Record a number of a region. */
int32_t tape_entry(Tape *tape, int32_t region, int32_t index) {
    int32_t length;
    Py_ssize_t first = region_of(tape, region, &length);
    if (first < 0) {
        return raise_from(python.no_region, "(in)", region, tape->nodes.count);
    }
    if (index < 0 || index >= length) {
        return raise_from(python.no_entry, "(ii)", index, length);
    }
    return tape_share(tape, NODE(ENTRY, region, index, -1, tape->sums.items[first + index]));
}

/* ---- guards ----------------------------------------------------------------------------------- */

/* Decide a condition, and record that it must have the same outcome in a replay. Returns 0 or 1, or FAILED. */
int tape_guard(Tape *tape, int32_t condition) {
    if (!tape_has(tape, condition)) {
        return raise_no_number(tape, condition);
    }
    int outcome = tape->nodes.items[condition].value != 0.0;
    if (!tape->replays || tape_is_constant(tape, condition) ||
        (condition < tape->guarded.count && tape->guarded.items[condition])) {
        return outcome;
    }
    Py_ssize_t more = (Py_ssize_t)condition + 1 - tape->guarded.count;
    if (!RESERVE(tape->guards, 1) || !RESERVE(tape->guarded, more)) {
        return FAILED;
    }
    if (more > 0) {
        memset(tape->guarded.items + tape->guarded.count, 0, (size_t)more);
        tape->guarded.count += more;
    }
    tape->guarded.items[condition] = 1;
    tape->guards.items[tape->guards.count++] = (Guard){condition, outcome};
    return outcome;
}

/* Keep only the first guards. */
void tape_forget_guards(Tape *tape, Py_ssize_t count) {
    for (Py_ssize_t i = count; i < tape->guards.count; i++) {
        tape->guarded.items[tape->guards.items[i].condition] = 0;
    }
    tape->guards.count = count < tape->guards.count ? count : tape->guards.count;
}
