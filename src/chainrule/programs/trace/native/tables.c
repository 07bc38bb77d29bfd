/* Tables that are read and regions that are added up at places which a replay computes; and conditions. */

#include "tape.h"

/* The position that an index selects; FAILED with an error where there is none. */
static Py_ssize_t position_of(double index, int32_t length) {
    int64_t at = position(index, (uint32_t)length);
    return at < 0 ? raise_of(taping.no_position, "(di)", index, length) : (Py_ssize_t)at;
}

static int check_numbers(const Tape *tape, const int32_t *nodes, Py_ssize_t count) {
    for (Py_ssize_t i = 0; i < count; i++) {
        if (!tape_has(tape, nodes[i])) {
            return tape_no_number(tape, nodes[i]);
        }
    }
    return 0;
}

/* Copy node numbers to where they stay. Returns where, or FAILED. */
static Py_ssize_t keep(Tape *tape, const int32_t *nodes, Py_ssize_t count) {
    if (!RESERVE(tape->places, count)) {
        return FAILED;
    }
    Py_ssize_t first = tape->places.count;
    if (count > 0) {
        memcpy(tape->places.items + first, nodes, (size_t)count * sizeof *nodes);
    }
    tape->places.count += count;
    return first;
}

/* Make sure that there is a free slot behind one that will be filled. */
static int index_reserve(Index *index) {
    if (index->used < index->size / 2) {
        return 0;
    }
    Index larger = {.size = index->size ? 2 * index->size : 16, .used = index->used};
    larger.slots = PyMem_Calloc(larger.size, sizeof(Slot));
    if (larger.slots == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    for (size_t i = 0; i < index->size; i++) {
        size_t place = index->slots[i].hash;
        while (index->slots[i].number != 0 && larger.slots[place & (larger.size - 1)].number != 0) {
            place++;
        }
        if (index->slots[i].number != 0) {
            larger.slots[place & (larger.size - 1)] = index->slots[i];
        }
    }
    PyMem_Free(index->slots);
    *index = larger;
    return 0;
}

/* The number of a table, the same one for the same entries. */
static int32_t table_number(Tape *tape, const int32_t *entries, int32_t count) {
    uint64_t mixed = (uint32_t)count;
    for (int32_t i = 0; i < count; i++) {
        mixed = (mixed ^ (uint32_t)entries[i]) * UINT64_C(0x9e3779b97f4a7c15);
        mixed ^= mixed >> 32;
    }
    uint32_t hash = (uint32_t)mixed;
    if (index_reserve(&tape->known_tables) < 0 || !RESERVE(tape->tables, 1)) {
        return FAILED;
    }
    size_t mask = tape->known_tables.size - 1, place = hash & mask;
    Slot *slot;
    while ((slot = &tape->known_tables.slots[place])->number != 0) {
        const Table *table = &tape->tables.items[slot->number - 1];
        if (slot->hash == hash && table->count == count &&
            memcmp(tape->places.items + table->first, entries, (size_t)count * sizeof *entries) == 0) {
            return (int32_t)(slot->number - 1);
        }
        place = (place + 1) & mask;
    }
    Py_ssize_t first = keep(tape, entries, count);
    if (first < 0 || tape->tables.count == INT32_MAX) {
        return first < 0 ? FAILED : (PyErr_SetString(PyExc_OverflowError, "too many tables"), FAILED);
    }
    tape->tables.items[tape->tables.count] = (Table){first, count, hash};
    tape->known_tables.used++;
    *slot = (Slot){hash, (uint32_t)++tape->tables.count};
    return (int32_t)tape->tables.count - 1;
}

static int is_of_one(const int32_t *entries, int32_t count) {
    for (int32_t i = 1; i < count; i++) {
        if (entries[i] != entries[0]) {
            return 0;
        }
    }
    return 1;
}

/* Record entries[index]. `table` is TABLE_UNKNOWN at first and remembers what was found out about these entries; they
 * do not lie in tape->places, which may move. */
int32_t tape_take(Tape *tape, const int32_t *entries, int32_t count, int32_t index, int32_t *table) {
    if (!tape_has(tape, index)) {
        return tape_no_number(tape, index);
    }
    if (*table == TABLE_UNKNOWN && check_numbers(tape, entries, count) < 0) {
        return FAILED;
    }
    Py_ssize_t place = position_of(tape->nodes.items[index].value, count);
    if (place < 0 || tape_is_constant(tape, index)) {
        return place < 0 ? FAILED : entries[place];
    }
    if (*table == TABLE_UNKNOWN) {
        int32_t number = is_of_one(entries, count) ? TABLE_OF_ONE : table_number(tape, entries, count);
        if (number == FAILED) {
            return FAILED;
        }
        *table = number;
    }
    if (*table == TABLE_OF_ONE) {
        return entries[place];
    }
    return tape_share(tape, (Node){TAKE, *table, index, -1, tape->nodes.items[entries[place]].value});
}

/* Record a region of sums. `pairs` are index and number in turn, and do not lie in tape->places. */
int32_t tape_scatter(Tape *tape, int32_t length, const int32_t *pairs, int32_t count) {
    if (length < 0) {
        return raise_of(taping.no_length, "(i)", length);
    }
    if (check_numbers(tape, pairs, 2 * (Py_ssize_t)count) < 0 || !RESERVE(tape->sums, length) ||
        !RESERVE(tape->scatters, 1) || !RESERVE(tape->places, 2 * (Py_ssize_t)count) || !RESERVE(tape->nodes, 1)) {
        return FAILED;
    }
    double *sums = tape->sums.items + tape->sums.count;
    for (int32_t i = 0; i < length; i++) {
        sums[i] = 0.0;
    }
    for (Py_ssize_t i = 0; i < count; i++) {
        Py_ssize_t place = position_of(tape->nodes.items[pairs[2 * i]].value, length);
        if (place < 0) {
            return FAILED;
        }
        sums[place] += tape->nodes.items[pairs[2 * i + 1]].value;
    }
    int32_t region = tape_push(tape, (Node){SCATTER, (int32_t)tape->scatters.count, -1, -1, 0.0});
    if (region >= 0) {
        Py_ssize_t first = keep(tape, pairs, 2 * (Py_ssize_t)count); /* there is room */
        tape->scatters.items[tape->scatters.count++] = (Scatter){first, tape->sums.count, count, length};
        tape->sums.count += length;
    }
    return region;
}

/* Record one of the sums of a region. */
int32_t tape_entry(Tape *tape, int32_t region, int32_t place) {
    if (region < 0 || region >= tape->nodes.count || tape->nodes.items[region].op != SCATTER) {
        return raise_of(taping.no_region, "(in)", region, tape->nodes.count);
    }
    const Scatter *scatter = &tape->scatters.items[tape->nodes.items[region].x];
    if (place < 0 || place >= scatter->length) {
        return raise_of(taping.no_entry, "(ii)", place, scatter->length);
    }
    return tape_share(tape, (Node){ENTRY, region, place, -1, tape->sums.items[scatter->first_sum + place]});
}

/* Answer a condition, and record that a replay must answer it alike. Returns 0 or 1, or FAILED. */
int tape_guard(Tape *tape, int32_t condition) {
    if (!tape_has(tape, condition)) {
        return tape_no_number(tape, condition);
    }
    int outcome = tape->nodes.items[condition].value != 0.0;
    if (tape_is_constant(tape, condition) ||
        (condition < tape->asked.count && tape->asked.items[condition])) {
        return outcome;
    }
    if (tape->guards.count >= taping.most_guards) {
        return raise_of(taping.too_many_guards, "()");
    }
    Py_ssize_t more = (Py_ssize_t)condition + 1 - tape->asked.count;
    if (!RESERVE(tape->guards, 1) || !RESERVE(tape->asked, more)) {
        return FAILED;
    }
    if (more > 0) {
        memset(tape->asked.items + tape->asked.count, 0, (size_t)more);
        tape->asked.count += more;
    }
    tape->asked.items[condition] = 1;
    tape->guards.items[tape->guards.count++] = (Guard){condition, outcome};
    return outcome;
}
