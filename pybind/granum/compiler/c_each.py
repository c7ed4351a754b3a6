# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""C functions of the debug word "each", for c_runtime.py: the first ten errors of a launch are
printed while it goes on; those of a device are noted in memory that both reach, and printed at its end."""

from __future__ import annotations

from .c_text import c_string


def tables(entry, kernel, sites):
    """Lines of C: what each bit means, and the indices' names; by functions, since blocks of
    launches see no arrays."""
    lines = []
    errors = ["%s: %s(): %s" % (s.place.at(), kernel.name, s.message) for s in sites[:63]]
    for name, texts in (("errors", errors), ("indices", kernel.indices)):
        lines += ["static const char *const *%s_%s(void) {" % (entry, name),
                  "    static const char *const text[] = {%s};" % ", ".join(c_string(t) for t in texts),
                  "", "    return text;", "}"]
    return lines + [""]


def places(entry, sites):
    """The same for a device, whose errors the host prints after the launch: of each index that is looked
    at by itself what it is, where it stands and whose."""
    texts = [c_string(text) for site in sites for text in getattr(site, "told", ("", "", ""))]
    return ["static const char *const *%s_outside(void) {" % entry,
            "    static const char *const text[] = {%s};" % (", ".join(texts) or "0"),
            "", "    return text;", "}", ""]


# What a launch on a device notes of its first errors, in both files.
NOTE = """/* An iteration's errors as bits and its indices; or, by its code, an index that leaves its array, and
 * the shape of that. */
typedef struct gr_py_note {
    int32_t code, rank;
    uint64_t bad;
    int64_t at[7];
} gr_py_note;
"""


def define_all(define):
    """Define them by define(name, text, *what it needs)."""
    define("gr_py_each", """
#ifndef GR_PY_DEVICE
extern int dprintf(int, const char *, ...);
extern int snprintf(char *, size_t, const char *, ...);

/* Errors of the launch so far; of launches at a time, together. */
static int64_t gr_py_found;

/* Whether one more is printed. */
static __attribute__((unused)) bool gr_py_tells(void) {
    return __atomic_fetch_add(&gr_py_found, 1, __ATOMIC_RELAXED) < 10;
}

/* At a launch's end. */
static __attribute__((unused)) void gr_py_sum_up(const char *kernel) {
    const long long found = (long long)__atomic_exchange_n(&gr_py_found, 0, __ATOMIC_RELAXED);

    if (found > 0) {
        dprintf(2, "granum: %s: %lld error%s in all\\n", kernel, found, found == 1 ? "" : "s");
    }
}
#endif""")
    define("gr_py_outside_each", """
#ifndef GR_PY_DEVICE
static __attribute__((cold, noinline, unused)) void gr_py_outside_each(
    const char *what, const char *where, const char *array, int64_t index, int64_t extent,
    const int64_t *shape, int rank) {
    char text[200];
    int at = 0;

    if (!gr_py_tells()) {
        return;
    }
    for (int d = 0; d < rank; ++d) {
        at += snprintf(text + at, sizeof text - (size_t)at, d > 0 ? ", %lld" : "%lld",
                       (long long)shape[d]);
    }
    dprintf(2, "granum: %s = %lld in %s, expected 0..%lld where the shape of %s is (%s%s)\\n", what,
            (long long)index, where, (long long)extent - 1, array, text, rank == 1 ? "," : "");
}
#endif""", "gr_py_each")
    define("gr_py_record_each", """
#ifndef GR_PY_DEVICE
/* What each bit of an iteration means, and its indices by name. */
static __attribute__((cold, noinline, unused)) void gr_py_record_each(
    gr_py_fault *fault, uint64_t bad, const char *const *what, const char *const *names,
    const int64_t *index, int rank) {
    char text[300] = "";
    int at = 0;

    gr_py_record(fault, bad, index, rank);
    for (int d = 0; d < rank && at < 200; ++d) {
        at += snprintf(text + at, sizeof text - (size_t)at, "%s%.40s = %lld", d > 0 ? ", " : " at ",
                       names[d], (long long)index[d]);
    }
    for (; bad != 0; bad &= bad - 1) {
        if (gr_py_tells()) {
            dprintf(2, "granum: %s%s\\n", what[__builtin_ctzll(bad)], text);
        }
    }
}
#endif""", "gr_py_each", "gr_py_record")
    define("gr_py_notes", """
#ifndef GR_PY_DEVICE
""" + NOTE + """#endif
#ifdef GR_PY_DEVICE
/* A place for one more error, NULL where there is none left; all are counted. */
static __attribute__((cold, noinline, unused)) gr_py_note *gr_py_take_note(gr_py_fault *fault) {
    const unsigned n = gr_impl_dev_fetch_add(fault->taken + 1, 1u);

    return n < 10 ? &fault->note[n] : 0;
}

static __attribute__((cold, noinline, unused)) void gr_py_note_outside(
    gr_py_fault *fault, int32_t code, int64_t index, int rank, int dim, int64_t a, int64_t b,
    int64_t c, int64_t d, int64_t e, int64_t f) {
    gr_py_note *note = gr_py_take_note(fault);

    if (note) {
        note->rank = rank;
        note->bad = (uint64_t)dim;
        note->at[0] = index;
        note->at[1] = a;
        note->at[2] = b;
        note->at[3] = c;
        note->at[4] = d;
        note->at[5] = e;
        note->at[6] = f;
        note->code = code;
    }
}

static __attribute__((cold, noinline, unused)) void gr_py_record_note(
    gr_py_fault *fault, uint64_t bad, const int64_t *index, int rank) {
    gr_py_record(fault, bad, index, rank);
    for (; bad != 0; bad &= bad - 1) {
        gr_py_note *note = gr_py_take_note(fault);

        if (note) {
            note->rank = rank;
            note->bad = bad & -bad;
            for (int d = 0; d < rank; ++d) {
                note->at[d] = index[d];
            }
        }
    }
}
#else
/* The launch's first error, as in gr_py_fault, and the first ones by themselves. */
typedef struct gr_py_notes {
    int32_t code, line;
    int64_t value[6];
    gr_py_note note[10];
} gr_py_notes;

/* Print what a launch noted. */
static __attribute__((unused)) void gr_py_tell_notes(const gr_py_note *note, unsigned count,
                                                     const char *const *what, const char *const *names,
                                                     const char *const *outside) {
    for (unsigned n = 0; n < count && n < 10; ++n, ++note) {
        const char *const *place = outside + 3 * (note->code > 0 ? note->code - 100 : 0);
        gr_py_fault none = {0};

        if (note->code > 0) {
            gr_py_outside_each(place[0], place[1], place[2], note->at[0], note->at[1 + note->bad],
                               note->at + 1, note->rank);
        } else if (note->bad != 0) {
            gr_py_record_each(&none, note->bad, what, names, note->at, note->rank);
        }
    }
    if (count > 10) {
        __atomic_fetch_add(&gr_py_found, (int64_t)count - 10, __ATOMIC_RELAXED);
    }
}
#endif""", "gr_py_outside_each", "gr_py_record_each", "gr_py_record")
