/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_sim_memory.c
 * @brief Views in device, pinned and managed memory: made, copied, filled, written to files, and
 * used in the wrong place.
 *
 * Oracle: the same operations on host Views, and the messages as written here.
 */
#include "test_sim_memory.h"

#include "support/capture.h"
#include "support/outcome.h"

#include <granum/granum.h>

#include <stdlib.h>
#include <string.h>

enum { N = 13, M = 7 };

static gr_view2_f64_right table(void) {
    gr_view2_f64_right v;

    SUCCEEDS(GR_CREATE(&v, "table", N, M));
    for (gr_index i = 0; i < N; i++) {
        for (gr_index j = 0; j < M; j++) {
            GR_AT(v, i, j) = (double)(100 * i + j);
        }
    }
    return v;
}

/* The View holds table() + add. */
static void holds_table(gr_any_view v, double add) {
    gr_view2_f64_strided typed;
    gr_view2_f64_right host;

    SUCCEEDS(GR_FROM_ANY(&typed, v));
    SUCCEEDS(GR_MIRROR_COPY(&host, typed));
    for (gr_index i = 0; i < N; i++) {
        for (gr_index j = 0; j < M; j++) {
            cr_assert(eq(dbl, GR_AT(host, i, j), (double)(100 * i + j) + add));
        }
    }
    SUCCEEDS(GR_RELEASE(&host));
    SUCCEEDS(GR_RELEASE(&typed));
}

/* ---- examples ---- */

Test(sim_memory, files_of_a_device_make_left_views_on_it, .timeout = 60) {
    gr_space space = GR_HOST;
    gr_layout layout = GR_RIGHT;
    gr_index stride = 0;

    SUCCEEDS(made_by_default(&space, &layout, &stride));
    cr_assert(eq(int, (int)space, (int)GR_DEVICE));
    cr_assert(eq(int, (int)layout, (int)GR_LEFT));
    cr_assert(eq(int, (int)stride, 3));
    cr_assert(eq(sz, gr_memory_used(GR_DEVICE), 0));
}

Test(sim_memory, views_know_their_space, .timeout = 60) {
    static const gr_space spaces[] = {GR_HOST, GR_DEVICE, GR_PINNED, GR_MANAGED};

    for (int k = 0; k < 4; k++) {
        gr_view1_f64 v, mirror;

        SUCCEEDS(GR_CREATE_IN(&v, spaces[k], "v", 100));
        cr_assert(eq(int, (int)gr_view_space(GR_ANY(v)), (int)spaces[k]));
        cr_assert(eq(sz, gr_memory_used(spaces[k]), 800));
        SUCCEEDS(GR_MIRROR_COPY(&mirror, v));
        cr_assert(eq(int, mirror.data == v.data, spaces[k] != GR_DEVICE));
        cr_assert(eq(dbl, GR_AT(mirror, 99), 0.0));
        SUCCEEDS(GR_RELEASE(&mirror));
        SUCCEEDS(GR_RELEASE(&v));
        cr_assert(eq(sz, gr_memory_used(spaces[k]), 0));
    }
}

Test(sim_memory, kernels_reach_every_space_but_the_hosts, .timeout = 60) {
    static const gr_space spaces[] = {GR_DEVICE, GR_PINNED, GR_MANAGED};
    gr_view1_f64 v, host;

    for (int k = 0; k < 3; k++) {
        SUCCEEDS(GR_CREATE_IN(&v, spaces[k], "v", 1000));
        SUCCEEDS(add_one(v));
        SUCCEEDS(GR_MIRROR_COPY(&host, v));
        cr_assert(eq(dbl, GR_AT(host, 999), 1.0));
        SUCCEEDS(GR_RELEASE(&host));
        SUCCEEDS(GR_RELEASE(&v));
    }
    SUCCEEDS(GR_CREATE(&v, "at home", 1000));
    FAILS(add_one(v), GR_INVALID_ARG,
          "kernel \"add one\": view \"at home\" = in space host, expected a space that the device "
          "reaches: GR_CREATE in a file of its kernels, or GR_CREATE_IN");
    cr_assert(eq(dbl, GR_AT(v, 0), 0.0));
    SUCCEEDS(GR_RELEASE(&v));
}

Test(sim_memory, a_view_of_another_device_is_refused, .timeout = 60) {
    gr_view1_f64 v;

    setenv("GRANUM_SIM_DEVICES", "2", 1);
    cr_assert(eq(int, gr_device_count(), 2));
    SUCCEEDS(gr_set_device(1));
    SUCCEEDS(GR_CREATE_IN(&v, GR_DEVICE, "elsewhere", 10));
    SUCCEEDS(add_one(v));
    SUCCEEDS(gr_set_device(0));
    FAILS(add_one(v), GR_INVALID_ARG,
          "kernel \"add one\": view \"elsewhere\" = in space device of sim device 1, expected sim "
          "device 0, that of the launch");
    SUCCEEDS(GR_RELEASE(&v));
    FAILS(gr_set_device(2), GR_INVALID_ARG, "device = 2, expected 0..1");
}

Test(sim_memory, the_first_device_is_a_setting, .timeout = 60) {
    const gr_settings settings = {.device = 2};
    gr_view1_f64_right v;

    setenv("GRANUM_SIM_DEVICES", "3", 1);
    SUCCEEDS(gr_initialize(&settings));
    SUCCEEDS(GR_CREATE_IN(&v, GR_DEVICE, "v", 10));
    SUCCEEDS(add_one(v));
    SUCCEEDS(gr_set_device(0));
    FAILS(add_one(v), GR_INVALID_ARG,
          "kernel \"add one\": view \"v\" = in space device of sim device 2, expected sim device "
          "0, that of the launch");
    SUCCEEDS(GR_RELEASE(&v));
    SUCCEEDS(gr_finalize());
}

Test(sim_memory, a_setting_of_no_device_is_said_when_one_is_wanted, .timeout = 60) {
    gr_view1_f64_right v;

    setenv("GRANUM_SIM_DEVICES", "3", 1);
    setenv("GRANUM_DEVICE", "3", 1);
    FAILS(GR_CREATE_IN(&v, GR_DEVICE, "v", 10), GR_UNSUPPORTED,
          "\"v\" in space device: settings.device (GRANUM_DEVICE) = 3, expected 0..2");
}

/* The first use says why, each time, and the host goes on. */
static void is_not_usable(const char *fault, const char *message) {
    gr_view1_f64_right v;

    setenv("GRANUM_SIM_FAULT", fault, 1);
    FAILS(GR_CREATE_IN(&v, GR_DEVICE, "v", 10), GR_UNSUPPORTED, message);
    FAILS(GR_CREATE_IN(&v, GR_DEVICE, "v", 10), GR_UNSUPPORTED, message);
    SUCCEEDS(GR_CREATE_IN(&v, GR_HOST, "v", 10));
    SUCCEEDS(GR_RELEASE(&v));
}

Test(sim_memory, a_driver_that_is_too_old_is_named, .timeout = 60) {
    is_not_usable("driver",
                  "\"v\" in space device: the driver is for sim 2.4, expected 13.1 or newer");
}

Test(sim_memory, an_architecture_without_code_is_named, .timeout = 60) {
    setenv("GRANUM_SIM_WARP", "64", 1);
    is_not_usable("architecture",
                  "\"v\" in space device: device 0 (simulated device 0) is a sim64, expected one "
                  "of the architectures that this library was compiled for: sim16, sim128");
}

Test(sim_memory, a_device_without_code_leaves_the_others_usable, .timeout = 60) {
    gr_view1_f64_right v;
    char text[8000] = "";
    FILE *out = fmemopen(text, sizeof text - 1, "w");

    setenv("GRANUM_SIM_FAULT", "architecture 1", 1);
    setenv("GRANUM_SIM_DEVICES", "2", 1);
    SUCCEEDS(GR_CREATE_IN(&v, GR_DEVICE, "v", 10));
    SUCCEEDS(gr_set_device(1));
    FAILS(add_one(v), GR_UNSUPPORTED,
          "kernel \"add one\": device 1 (simulated device 1) is a sim32, expected one of the "
          "architectures that this library was compiled for: sim16, sim128");
    SUCCEEDS(gr_set_device(0));
    SUCCEEDS(add_one(v));
    SUCCEEDS(GR_RELEASE(&v));
    SUCCEEDS(gr_set_device(1));
    FAILS(GR_CREATE_IN(&v, GR_DEVICE, "v", 10), GR_UNSUPPORTED,
          "\"v\" in space device: device 1 (simulated device 1) is a sim32, expected one of the "
          "architectures that this library was compiled for: sim16, sim128");
    gr_print_configuration(out);
    fclose(out);
    cr_assert(strstr(text, "; not usable: device 1 (simulated device 1) is a sim32") != NULL, "%s",
              text);
}

Test(sim_memory, the_number_of_a_device_is_one, .timeout = 60) {
    setenv("GRANUM_DEVICE", "first", 1);
    FAILS(gr_initialize(NULL), GR_INVALID_ARG,
          "GRANUM_DEVICE = \"first\", expected the number of a device, 0..255");
}

/* ---- laws ---- */

Test(sim_memory, copies_cross_spaces_devices_and_layouts, .timeout = 60) {
    static const gr_space spaces[] = {GR_HOST, GR_DEVICE, GR_PINNED, GR_MANAGED};
    gr_view2_f64_right from = table();

    setenv("GRANUM_SIM_DEVICES", "2", 1);
    for (int a = 0; a < 4; a++) {
        for (int b = 0; b < 4; b++) {
            gr_view2_f64_left left;
            gr_view3_f64_right wide;
            gr_view2_f64_strided part, backwards;
            gr_view2_f64_right last;

            SUCCEEDS(gr_set_device(0));
            SUCCEEDS(GR_CREATE_IN(&left, spaces[a], "left", N, M));
            SUCCEEDS(gr_set_device(1));
            SUCCEEDS(GR_CREATE_IN(&wide, spaces[b], "wide", N, M, 3));
            SUCCEEDS(gr_set_device(0));
            SUCCEEDS(GR_CREATE_IN(&last, spaces[b], "last", N, M));
            SUCCEEDS(GR_SUBVIEW(&part, wide, GR_ALL, GR_ALL, gr_pick(1)));
            SUCCEEDS(gr_deep_copy(GR_ANY(left), GR_ANY(from)));
            SUCCEEDS(gr_deep_copy(GR_ANY(part), GR_ANY(left)));
            SUCCEEDS(gr_deep_copy(GR_ANY(last), GR_ANY(part)));
            holds_table(GR_ANY(last), 0);
            holds_table(GR_ANY(part), 0);
            /* rows from the last to the first, twice: as they were */
            backwards = part;
            backwards.data = part.data + (N - 1) * part.stride[0];
            backwards.stride[0] = -part.stride[0];
            SUCCEEDS(gr_deep_copy(GR_ANY(left), GR_ANY(backwards)));
            SUCCEEDS(gr_deep_copy(GR_ANY(backwards), GR_ANY(left)));
            holds_table(GR_ANY(part), 0);
            SUCCEEDS(GR_RELEASE(&left));
            SUCCEEDS(GR_RELEASE(&wide));
            SUCCEEDS(GR_RELEASE(&part));
            SUCCEEDS(GR_RELEASE(&last));
        }
    }
    SUCCEEDS(GR_RELEASE(&from));
}

Test(sim_memory, fills_reach_each_element, .timeout = 60) {
    gr_view3_f64_right wide, host;
    gr_view2_f64_strided part;

    SUCCEEDS(GR_CREATE_IN(&wide, GR_DEVICE, "wide", N, M, 3));
    SUCCEEDS(GR_SUBVIEW(&part, wide, GR_ALL, GR_ALL, gr_pick(1)));
    SUCCEEDS(GR_FILL(wide, 2.5));
    SUCCEEDS(GR_FILL(part, -1.0));
    SUCCEEDS(add_indices(part));
    SUCCEEDS(GR_MIRROR_COPY(&host, wide));
    for (gr_index i = 0; i < N; i++) {
        for (gr_index j = 0; j < M; j++) {
            cr_assert(eq(dbl, GR_AT(host, i, j, 0), 2.5));
            cr_assert(eq(dbl, GR_AT(host, i, j, 1), (double)(10 * i + j) - 1.0));
        }
    }
    SUCCEEDS(GR_FILL(wide, 0.0));
    SUCCEEDS(gr_deep_copy(GR_ANY(host), GR_ANY(wide)));
    cr_assert(eq(dbl, GR_AT(host, N - 1, M - 1, 2), 0.0));
    SUCCEEDS(GR_RELEASE(&host));
    SUCCEEDS(GR_RELEASE(&part));
    SUCCEEDS(GR_RELEASE(&wide));
}

typedef struct wide {
    double value[40];
} wide;
GR_DEFINE_VIEW(wide, wide)
typedef struct three {
    uint8_t r, g, b;
} three;
GR_DEFINE_VIEW(three, three)

Test(sim_memory, fills_take_items_of_any_size, .timeout = 60) {
    gr_view1_wide w, w_host;
    gr_view2_three t, t_host;
    gr_view2_i16 s, s_host;
    wide value = {{1, 2, 3}};

    value.value[39] = 40;
    SUCCEEDS(GR_CREATE_IN(&w, GR_DEVICE, "wide", 17));
    SUCCEEDS(gr_view_fill(GR_ANY(w), &value));
    SUCCEEDS(GR_MIRROR_COPY(&w_host, w));
    cr_assert(eq(dbl, GR_AT(w_host, 16).value[39], 40.0));
    cr_assert(eq(dbl, GR_AT(w_host, 3).value[1], 2.0));
    SUCCEEDS(GR_CREATE_IN(&t, GR_DEVICE, "three", 5, 7));
    SUCCEEDS(GR_FILL(t, {1, 2, 3}));
    SUCCEEDS(GR_MIRROR_COPY(&t_host, t));
    cr_assert(eq(int, GR_AT(t_host, 4, 6).b, 3));
    SUCCEEDS(GR_CREATE_IN(&s, GR_DEVICE, "short", 3, 8));
    SUCCEEDS(GR_FILL(s, -7));
    SUCCEEDS(GR_MIRROR_COPY(&s_host, s));
    for (gr_index k = 0; k < 24; k++) {
        cr_assert(eq(int, s_host.data[k], -7));
    }
    SUCCEEDS(GR_RELEASE(&w));
    SUCCEEDS(GR_RELEASE(&w_host));
    SUCCEEDS(GR_RELEASE(&t));
    SUCCEEDS(GR_RELEASE(&t_host));
    SUCCEEDS(GR_RELEASE(&s));
    SUCCEEDS(GR_RELEASE(&s_host));
}

Test(sim_memory, transposes_through_tiles_are_right, .timeout = 60) {
    static const gr_index extents[][2] = {{1, 1}, {32, 32}, {33, 31}, {100, 70}, {5, 1000}};

    for (int k = 0; k < 5; k++) {
        const gr_index n = extents[k][0], m = extents[k][1];
        gr_view3_f32_left left;
        gr_view3_f32_right right, host;

        SUCCEEDS(GR_CREATE_IN(&left, GR_DEVICE, "left", n, m, 2));
        SUCCEEDS(GR_CREATE_IN(&right, GR_DEVICE, "right", n, m, 2));
        SUCCEEDS(GR_CREATE(&host, "host", n, m, 2));
        for (gr_index i = 0; i < n * m * 2; i++) {
            host.data[i] = (float)i;
        }
        SUCCEEDS(gr_deep_copy(GR_ANY(right), GR_ANY(host)));
        SUCCEEDS(gr_deep_copy(GR_ANY(left), GR_ANY(right)));
        SUCCEEDS(GR_FILL(right, 0));
        SUCCEEDS(gr_deep_copy(GR_ANY(right), GR_ANY(left)));
        SUCCEEDS(GR_FILL(host, 0));
        SUCCEEDS(gr_deep_copy(GR_ANY(host), GR_ANY(right)));
        for (gr_index i = 0; i < n * m * 2; i++) {
            cr_assert(eq(flt, host.data[i], (float)i));
        }
        SUCCEEDS(GR_RELEASE(&left));
        SUCCEEDS(GR_RELEASE(&right));
        SUCCEEDS(GR_RELEASE(&host));
    }
}

Test(sim_memory, resizing_keeps_space_and_elements, .timeout = 60) {
    gr_view2_f64_right v = table(), on_device;

    SUCCEEDS(GR_CREATE_IN(&on_device, GR_DEVICE, "grows", N, M));
    SUCCEEDS(gr_deep_copy(GR_ANY(on_device), GR_ANY(v)));
    SUCCEEDS(GR_RESIZE(&on_device, N + 4, M + 5));
    cr_assert(eq(int, (int)gr_view_space(GR_ANY(on_device)), (int)GR_DEVICE));
    SUCCEEDS(GR_RESIZE(&on_device, N, M));
    holds_table(GR_ANY(on_device), 0);
    SUCCEEDS(GR_RELEASE(&on_device));
    SUCCEEDS(GR_RELEASE(&v));
}

Test(sim_memory, printing_and_files_go_through_the_host, .timeout = 60) {
    gr_view2_f64_right v = table();
    gr_view2_f64_left on_device;
    gr_view2_f64_right loaded;
    gr_space space = GR_HOST;
    double corner = 0;
    capture c;
    char first[4000];

    SUCCEEDS(GR_CREATE_IN(&on_device, GR_DEVICE, "d", N, M));
    SUCCEEDS(gr_deep_copy(GR_ANY(on_device), GR_ANY(v)));
    capture_begin(&c, stdout);
    (void)!gr_view_print(stdout, GR_ANY(v));
    snprintf(first, sizeof first, "%.3999s", capture_end(&c));
    capture_begin(&c, stdout);
    (void)!gr_view_print(stdout, GR_ANY(on_device));
    cr_assert_str_eq(capture_end(&c), first);
    SUCCEEDS(gr_npy_save("test_sim_memory.npy", GR_ANY(on_device)));
    SUCCEEDS(GR_NPY_LOAD(&loaded, "test_sim_memory.npy"));
    holds_table(GR_ANY(loaded), 0);
    SUCCEEDS(load_and_add("test_sim_memory.npy", &space, &corner));
    cr_assert(eq(int, (int)space, (int)GR_DEVICE));
    cr_assert(eq(dbl, corner, 100.0 * (N - 1) + (M - 1) + 0.5));
    SUCCEEDS(GR_RELEASE(&loaded));
    SUCCEEDS(GR_RELEASE(&on_device));
    SUCCEEDS(GR_RELEASE(&v));
    remove("test_sim_memory.npy");
}

Test(sim_memory, malloc_takes_and_grows_device_memory, .timeout = 60) {
    double *p;
    gr_view1_f64 v, host;

    SUCCEEDS(gr_malloc(&p, GR_DEVICE, "raw", 100 * sizeof *p));
    SUCCEEDS(GR_WRAP(&v, p, 100));
    cr_assert(eq(int, (int)gr_view_space(GR_ANY(v)), (int)GR_DEVICE));
    SUCCEEDS(GR_FILL(v, 3.0));
    SUCCEEDS(add_one(v));
    SUCCEEDS(gr_realloc(&p, 200 * sizeof *p));
    SUCCEEDS(GR_WRAP(&v, p, 100));
    SUCCEEDS(GR_MIRROR_COPY(&host, v));
    cr_assert(eq(dbl, GR_AT(host, 99), 4.0));
    SUCCEEDS(GR_RELEASE(&host));
    SUCCEEDS(gr_free(p));
    cr_assert(eq(sz, gr_memory_used(GR_DEVICE), 0));
}

Test(sim_memory, ranges_are_visited_in_both_orders, .timeout = 60) {
    static const gr_index extents[][3] = {
        {1, 1, 1}, {5, 3, 700}, {700, 3, 5}, {64, 4, 1}, {31, 33, 2}};

    for (int k = 0; k < 10; k++) {
        const gr_index *n = extents[k / 2];
        gr_view1_i32_right count, host;

        SUCCEEDS(GR_CREATE_IN(&count, GR_DEVICE, "count", n[0] * n[1] * n[2]));
        SUCCEEDS(visit_3d(n[0], n[1], n[2], count, k % 2 == 0));
        SUCCEEDS(GR_MIRROR_COPY(&host, count));
        for (gr_index i = 0; i < host.extent[0]; i++) {
            cr_assert(eq(int, GR_AT(host, i), 1));
        }
        SUCCEEDS(GR_RELEASE(&host));
        SUCCEEDS(GR_RELEASE(&count));
    }
}

static double block_size(const char *registers) {
    gr_view1_f64_right v, host;
    double size;

    setenv("GRANUM_SIM_REGISTERS", registers, 1);
    SUCCEEDS(GR_CREATE_IN(&v, GR_DEVICE, "v", 5000));
    SUCCEEDS(block_sizes(v));
    SUCCEEDS(block_sizes(v)); /* as remembered */
    SUCCEEDS(GR_MIRROR_COPY(&host, v));
    size = GR_AT(host, 4999);
    SUCCEEDS(GR_RELEASE(&host));
    SUCCEEDS(GR_RELEASE(&v));
    return size;
}

Test(sim_memory, blocks_are_of_256_threads, .timeout = 60) {
    cr_assert(eq(dbl, block_size("32"), 256));
}

/* Of 96 registers 65536 are enough for 2 blocks of 256 threads, 512 in all, or for 5 of 128. */
Test(sim_memory, blocks_are_smaller_where_more_threads_run_so, .timeout = 60) {
    cr_assert(eq(dbl, block_size("96"), 128));
}

/* ---- errors ---- */

Test(sim_memory, more_than_the_device_has_is_an_error, .timeout = 60) {
    gr_view1_f64 v;
    double *p;

    setenv("GRANUM_SIM_MEMORY", "1M", 1);
    FAILS(
        GR_CREATE_IN(&v, GR_DEVICE, "much", 1 << 20), GR_OUT_OF_MEMORY,
        "\"much\": bytes = 8388608 in device of sim device 0, expected at most 1048576, which are "
        "free of 1048576");
    FAILS(gr_malloc(&p, GR_PINNED, "more", (size_t)1 << 21), GR_OUT_OF_MEMORY,
          "\"more\": bytes = 2097152 in pinned of sim device 0, expected at most 1048576, which "
          "are free of 1048576");
    SUCCEEDS(GR_CREATE_IN(&v, GR_DEVICE, "little", 1 << 10));
    SUCCEEDS(GR_RELEASE(&v));
    FAILS(GR_CREATE_IN(&v, (gr_space)7, "nowhere", 1), GR_INVALID_ARG,
          "space = 7, expected a gr_space, 0..3");
}

Test(sim_memory, a_lost_device_is_reported_with_the_kernel_and_stays_lost, .timeout = 60) {
    static const char words[] =
        "is lost: an address that is not the device's (GRANUM_SIM_FAULT), in kernel \"add one\" "
        "(unit_tests/sim/test_sim_memory_kernels.c:";
    gr_view1_f64_right v, w;

    setenv("GRANUM_SIM_FAULT", "3", 1);
    SUCCEEDS(GR_CREATE_IN(&v, GR_DEVICE, "v", 10));
    SUCCEEDS(add_one(v));
    SUCCEEDS(add_one(v));
    cr_assert(eq(int, (int)add_one(v), (int)GR_BACKEND));
    cr_assert(strstr(gr_last_error()->message, words) != NULL, "%s", gr_last_error()->message);
    for (int k = 0; k < 2; k++) {
        cr_assert(eq(int, (int)add_one(v), (int)GR_BACKEND));
        cr_assert(strstr(gr_last_error()->message, words) != NULL, "%s", gr_last_error()->message);
    }
    cr_assert(eq(int, (int)GR_CREATE_IN(&w, GR_DEVICE, "w", 10), (int)GR_BACKEND));
    cr_assert(strstr(gr_last_error()->message, words) != NULL, "%s", gr_last_error()->message);
    (void)!GR_RELEASE(&v);
}

/* What is under way when a device is lost fails with its words, whatever it is. */
static void fails_as_lost(gr_status status) {
    const char *message = gr_last_error()->message;

    cr_assert(eq(int, (int)status, (int)GR_BACKEND), "%s", message);
    cr_assert(strstr(message, "is lost: an address that is not the device's") != NULL, "%s",
              message);
}

Test(sim_memory, everything_fails_cleanly_on_a_lost_device, .timeout = 60) {
    gr_view1_f64_right v, w, host, pinned;
    gr_view2_f64_right wide;
    gr_view1_f64_strided column;
    gr_instance instance;

    setenv("GRANUM_SIM_FAULT", "2", 1);
    SUCCEEDS(gr_initialize(NULL));
    SUCCEEDS(gr_instance_create(&instance, 1));
    SUCCEEDS(GR_CREATE_IN(&v, GR_DEVICE, "v", 10));
    SUCCEEDS(GR_CREATE_IN(&wide, GR_DEVICE, "wide", 10, 3));
    SUCCEEDS(GR_SUBVIEW(&column, wide, GR_ALL, gr_pick(1)));
    SUCCEEDS(GR_CREATE(&host, "host", 10));
    SUCCEEDS(GR_CREATE_IN(&pinned, GR_PINNED, "pinned", 10));
    SUCCEEDS(add_one(v));
    (void)!add_one(v);
    fails_as_lost(gr_deep_copy(GR_ANY(host), GR_ANY(v)));
    fails_as_lost(gr_deep_copy(GR_ANY(v), GR_ANY(host)));
    fails_as_lost(gr_deep_copy(GR_ANY(column), GR_ANY(v)));
    fails_as_lost(gr_deep_copy(GR_ANY(pinned), GR_ANY(host)));
    fails_as_lost(GR_FILL(v, 0.0));
    fails_as_lost(GR_FILL(v, 1.0));
    fails_as_lost(GR_CREATE_IN(&w, GR_DEVICE, "w", 10));
    fails_as_lost(add_one(v));
    fails_as_lost(gr_fence());
    SUCCEEDS(GR_FILL(host, 3.0)); /* the host goes on */
    SUCCEEDS(GR_RELEASE(&v));
    SUCCEEDS(GR_RELEASE(&column));
    SUCCEEDS(GR_RELEASE(&wide));
    SUCCEEDS(GR_RELEASE(&host));
    SUCCEEDS(GR_RELEASE(&pinned));
    (void)!gr_instance_destroy(&instance);
    (void)!gr_finalize();
}

Test(sim_memory, wrong_launches_say_so, .timeout = 60) {
    cr_assert(eq(int, (int)on_destroyed_instance(), (int)GR_INVALID_ARG));
    cr_assert(strstr(gr_last_error()->message, "kernel \"gone\": instance = ") != NULL, "%s",
              gr_last_error()->message);
    FAILS(with_bad_options(0, GR_AUTO, GR_AUTO), GR_INVALID_ARG,
          "kernel \"options\": chunk = 0, expected 1 or more");
    FAILS(with_bad_options(GR_AUTO, -5, GR_AUTO), GR_INVALID_ARG,
          "kernel \"options\": threads = -5, expected 1 or more");
    FAILS(with_bad_options(GR_AUTO, GR_AUTO, 0), GR_INVALID_ARG,
          "kernel \"options\": tile0 = 0, expected 1 or more");
}

Test(sim_memory, too_many_copies_are_refused, .timeout = 60) {
    gr_view1_f64_right v;

    SUCCEEDS(GR_CREATE_IN(&v, GR_DEVICE, "v", 10));
    FAILS(capture_much(v), GR_UNSUPPORTED,
          "kernel \"much\": captures = 4136 bytes, expected at most 3584: what is more belongs "
          "into a View");
    SUCCEEDS(add_one(v));
    SUCCEEDS(GR_RELEASE(&v));
}

Test(sim_memory, newer_devices_take_more_of_them, .timeout = 60) {
    gr_view1_f64_right v;

    setenv("GRANUM_SIM_ARGUMENTS", "32764", 1);
    SUCCEEDS(GR_CREATE_IN(&v, GR_DEVICE, "v", 10));
    SUCCEEDS(capture_much(v));
    FAILS(capture_most(v), GR_UNSUPPORTED,
          "kernel \"most\": captures = 32808 bytes, expected at most 32252: what is more belongs "
          "into a View");
    SUCCEEDS(GR_RELEASE(&v));
}

#ifdef GRANUM_CHECKED
Test(sim_memory, checked_builds_name_the_index, .timeout = 60) {
    gr_view1_f64_right v;

    SUCCEEDS(GR_CREATE_IN(&v, GR_DEVICE, "v", 1000));
    cr_assert(eq(int, (int)reach_beyond(v), (int)GR_OUT_OF_BOUNDS));
    cr_assert(strstr(gr_last_error()->message, "kernel \"beyond\": index of \"v\" = ") != NULL,
              "%s", gr_last_error()->message);
    SUCCEEDS(GR_RELEASE(&v));
}
#endif

Test(sim_memory, launches_are_traced, .timeout = 60) {
    gr_view1_f64_right v;
    capture c;

    setenv("GRANUM_TRACE_KERNELS", "1", 1);
    SUCCEEDS(GR_CREATE_IN(&v, GR_DEVICE, "v", 10));
    capture_begin(&c, stderr);
    SUCCEEDS(add_one(v));
    cr_assert(strstr(capture_end(&c), "granum: for \"add one\" on a device: ") != NULL, "%s",
              c.text);
    SUCCEEDS(GR_RELEASE(&v));
}

Test(sim_memory, scatter_wants_views_of_the_host, .timeout = 60) {
    gr_view1_f64 dst, value;
    gr_view1_i32 index;

    SUCCEEDS(GR_CREATE_IN(&dst, GR_DEVICE, "dst", 10));
    SUCCEEDS(GR_CREATE(&value, "value", 3));
    SUCCEEDS(GR_CREATE(&index, "index", 3));
    FAILS(gr_scatter_add(GR_ANY(dst), GR_ANY(index), GR_ANY(value)), GR_UNSUPPORTED,
          "spaces of dst, index, value = device, host, host, expected ones that the host reaches: "
          "in a kernel of the device GR_ATOMIC_ADD does it");
    SUCCEEDS(GR_RELEASE(&dst));
    SUCCEEDS(GR_RELEASE(&value));
    SUCCEEDS(GR_RELEASE(&index));
}

Test(sim_memory, what_was_forgotten_is_reported_with_its_space, .timeout = 60) {
    gr_view1_f64 v;
    capture c;

    SUCCEEDS(gr_initialize(NULL));
    SUCCEEDS(GR_CREATE_IN(&v, GR_DEVICE, "forgotten", 100));
    capture_begin(&c, stderr);
    (void)!gr_finalize();
    cr_assert(strstr(capture_end(&c), "\"forgotten\": 800 bytes in device, created at") != NULL,
              "%s", c.text);
    SUCCEEDS(GR_RELEASE(&v));
}
