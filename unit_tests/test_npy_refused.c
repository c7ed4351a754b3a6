/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_npy_refused.c
 * @brief Files that are no .npy files, or not the View's. Oracle: the text of the message.
 */
#include "support/outcome.h"

#include <granum/memory.h>
#include <granum/npy.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static char name[] = "/tmp/granum_npy_XXXXXX";
static size_t held;

static void make_file(void) {
    const int descriptor = mkstemp(name);

    cr_assert(ge(int, descriptor, 0));
    close(descriptor);
    held = gr_memory_used(GR_HOST);
}

static void remove_file(void) {
    unlink(name);
    cr_assert(eq(sz, gr_memory_used(GR_HOST), held)); /* nothing leaked, whatever failed */
}

TestSuite(npy_refused, .timeout = 60, .init = make_file, .fini = remove_file);

static void write_file(const char *bytes, size_t size) {
    FILE *file = fopen(name, "wb");

    cr_assert(ne(ptr, file, NULL));
    cr_assert(eq(sz, fwrite(bytes, 1, size, file), size));
    fclose(file);
}

/* A file of version 1 with this dictionary and data bytes of zero behind it. */
static void write_header(const char *dictionary, size_t data) {
    char *bytes = (char *)calloc(1, 10 + strlen(dictionary) + data);
    const size_t length = strlen(dictionary);

    memcpy(bytes, "\x93NUMPY\x01\x00", 8);
    bytes[8] = (char)(length % 256);
    bytes[9] = (char)(length / 256);
    memcpy(bytes + 10, dictionary, length);
    write_file(bytes, 10 + length + data);
    free(bytes);
}

/* Loading fails with this status, and what follows the file's name in the message is this. */
#define REFUSED(status, before, after)                                            \
    do {                                                                          \
        char refused_text[600];                                                   \
        gr_any_view refused_view;                                                 \
        snprintf(refused_text, sizeof refused_text, before "\"%s\"" after, name); \
        FAILS(gr_npy_load(&refused_view, name), status, refused_text);            \
        cr_assert(eq(ptr, refused_view.data, NULL));                              \
    } while (0)

/* The same for a dictionary. */
#define REFUSED_HEADER(dictionary, status, before, after) \
    do {                                                  \
        write_header(dictionary, 100);                    \
        REFUSED(status, before, after);                   \
    } while (0)

/* examples */

Test(npy_refused, what_is_no_npy_file) {
    write_file("", 0);
    REFUSED(GR_BAD_FILE, "first bytes of ", " = \"\" (0 bytes), expected \\x93NUMPY and a version");
    write_file("PK\x03\x04 a zip file", 15);
    REFUSED(GR_BAD_FILE, "first bytes of ",
            " = \"PK?? a\" (12 bytes), expected \\x93NUMPY and a version");
    write_file("\x93NUMPY\x04\x00 not yet there", 21);
    REFUSED(GR_BAD_FILE, "version of ", " = 4.0, expected 1.0, 2.0 or 3.0");
    write_file("\x93NUMPY\x01\x07 not yet there", 21);
    REFUSED(GR_BAD_FILE, "version of ", " = 1.7, expected 1.0, 2.0 or 3.0");
    write_file("\x93NUMPY\x02\x00\x10\x00", 10);
    REFUSED(GR_BAD_FILE, "size of ", " = 10 bytes, expected 12 and a header");
    write_file("\x93NUMPY\x01\x00\x76\x00{'descr'", 18);
    REFUSED(GR_BAD_FILE, "size of ", " = 18 bytes, expected 128 of header alone");
    write_file("\x93NUMPY\x02\x00\xff\xff\xff\xff{'descr'", 20);
    REFUSED(GR_BAD_FILE, "header length of ", " = 4294967295 bytes, expected at most 65535");
}

Test(npy_refused, dtypes_that_views_have_not) {
    const char *const rest = " in either byte order";
    char after[200];

    snprintf(after, sizeof after, "expected bool, an integer, f4, f8, c8 or c16%s", rest);
    static const char *const descr[] = {"<f2",     "<f16", "|O", "<U5",     "|S3", "|V8",
                                        "<M8[ns]", "",     "<",  "float64", "<i3", "<f4 "};
    for (size_t k = 0; k < sizeof descr / sizeof *descr; k++) {
        char dictionary[200], wanted[400];
        gr_any_view v;

        snprintf(dictionary, sizeof dictionary,
                 "{'descr': '%s', 'fortran_order': False, 'shape': (2,), }", descr[k]);
        write_header(dictionary, 100);
        snprintf(wanted, sizeof wanted, "descr of \"%s\" = %s, %s", name, descr[k], after);
        FAILS(gr_npy_load(&v, name), GR_UNSUPPORTED, wanted);
    }
    REFUSED_HEADER("{'descr': [('x', '<f4')], 'fortran_order': False, 'shape': (2,), }",
                   GR_UNSUPPORTED, "descr of ",
                   " = [('x', '<f4')], 'fortran_order': False, 'shape': (2,), }, expected one "
                   "element type, no record");
}

Test(npy_refused, shapes_that_cannot_be) {
    REFUSED_HEADER("{'descr': '<f8', 'fortran_order': False, 'shape': (-3,), }", GR_BAD_FILE,
                   "header of ", " at byte 51 = \"-3,), }\", expected an extent of 0 or more");
    REFUSED_HEADER("{'descr': '<f8', 'fortran_order': False, 'shape': (9223372036854775808,), }",
                   GR_BAD_FILE, "header of ",
                   " at byte 51 = \"9223372036854775808,), }\", expected an extent of less than "
                   "2^63");
    REFUSED_HEADER("{'descr': '<f8', 'fortran_order': False, 'shape': (4294967296, 4294967296), }",
                   GR_BAD_FILE, "shape of ",
                   " = (4294967296, 4294967296) of 8 bytes each, expected at most "
                   "9223372036854775807 bytes together");
    REFUSED_HEADER("{'descr': '<f8', 'fortran_order': False, 'shape': (9223372036854775807,), }",
                   GR_BAD_FILE, "shape of ",
                   " = (9223372036854775807,) of 8 bytes each, expected at most "
                   "9223372036854775807 bytes together");
    /* a shape that an extent of 0 makes empty is still checked */
    REFUSED_HEADER("{'descr': '<f8', 'fortran_order': False, "
                   "'shape': (0, 4294967296, 4294967296), }",
                   GR_BAD_FILE, "shape of ",
                   " = (0, 4294967296, 4294967296) of 8 bytes each, expected at most "
                   "9223372036854775807 bytes together");
    REFUSED_HEADER("{'descr': '<f8', 'fortran_order': False, 'shape': (1,1,1,1,1,1,1,1,1), }",
                   GR_UNSUPPORTED, "rank of ", " = more than 8, expected 0..8");
    REFUSED_HEADER("{'descr': '<f8', 'fortran_order': False, 'shape': (2, 7), }", GR_BAD_FILE,
                   "elements of ", " = 100 bytes, expected 112 for shape (2, 7) of f64");
    REFUSED_HEADER("{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000000,), }",
                   GR_BAD_FILE, "elements of ",
                   " = 100 bytes, expected 8000000000000 for shape (1000000000000,) of f64");
}

Test(npy_refused, headers_that_are_no_dictionary_of_the_three_keys) {
    static const char *const bad[][3] = {
        {"", "header of ", " at byte 0 = \"\", expected a dictionary"},
        {"[]", "header of ", " at byte 0 = \"[]\", expected a dictionary"},
        {"{", "header of ", " at byte 1 = \"\", expected a quoted text"},
        {"{'descr", "header of ", " at byte 7 = \"\", expected the end of a quoted text"},
        {"{'de\\scr': 1}", "header of ",
         " at byte 4 = \"\\scr': 1}\", expected the end of a quoted text"},
        {"{'descr' '<f8'}", "header of ", " at byte 9 = \"'<f8'}\", expected \":\""},
        {"{'descr': 8}", "header of ", " at byte 10 = \"8}\", expected a quoted text"},
        {"{'descr': '<f8' 'shape': ()}", "header of ",
         " at byte 16 = \"'shape': ()}\", expected \",\" or \"}\""},
        {"{'fortran_order': 0}", "header of ", " at byte 18 = \"0}\", expected True or False"},
        {"{'shape': 3}", "header of ", " at byte 10 = \"3}\", expected a tuple of extents"},
        {"{'shape': (3)}", "header of ",
         " at byte 13 = \"}\", expected a tuple of extents, which (n) without a comma is not"},
        {"{'shape': (3 4)}", "header of ", " at byte 13 = \"4)}\", expected \",\" or \")\""},
        {"{'shape': (,)}", "header of ", " at byte 11 = \",)}\", expected an extent of 0 or more"},
        {"{'shape': (3.0,)}", "header of ", " at byte 12 = \".0,)}\", expected \",\" or \")\""},
        {"{'mystery': 3}", "header of ",
         " at byte 2 = \"mystery': 3}\", expected the keys descr, fortran_order and shape, each "
         "once"},
        {"{'shape': (), 'shape': ()}", "header of ",
         " at byte 15 = \"shape': ()}\", expected the keys descr, fortran_order and shape, each "
         "once"},
        {"{'descr': '<f8', 'shape': ()}", "header of ",
         " = without the key fortran_order, expected descr, fortran_order and shape"},
        {"{'descr': '<f8', 'fortran_order': False, 'shape': ()} extra", "header of ",
         " at byte 54 = \"extra\", expected spaces and the end of the line"},
    };

    for (size_t k = 0; k < sizeof bad / sizeof *bad; k++) {
        char wanted[400];
        gr_any_view v;

        write_header(bad[k][0], 0);
        snprintf(wanted, sizeof wanted, "%s\"%s\"%s", bad[k][1], name, bad[k][2]);
        FAILS(gr_npy_load(&v, name), GR_BAD_FILE, wanted);
    }
}

Test(npy_refused, unusual_headers_that_are_right) {
    static const char *const good[] = {
        "{\"shape\":(3L,),\"descr\":\"f8\",\"fortran_order\":True}",
        " { 'shape' : ( 3 , ) , 'fortran_order' : False , 'descr' : '=f8' } \n",
        "{'descr': '|f8', 'fortran_order': False, 'shape': (3,)}",
    };

    for (size_t k = 0; k < sizeof good / sizeof *good; k++) {
        gr_view1_f64 v;

        write_header(good[k], 24 + k); /* and bytes behind the elements */
        SUCCEEDS(GR_NPY_LOAD(&v, name));
        cr_assert(eq(i64, v.extent[0], 3));
        SUCCEEDS(GR_RELEASE(&v));
    }
}

Test(npy_refused, a_bool_is_0_or_1_whatever_the_byte) {
    gr_view1_bool v;
    char bytes[10 + 60 + 3] = "\x93NUMPY\x01\x00\x3c\x00"
                              "{'descr': '|b1', 'fortran_order': False, 'shape': (3,), }  \n";
    bytes[70] = 0;
    bytes[71] = 2;
    bytes[72] = (char)0xff;
    write_file(bytes, sizeof bytes);
    SUCCEEDS(GR_NPY_LOAD(&v, name));
    cr_assert_arr_eq(v.data, "\0\1\1", 3);
    SUCCEEDS(GR_RELEASE(&v));
}

Test(npy_refused, the_file_of_another_view) {
    gr_view1_f64 line;
    gr_view2_f32 single;
    char wanted[400];

    write_header("{'descr': '<f8', 'fortran_order': False, 'shape': (2, 3), }", 48);
    snprintf(wanted, sizeof wanted, "rank of \"%s\" = 2, shape (2, 3), expected 1", name);
    FAILS(GR_NPY_LOAD(&line, name), GR_INVALID_ARG, wanted);
    cr_assert(eq(ptr, line.data, NULL));
    snprintf(wanted, sizeof wanted, "dtype of \"%s\" = f64, expected f32", name);
    FAILS(GR_NPY_LOAD(&single, name), GR_INVALID_ARG, wanted);
    SUCCEEDS(GR_RELEASE(&single));
}

Test(npy_refused, files_that_the_system_refuses) {
    gr_view1_f64 v;
    gr_npy_info info;

    FAILS(GR_NPY_LOAD(&v, "/nowhere/a.npy"), GR_IO,
          "file \"/nowhere/a.npy\" = No such file or directory (errno 2), expected one that can be "
          "read");
    FAILS(GR_NPY_LOAD(&v, "/tmp"), GR_IO,
          "file \"/tmp\" = no regular file, expected one whose size is known");
    FAILS(GR_NPY_LOAD(&v, NULL), GR_INVALID_ARG, "path = NULL, expected the name of a file");
    FAILS(gr_npy_inspect(name, NULL), GR_INVALID_ARG,
          "info = NULL, expected a place for the answer");
    FAILS(gr_npy_inspect("/nowhere/a.npy", &info), GR_IO,
          "file \"/nowhere/a.npy\" = No such file or directory (errno 2), expected one that can be "
          "read");
    SUCCEEDS(GR_CREATE(&v, "v", 3));
    FAILS(gr_npy_save("/nowhere/a.npy", GR_ANY(v)), GR_IO,
          "file \"/nowhere/a.npy\" = No such file or directory (errno 2), expected one that can be "
          "written");
    FAILS(gr_npy_save(NULL, GR_ANY(v)), GR_INVALID_ARG, "path = NULL, expected the name of a file");
    if (access("/dev/full", W_OK) == 0) {
        FAILS(
            gr_npy_save("/dev/full", GR_ANY(v)), GR_IO,
            "file \"/dev/full\" = No space left on device (errno 28), expected one that takes all "
            "bytes");
    }
    SUCCEEDS(GR_RELEASE(&v));
}

typedef struct pair {
    double a, b;
} pair;
GR_DEFINE_VIEW(pair, pair)

Test(npy_refused, elements_of_a_users_type_are_not_saved) {
    gr_view1_pair v;
    char wanted[400];

    SUCCEEDS(GR_CREATE(&v, "v", 3));
    snprintf(wanted, sizeof wanted,
             "dtype of v for \"%s\" = struct of 16 bytes, expected a type that .npy files have",
             name);
    FAILS(gr_npy_save(name, GR_ANY(v)), GR_UNSUPPORTED, wanted);
    SUCCEEDS(GR_RELEASE(&v));
}

Test(npy_refused, nothing_leaks_when_memory_runs_out) {
    gr_view2_f64_left v = {0};
    gr_view2_f64_left w = {0};
    gr_any_view strided;
    long n = 0;
    int status;

    SUCCEEDS(GR_CREATE(&v, "v", 3, 4));
    strided = GR_ANY(v);
    strided.extent[0] = 2; /* not dense: saving needs a copy */
    do {
        gr_impl_fail_allocation_after(n);
        status = gr_npy_save(name, strided);
        cr_assert(status == GR_SUCCESS || status == GR_OUT_OF_MEMORY);
    } while (gr_impl_fail_allocation_after(-1) < 0 && n++ < 100);
    cr_assert(gt(long, n, 0));
    n = 0;
    do { /* a file in C order for a View in Fortran order needs two */
        gr_impl_fail_allocation_after(n);
        status = GR_NPY_LOAD(&w, name);
        cr_assert(status == GR_SUCCESS || status == GR_OUT_OF_MEMORY);
    } while (gr_impl_fail_allocation_after(-1) < 0 && n++ < 100);
    cr_assert(gt(long, n, 1));
    cr_assert(eq(int, status, GR_SUCCESS));
    SUCCEEDS(GR_RELEASE(&w));
    SUCCEEDS(GR_RELEASE(&v));
}

/* laws */

Test(npy_refused, every_truncation_of_a_file_fails_and_leaves_nothing) {
    gr_view2_f64 v;
    char bytes[128 + 96];
    FILE *file;

    SUCCEEDS(GR_CREATE(&v, "v", 3, 4));
    SUCCEEDS(gr_npy_save(name, GR_ANY(v)));
    SUCCEEDS(GR_RELEASE(&v));
    file = fopen(name, "rb");
    cr_assert(eq(sz, fread(bytes, 1, sizeof bytes, file), sizeof bytes));
    fclose(file);
    for (size_t size = 0; size < sizeof bytes; size++) {
        write_file(bytes, size);
        const int status = GR_NPY_LOAD(&v, name);
        cr_assert(eq(int, status, GR_BAD_FILE), "%zu bytes", size);
    }
    write_file(bytes, sizeof bytes);
    SUCCEEDS(GR_NPY_LOAD(&v, name));
    SUCCEEDS(GR_RELEASE(&v));
}
