/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_npy_numpy.c
 * @brief .npy files in both directions. Oracle: NumPy itself, where Python has it.
 */
#include "support/outcome.h"

#include <granum/copy.h>
#include <granum/npy.h>
#include <granum/subview.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

TestSuite(npy_numpy, .timeout = 120);

/* A folder of this test alone, removed at its end. */
static char folder[] = "/tmp/granum_npy_XXXXXX";
static char path_text[4][400];

static const char *path(int k, const char *name) {
    snprintf(path_text[k], sizeof path_text[k], "%s/%s", folder, name);
    return path_text[k];
}

static void make_folder(void) {
    cr_assert(ne(ptr, mkdtemp(folder), NULL));
}

static void remove_folder(void) {
    char command[300];

    snprintf(command, sizeof command, "rm -r %s", folder);
    cr_assert(eq(int, system(command), 0));
}

/* A Python that has NumPy, as CMake found it. */
static const char *interpreter(void) {
    const char *given = getenv("GRANUM_TEST_PYTHON");

    return given == NULL || *given == '\0' ? "python3" : given;
}

/* Whether it is there: a test is skipped otherwise. */
static bool has_numpy(void) {
    char command[1000];

    snprintf(command, sizeof command, "%s -c 'import numpy' 2>/dev/null", interpreter());
    return system(command) == 0;
}

/* Run a Python program with numpy as np, the folder as its working directory. */
static int python(const char *program) {
    char command[6000];

    snprintf(command, sizeof command, "cd %s && %s -c \"import numpy as np\n%s\"", folder,
             interpreter(), program);
    return system(command);
}

static bool same_bytes(const char *a, const char *b) {
    char command[1000];

    snprintf(command, sizeof command, "cmp %s %s", a, b);
    return system(command) == 0;
}

/* examples */

Test(npy_numpy, a_saved_file_is_numpys_own, .init = make_folder, .fini = remove_folder) {
    gr_view2_f64 a;
    gr_view2_f64_left f;
    gr_view1_i32 v;
    gr_view0_c128 s;
    gr_view3_bool b;
    gr_view2_u8 empty;
    gr_view2_f64 part;

    if (!has_numpy()) {
        cr_skip_test("no NumPy");
    }
    SUCCEEDS(GR_CREATE(&a, "a", 3, 4));
    SUCCEEDS(GR_CREATE(&f, "f", 3, 4));
    SUCCEEDS(GR_CREATE(&v, "v", 1000));
    SUCCEEDS(GR_CREATE(&s, "s"));
    SUCCEEDS(GR_CREATE(&b, "b", 2, 1, 3));
    SUCCEEDS(GR_CREATE(&empty, "empty", 0, 5));
    for (int k = 0; k < 12; k++) {
        a.data[k] = k / 4.0;
    }
    for (int k = 0; k < 1000; k++) {
        v.data[k] = -k;
    }
    GR_AT(s) = (gr_c128){1, -2};
    GR_AT(b, 1, 0, 2) = true;
    SUCCEEDS(gr_deep_copy(GR_ANY(f), GR_ANY(a)));
    SUCCEEDS(GR_SUBVIEW(&part, a, gr_slice(0, 3), gr_slice(1, 3)));
    SUCCEEDS(gr_npy_save(path(0, "a.npy"), GR_ANY(a)));
    SUCCEEDS(gr_npy_save(path(0, "f.npy"), GR_ANY(f)));
    SUCCEEDS(gr_npy_save(path(0, "v.npy"), GR_ANY(v)));
    SUCCEEDS(gr_npy_save(path(0, "s.npy"), GR_ANY(s)));
    SUCCEEDS(gr_npy_save(path(0, "b.npy"), GR_ANY(b)));
    SUCCEEDS(gr_npy_save(path(0, "empty.npy"), GR_ANY(empty)));
    SUCCEEDS(gr_npy_save(path(0, "part.npy"), GR_ANY(part)));
    cr_assert(eq(int,
                 python("a = np.arange(12.0).reshape(3, 4) / 4\n"
                        "b = np.zeros((2, 1, 3), bool); b[1, 0, 2] = True\n"
                        "np.save('na', a); np.save('nf', np.asfortranarray(a))\n"
                        "np.save('nv', -np.arange(1000, dtype='i4'))\n"
                        "np.save('ns', np.complex128(1 - 2j)); np.save('nb', b)\n"
                        "np.save('nempty', np.zeros((0, 5), 'u1'))\n"
                        "np.save('npart', a[0:3, 1:3])\n"),
                 0));
    cr_assert(same_bytes(path(0, "a.npy"), path(1, "na.npy")));
    cr_assert(same_bytes(path(0, "f.npy"), path(1, "nf.npy")));
    cr_assert(same_bytes(path(0, "v.npy"), path(1, "nv.npy")));
    cr_assert(same_bytes(path(0, "s.npy"), path(1, "ns.npy")));
    cr_assert(same_bytes(path(0, "b.npy"), path(1, "nb.npy")));
    cr_assert(same_bytes(path(0, "empty.npy"), path(1, "nempty.npy")));
    cr_assert(same_bytes(path(0, "part.npy"), path(1, "npart.npy")));
    SUCCEEDS(GR_RELEASE(&a));
    SUCCEEDS(GR_RELEASE(&f));
    SUCCEEDS(GR_RELEASE(&v));
    SUCCEEDS(GR_RELEASE(&s));
    SUCCEEDS(GR_RELEASE(&b));
    SUCCEEDS(GR_RELEASE(&empty));
    SUCCEEDS(GR_RELEASE(&part));
}

Test(npy_numpy, both_byte_orders_and_layouts_load_alike, .init = make_folder,
     .fini = remove_folder) {
    static const char *const names[] = {"little_c", "big_c", "little_f", "big_f"};
    gr_view2_f32 right;
    gr_view2_f32_left left;
    gr_view2_f32_strided any;
    gr_view1_c64 z;
    gr_view1_i16 h;

    if (!has_numpy()) {
        cr_skip_test("no NumPy");
    }
    cr_assert(eq(int,
                 python("a = np.arange(15, dtype='<f4').reshape(3, 5)\n"
                        "np.save('little_c', a); np.save('little_f', np.asfortranarray(a))\n"
                        "b = a.astype('>f4')\n"
                        "np.save('big_c', b); np.save('big_f', np.asfortranarray(b))\n"
                        "np.save('z', np.array([1 + 2j, 3 - 4j], '>c8'))\n"
                        "np.save('h', np.array([1, -2, 300], '>i2'))\n"),
                 0));
    for (int k = 0; k < 4; k++) {
        char name[20];

        snprintf(name, sizeof name, "%s.npy", names[k]);
        SUCCEEDS(GR_NPY_LOAD(&right, path(0, name)));
        SUCCEEDS(GR_NPY_LOAD(&left, path(0, name)));
        SUCCEEDS(GR_NPY_LOAD(&any, path(0, name)));
        for (int i = 0; i < 3; i++) {
            for (int j = 0; j < 5; j++) {
                cr_assert(eq(flt, GR_AT(right, i, j), (float)(5 * i + j)));
                cr_assert(eq(flt, GR_AT(left, i, j), (float)(5 * i + j)));
                cr_assert(eq(flt, GR_AT(any, i, j), (float)(5 * i + j)));
            }
        }
        cr_assert(eq(i64, any.stride[0], k < 2 ? 5 : 1)); /* as in the file */
        cr_assert_str_eq(gr_view_label(GR_ANY(right)), path(0, name));
        SUCCEEDS(GR_RELEASE(&right));
        SUCCEEDS(GR_RELEASE(&left));
        SUCCEEDS(GR_RELEASE(&any));
    }
    SUCCEEDS(GR_NPY_LOAD(&z, path(0, "z.npy")));
    cr_assert(eq(flt, GR_AT(z, 1).re, 3));
    cr_assert(eq(flt, GR_AT(z, 1).im, -4));
    SUCCEEDS(GR_NPY_LOAD(&h, path(0, "h.npy")));
    cr_assert(eq(int, GR_AT(h, 1), -2));
    cr_assert(eq(int, GR_AT(h, 2), 300));
    SUCCEEDS(GR_RELEASE(&z));
    SUCCEEDS(GR_RELEASE(&h));
}

/* laws */

Test(npy_numpy, every_dtype_rank_version_and_order_goes_round, .init = make_folder,
     .fini = remove_folder) {
    char name[300], again[300];
    gr_any_view v;
    gr_npy_info info;
    FILE *list;
    int files = 0;

    if (!has_numpy()) {
        cr_skip_test("no NumPy");
    }
    cr_assert(eq(int,
                 python("import warnings; warnings.simplefilter('ignore')\n"
                        "rng = np.random.default_rng(1)\n"
                        "names = open('list', 'w')\n"
                        "for t in 'i1 i2 i4 i8 u1 u2 u4 u8 f4 f8 c8 c16 b1'.split():\n"
                        "  for shape in [(), (0,), (7,), (3, 4), (2, 0, 3), (2, 3, 4), (2,) * 8]:\n"
                        "    a = rng.integers(0, 100, shape).astype('<' + t)\n"
                        "    for order in 'CF':\n"
                        "      for end in '<>':\n"
                        "        for version in [(1, 0), (2, 0), (3, 0)]:\n"
                        "          name = '%s_%d_%d_%s_%d_%d' % (t, len(shape), a.size, order,\n"
                        "                                         end == '>', version[0])\n"
                        "          b = np.array(a, order=order).astype(end + t, order='K')\n"
                        "          np.lib.format.write_array(open(name, 'wb'), b, version)\n"
                        "          np.save(name + '_native', b.astype('<' + t, order='K'))\n"
                        "          names.write(name + chr(10))\n"),
                 0));
    list = fopen(path(0, "list"), "r");
    cr_assert(ne(ptr, list, NULL));
    while (fscanf(list, "%200s", name) == 1) {
        SUCCEEDS(gr_npy_inspect(path(1, name), &info));
        SUCCEEDS(gr_npy_load(&v, path(1, name)));
        cr_assert(eq(int, v.rank, info.rank));
        cr_assert(eq(int, v.dtype, info.dtype));
        cr_assert(eq(int, info.version, name[strlen(name) - 1] - '0'));
        SUCCEEDS(gr_npy_save(path(2, "again.npy"), v));
        snprintf(again, sizeof again, "%s_native.npy", name);
        cr_assert(same_bytes(path(2, "again.npy"), path(3, again)), "%s", name);
        SUCCEEDS(gr_view_release(&v));
        files++;
    }
    fclose(list);
    cr_assert(eq(int, files, 13 * 7 * 2 * 2 * 3));
}

static void read_text(const char *name, char text[200]) {
    FILE *file = fopen(name, "r");

    cr_assert(ne(ptr, file, NULL));
    text[fread(text, 1, 199, file)] = '\0';
    fclose(file);
}

Test(npy_numpy, a_view_is_dumped_as_text_or_npy, .init = make_folder, .fini = remove_folder) {
    gr_view1_i32 v, back;
    char file[300], text[200];

    cr_assert(eq(int, (int)GR_CREATE(&v, "v", 3), GR_SUCCESS));
    GR_AT(v, 1) = 5;
    snprintf(file, sizeof file, "%s/v.txt", folder);
    cr_expect(eq(int, (int)gr_debug_dump(GR_ANY(v), file), GR_SUCCESS));
    read_text(file, text);
    cr_expect(ne(ptr, strstr(text, "[0 5 0]"), NULL), "%s", text);
    snprintf(file, sizeof file, "%s/v.npy", folder);
    cr_expect(eq(int, (int)gr_debug_dump(GR_ANY(v), file), GR_SUCCESS));
    cr_assert(eq(int, (int)GR_NPY_LOAD(&back, file), GR_SUCCESS));
    cr_expect(eq(int, GR_AT(back, 1), 5));
    cr_expect(eq(int, (int)gr_debug_dump(GR_ANY(v), "/no/such/folder/v"), GR_IO));
    cr_expect(eq(str, (char *)gr_last_error()->message,
                 "file = \"/no/such/folder/v\", expected one that can be written: No such file or "
                 "directory"));
    cr_expect(eq(int, (int)gr_debug_dump(GR_ANY(v), NULL), GR_INVALID_ARG));
    GR_RELEASE(&v);
    GR_RELEASE(&back);
}
