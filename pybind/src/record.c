/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file record.c
 * @brief Structs among the arguments: NumPy's structured dtypes, instances of dataclasses, and
 * members of enumerations.
 *
 * Each kind of struct has a number behind those of gr_dtype, from the first time that one is met:
 * granum.records describes it then, as a tuple. By value a struct is the words of its fields, one
 * after the other, a member of an enumeration its position.
 */
#include "module.h"

#include <string.h>

/** One field; what is in memory has an offset, and may be an array. */
typedef struct record_field {
    PyObject *name;
    int dtype; /**< a gr_dtype or the number of a struct */
    Py_ssize_t offset, count;
} record_field;

struct record {
    PyObject *described;
    PyObject *type;    /**< the dataclass or enumeration; NULL: a structured dtype */
    PyObject *members; /**< of an enumeration: names to positions; else NULL */
    PyObject *format;  /**< of an element in a buffer, bytes; NULL until somebody asks */
    Py_ssize_t size;
    int fields, words;
    record_field field[];
};

static void record_free(record *self) {
    if (self) {
        for (int k = 0; k < self->fields; k++) {
            Py_XDECREF(self->field[k].name);
        }
        Py_XDECREF(self->described);
        Py_XDECREF(self->type);
        Py_XDECREF(self->members);
        Py_XDECREF(self->format);
        PyMem_Free(self);
    }
}

/** Forget all structs: the module ends. */
void record_clear(module_state *state) {
    for (int k = FIRST_RECORD; k < MOST_DTYPES; k++) {
        record_free(state->record[k]);
        state->record[k] = NULL;
    }
    Py_CLEAR(state->known);
}

int record_words(const module_state *state, int dtype) {
    if (dtype >= FIRST_RECORD) {
        return state->record[dtype]->words;
    }
    return dtype == GR_C64 || dtype == GR_C128 ? 2 : 1;
}

Py_ssize_t record_size(const module_state *state, int dtype) {
    return dtype >= FIRST_RECORD ? state->record[dtype]->size
                                 : (Py_ssize_t)gr_dtype_size((gr_dtype)dtype);
}

PyObject *record_described(const module_state *state, int dtype) {
    return Py_NewRef(state->record[dtype]->described);
}

/* The number of a field's type: a gr_dtype's, or a struct's. */
static int dtype_of_word(module_state *state, PyObject *word, int *dtype) {
    static const char *const weak[] = {"int", "float", "complex"};
    static const gr_dtype meant[] = {GR_I64, GR_F64, GR_C128};

    if (PyTuple_Check(word)) {
        return record_number(state, word, dtype);
    }
    for (int k = 0; k < 3; k++) {
        if (PyUnicode_Check(word) && PyUnicode_CompareWithASCIIString(word, weak[k]) == 0) {
            *dtype = (int)meant[k];
            return 0;
        }
    }
    *dtype = (int)dtype_of_name(word);
    return *dtype ? 0 : -1;
}

/* One field of a description: (name, type[, offset, shape]). */
static int read_field(module_state *state, PyObject *item, record_field *field) {
    PyObject *name, *word, *shape = NULL;

    field->count = 1;
    if (!PyTuple_Check(item) ||
        !PyArg_ParseTuple(item, "UO|nO!", &name, &word, &field->offset, &PyTuple_Type, &shape) ||
        dtype_of_word(state, word, &field->dtype) < 0) {
        if (!PyErr_Occurred()) {
            PyErr_Format(PyExc_TypeError, "field = %R, expected a tuple", item);
        }
        return -1;
    }
    for (Py_ssize_t d = 0; shape && d < PyTuple_GET_SIZE(shape); d++) {
        field->count *= PyLong_AsSsize_t(PyTuple_GET_ITEM(shape, d));
    }
    field->name = Py_NewRef(name);
    PyUnicode_InternInPlace(&field->name);
    return PyErr_Occurred() ? -1 : 0;
}

/* Keep an object, or NULL, where nobody has kept one before; passes on the reference. */
static void keep_first(PyObject **place, PyObject *object) {
    PyObject *none = NULL;

    if (!__atomic_compare_exchange_n(place, &none, object, false, __ATOMIC_ACQ_REL,
                                     __ATOMIC_RELAXED)) {
        Py_XDECREF(object);
    }
}

/* {name: position} of the members of an enumeration, which are (name, value). */
static PyObject *read_members(PyObject *members) {
    PyObject *positions = PyDict_New();

    for (Py_ssize_t k = 0; positions && k < PyTuple_GET_SIZE(members); k++) {
        PyObject *name, *number, *value;

        number = PyLong_FromSsize_t(k);
        if (!number || !PyArg_ParseTuple(PyTuple_GET_ITEM(members, k), "UO", &name, &value) ||
            PyDict_SetItem(positions, name, number) < 0) {
            Py_CLEAR(positions);
        }
        Py_XDECREF(number);
    }
    return positions;
}

static bool is_word(PyObject *object, const char *word) {
    return object && PyUnicode_Check(object) && PyUnicode_CompareWithASCIIString(object, word) == 0;
}

static record *record_read(module_state *state, PyObject *described) {
    const Py_ssize_t count = PyTuple_GET_SIZE(described);
    PyObject *kind = count == 3 ? PyTuple_GET_ITEM(described, 0) : NULL;
    const bool plain = is_word(kind, "struct");
    PyObject *fields = kind ? PyTuple_GET_ITEM(described, plain ? 1 : 2) : NULL;
    record *self;

    if (!fields || !PyTuple_Check(fields)) {
        PyErr_Format(PyExc_TypeError,
                     "struct = %R, expected ('struct', fields, size), "
                     "('dataclass', name, fields) or ('enum', name, members)",
                     described);
        return NULL;
    }
    self = PyMem_Calloc(1, sizeof *self + (size_t)PyTuple_GET_SIZE(fields) * sizeof *self->field);
    if (!self) {
        PyErr_NoMemory();
        return NULL;
    }
    self->described = Py_NewRef(described);
    if (is_word(kind, "enum")) {
        self->words = 1;
        self->members = read_members(fields);
        if (!self->members) {
            record_free(self);
            return NULL;
        }
        return self;
    }
    self->size = plain ? PyLong_AsSsize_t(PyTuple_GET_ITEM(described, 2)) : 0;
    for (Py_ssize_t k = 0; k < PyTuple_GET_SIZE(fields); k++) {
        record_field *field = &self->field[self->fields];

        if (PyErr_Occurred() || read_field(state, PyTuple_GET_ITEM(fields, k), field) < 0) {
            record_free(self);
            return NULL;
        }
        self->fields++;
        self->words += (int)field->count * record_words(state, field->dtype);
    }
    return self;
}

/*
 * Give a struct the next number. Where threads run without a lock around them, the one whose number
 * gets into the dictionary of what is known is right; what is in there stays, as do all records, so
 * borrowed references to it do.
 */
static int record_add(module_state *state, PyObject *described, int *number) {
    record *made = record_read(state, described);
    PyObject *value, *kept;

    if (!made) {
        return -1;
    }
    for (*number = FIRST_RECORD; *number < MOST_DTYPES; (*number)++) {
        record *none = NULL;

        if (__atomic_compare_exchange_n(&state->record[*number], &none, made, false,
                                        __ATOMIC_ACQ_REL, __ATOMIC_RELAXED)) {
            break;
        }
    }
    if (*number == MOST_DTYPES) {
        record_free(made);
        PyErr_Format(PyExc_TypeError,
                     "is the %dth kind of struct in this process, expected at "
                     "most %d",
                     MOST_DTYPES - FIRST_RECORD + 1, MOST_DTYPES - FIRST_RECORD);
        return -1;
    }
    value = PyLong_FromLong(*number);
    kept = value ? PyDict_SetDefault(state->known, described, value) : NULL;
    if (kept != value || !kept) { /* nobody has seen the number that was taken */
        __atomic_store_n(&state->record[*number], NULL, __ATOMIC_RELEASE);
        record_free(made);
    }
    Py_XDECREF(value);
    *number = kept ? (int)PyLong_AsLong(kept) : -1;
    return kept ? 0 : -1;
}

/* Look up a struct that may be known: 1 and its number, 0, or -1 with an exception. */
static int look_up(module_state *state, PyObject *thing, int *number) {
    PyObject *found;

    if (!state->known) {
        PyErr_SetString(PyExc_RuntimeError, "a struct met granum after its module was unloaded");
        return -1;
    }
    found = PyDict_GetItemWithError(state->known, thing);
    if (found) {
        *number = (int)PyLong_AsLong(found);
        return 1;
    }
    return PyErr_Occurred() ? -1 : 0;
}

/** The number of a struct by its description: 0, or -1 with an exception. */
int record_number(module_state *state, PyObject *described, int *number) {
    const int found = look_up(state, described, number);

    return found == 0 ? record_add(state, described, number) : found < 0 ? -1 : 0;
}

/** The number of a structured dtype, a dataclass or an enumeration: 0, or -1 with an exception. */
int record_find(module_state *state, PyObject *thing, int *number) {
    const int found = look_up(state, thing, number);
    PyObject *records, *described, *value;
    int status = -1;

    if (found) {
        return found < 0 ? -1 : 0;
    }
    records = PyImport_ImportModule("granum.records");
    described = records ? PyObject_CallMethod(records, "describe", "O", thing) : NULL;
    if (described && record_number(state, described, number) == 0) {
        keep_first(PyType_Check(thing) ? &state->record[*number]->type : &state->descr[*number],
                   Py_NewRef(thing)); /* before others can find it */
        value = PyLong_FromLong(*number);
        status = value ? PyDict_SetItem(state->known, thing, value) : -1;
        Py_XDECREF(value);
    }
    Py_XDECREF(records);
    Py_XDECREF(described);
    return status;
}

/** Type, offset and count of a field of a struct in memory: 0, or -1 where there is none. */
int record_field_of(const module_state *state, int dtype, PyObject *name, int *type,
                    Py_ssize_t *offset, Py_ssize_t *count) {
    const record *self = state->record[dtype];

    for (int k = 0; k < self->fields; k++) {
        if (PyUnicode_Compare(self->field[k].name, name) == 0) {
            *type = self->field[k].dtype;
            *offset = self->field[k].offset;
            *count = self->field[k].count;
            return 0;
        }
    }
    return -1;
}

/** What a buffer says of a struct, or NULL with an exception. */
const char *record_format(module_state *state, int dtype) {
    record *self = state->record[dtype];

    if (!self->format) {
        PyObject *module = PyImport_ImportModule("granum._view");
        PyObject *text =
            module ? PyObject_CallMethod(module, "format_of", "O", state->descr[dtype]) : NULL;

        keep_first(&self->format, text ? PyUnicode_AsUTF8String(text) : NULL);
        Py_XDECREF(module);
        Py_XDECREF(text);
    }
    return self->format ? PyBytes_AS_STRING(self->format) : NULL;
}

/** The words of a struct that lies in memory: the word after them. */
int64_t *record_fill_memory(const module_state *state, int dtype, const char *data,
                            int64_t *words) {
    const record *self = state->record[dtype];

    for (int k = 0; k < self->fields; k++) {
        const record_field *field = &self->field[k];
        const Py_ssize_t size = record_size(state, field->dtype);
        const char *at = data + field->offset;

        for (Py_ssize_t item = 0; item < field->count; item++, at += size) {
            int64_t value[2]; /* fields are aligned to nothing */

            if (field->dtype >= FIRST_RECORD) {
                words = record_fill_memory(state, field->dtype, at, words);
                continue;
            }
            memcpy(value, at, (size_t)size);
            words = argument_from_memory((gr_dtype)field->dtype, value, words);
        }
    }
    return words;
}

/* The word of a member of an enumeration; of a Flag's the named ones only. */
static int64_t *fill_member(const record *self, PyObject *member, int64_t *words) {
    PyObject *name = PyObject_GetAttrString(member, "_name_");
    PyObject *found =
        name && PyUnicode_Check(name) ? PyDict_GetItemWithError(self->members, name) : NULL;

    if (found) {
        *words = PyLong_AsLongLong(found);
    } else if (!PyErr_Occurred()) {
        PyErr_Format(PyExc_TypeError, "is %R, expected a member with a name: pass its .value",
                     member);
    }
    Py_XDECREF(name);
    return found ? words + 1 : NULL;
}

/**
 * The words of an instance of a dataclass or a member of an enumeration: the word after them, or
 * NULL with an exception.
 */
int64_t *record_fill_object(const module_state *state, int dtype, PyObject *object,
                            int64_t *words) {
    const record *self = state->record[dtype];

    if (self->members) {
        return fill_member(self, object, words);
    }
    for (int k = 0; words && k < self->fields; k++) {
        const record_field *field = &self->field[k];
        PyObject *value = PyObject_GetAttr(object, field->name);

        if (!value) {
            return NULL;
        }
        if (field->dtype >= FIRST_RECORD) {
            words = record_fill_object(state, field->dtype, value, words);
        } else {
            words = argument_from_number((gr_dtype)field->dtype, value, words);
            if (!words && PyErr_ExceptionMatches(PyExc_TypeError)) {
                PyErr_Clear();
                PyErr_Format(PyExc_TypeError, "has a field %U = %R, expected %s", field->name,
                             value, field->dtype <= GR_U64 ? "an integer" : "a number");
            }
        }
        Py_DECREF(value);
    }
    return words;
}

/** Whether an object's very class is the one that a number was first given to. */
bool record_is(const module_state *state, int dtype, PyObject *object) {
    return (PyObject *)Py_TYPE(object) == state->record[dtype]->type;
}
