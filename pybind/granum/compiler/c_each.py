# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""C functions of the debug word "each", for c_runtime.py: the first ten errors of a launch are
printed while it goes on."""

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


def define_all(define):
    """Define them by define(name, text, *what it needs)."""
    define("gr_py_each", """
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
}""", "declare extern int dprintf(int, const char *, ...);")
    define("gr_py_outside_each", """
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
}""", "gr_py_each", "declare extern int snprintf(char *, size_t, const char *, ...);")
    define("gr_py_record_each", """
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
}""", "gr_py_each", "gr_py_record", "declare extern int snprintf(char *, size_t, const char *, ...);")
