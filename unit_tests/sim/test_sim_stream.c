/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_sim_stream.c
 * @brief Streams that run late: launches, copies, memory and instances keep the order that the
 * documentation promises, and no other.
 *
 * Oracle: the same by formula. GRANUM_SIM_LATE=1 lets streams do nothing until somebody waits, and
 * then by turns from the seed; each test runs with several seeds.
 */
#include "test_sim_stream.h"

#include "support/outcome.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { N = 3000 };

static void start(const char *pools) {
    setenv("GRANUM_SIM_LATE", "1", 1);
    setenv("GRANUM_SIM_POOLS", pools, 1);
}

static gr_view1_f64 filled(const char *label, double value) {
    gr_view1_f64 v;

    SUCCEEDS(GR_CREATE_IN(&v, GR_DEVICE, label, N));
    SUCCEEDS(GR_FILL(v, value));
    return v;
}

static void holds(gr_view1_f64 v, double value) {
    gr_view1_f64 host;

    SUCCEEDS(GR_MIRROR_COPY(&host, v));
    for (gr_index i = 0; i < v.extent[0]; i++) {
        cr_assert(eq(dbl, GR_AT(host, i), value));
    }
    SUCCEEDS(GR_RELEASE(&host));
}

/* ---- examples ---- */

Test(sim_stream, launches_are_done_when_somebody_waits, .timeout = 60) {
    gr_view1_f64 v;

    start("1");
    SUCCEEDS(GR_CREATE_IN(&v, GR_PINNED, "v", N));
    SUCCEEDS(gr_fence());
    send_add(v, 1, GR_DEFAULT_INSTANCE);
    cr_assert(eq(dbl, GR_AT(v, 5), 0.0));
    SUCCEEDS(gr_fence());
    cr_assert(eq(dbl, GR_AT(v, 5), 1.0));
    SUCCEEDS(GR_RELEASE(&v));
}

Test(sim_stream, memory_that_is_given_back_is_taken_again, .timeout = 60) {
    gr_view1_f64 v, w;
    void *first;

    start("0");
    v = filled("v", 1);
    first = v.data;
    SUCCEEDS(GR_RELEASE(&v));
    w = filled("w", 2);
    cr_assert(w.data == first);
    holds(w, 2);
    SUCCEEDS(GR_RELEASE(&w));
}

/* ---- laws ---- */

/* Launches and a release, then Views that may get the same memory: on one stream, and on two. */
static void releases(const char *pools, bool on_another) {
    gr_instance instance = GR_DEFAULT_INSTANCE;

    start(pools);
    if (on_another) {
        SUCCEEDS(gr_instance_create(&instance, 1));
    }
    for (int k = 0; k < 20; k++) {
        gr_view1_f64 x = filled("x", k), y, z;

        SUCCEEDS(GR_CREATE_IN(&y, GR_DEVICE, "y", N));
        SUCCEEDS(gr_fence());
        send_add(x, 1, instance);
        send_twice(y, x, instance);
        SUCCEEDS(GR_RELEASE(&x));
        z = filled("z", -1);
        SUCCEEDS(gr_fence());
        holds(y, 2 * (k + 1));
        holds(z, -1);
        SUCCEEDS(GR_RELEASE(&y));
        SUCCEEDS(GR_RELEASE(&z));
    }
    if (on_another) {
        SUCCEEDS(gr_instance_destroy(&instance));
    }
}

Test(sim_stream, a_view_may_be_released_while_launches_use_it, .timeout = 60) {
    releases("1", false);
}

Test(sim_stream, the_same_on_an_instance, .timeout = 60) {
    releases("1", true);
}

Test(sim_stream, the_same_where_the_device_has_no_pools, .timeout = 60) {
    releases("0", false);
}

Test(sim_stream, the_same_on_an_instance_without_pools, .timeout = 60) {
    releases("0", true);
}

Test(sim_stream, new_views_are_ready_on_every_instance, .timeout = 60) {
    gr_instance instance[3];

    start("0");
    for (int j = 0; j < 3; j++) {
        SUCCEEDS(gr_instance_create(&instance[j], 1));
    }
    for (int k = 0; k < 20; k++) {
        gr_view1_f64 v[3];

        for (int j = 0; j < 3; j++) {
            SUCCEEDS(GR_CREATE_IN(&v[j], GR_DEVICE, "v", N));
            send_add(v[j], j, instance[j]);
            send_add(v[j], 10, instance[j]);
        }
        SUCCEEDS(gr_fence());
        for (int j = 0; j < 3; j++) {
            holds(v[j], 10 + j);
            SUCCEEDS(GR_RELEASE(&v[j]));
        }
    }
    for (int j = 0; j < 3; j++) {
        SUCCEEDS(gr_instance_destroy(&instance[j]));
    }
}

Test(sim_stream, a_reduction_waits_for_its_own_stream, .timeout = 60) {
    gr_instance instance;
    gr_view1_f64 v, w;

    start("1");
    SUCCEEDS(gr_instance_create(&instance, 1));
    v = filled("v", 1);
    w = filled("w", 1);
    SUCCEEDS(gr_fence());
    send_add(v, 1, instance);
    send_add(w, 2, GR_DEFAULT_INSTANCE);
    cr_assert(eq(dbl, sum_of(v, instance), 2.0 * N));
    cr_assert(eq(dbl, sum_of(w, GR_DEFAULT_INSTANCE), 3.0 * N));
    SUCCEEDS(gr_instance_destroy(&instance));
    SUCCEEDS(GR_RELEASE(&v));
    SUCCEEDS(GR_RELEASE(&w));
}

Test(sim_stream, copies_between_devices_keep_both_orders, .timeout = 60) {
    start("1");
    setenv("GRANUM_SIM_DEVICES", "2", 1);
    for (int k = 0; k < 20; k++) {
        gr_view1_f64 here, there;

        SUCCEEDS(gr_set_device(1));
        there = filled("there", 0);
        SUCCEEDS(gr_set_device(0));
        here = filled("here", k);
        send_add(here, 1, GR_DEFAULT_INSTANCE);
        SUCCEEDS(gr_deep_copy(GR_ANY(there), GR_ANY(here)));
        send_add(here, 100, GR_DEFAULT_INSTANCE);
        holds(there, k + 1);
        holds(here, k + 101);
        SUCCEEDS(GR_RELEASE(&here));
        SUCCEEDS(GR_RELEASE(&there));
    }
}

/* Between launches on both devices, a table goes to the other one's layout, and back. Where they
 * are peers nobody waits; else the host's memory lies between, in chunks where there is much. */
static void tables_cross(const char *peers, gr_index n, gr_index m) {
    gr_view2_f64_left here, back;
    gr_view2_f64_right there, host;
    gr_view3_f64_right wide;
    gr_view2_f64_strided holes, typed;
    gr_view1_f64 pinned;

    start("1");
    setenv("GRANUM_SIM_DEVICES", "2", 1);
    setenv("GRANUM_SIM_PEERS", peers, 1);
    SUCCEEDS(gr_set_device(1));
    SUCCEEDS(GR_CREATE_IN(&there, GR_DEVICE, "there", n, m));
    SUCCEEDS(GR_CREATE_IN(&wide, GR_DEVICE, "wide", n, m, 3));
    SUCCEEDS(GR_SUBVIEW(&holes, wide, GR_ALL, GR_ALL, gr_pick(1)));
    SUCCEEDS(gr_set_device(0));
    SUCCEEDS(GR_CREATE_IN(&here, GR_DEVICE, "here", n, m));
    SUCCEEDS(GR_CREATE_IN(&back, GR_DEVICE, "back", n, m));
    SUCCEEDS(GR_CREATE_IN(&pinned, GR_PINNED, "pinned", 1));
    SUCCEEDS(GR_CREATE(&host, "host", n, m));
    SUCCEEDS(gr_fence());
    send_add(pinned, 1, GR_DEFAULT_INSTANCE);
    SUCCEEDS(GR_FROM_ANY(&typed, GR_ANY(here)));
    send_add_2d(typed, 1);
    SUCCEEDS(gr_deep_copy(GR_ANY(there), GR_ANY(here)));
    SUCCEEDS(gr_deep_copy(GR_ANY(holes), GR_ANY(here)));
    send_add_2d(typed, 100);
    SUCCEEDS(GR_RELEASE(&typed));
    SUCCEEDS(gr_set_device(1));
    send_add_2d(holes, 1000);
    SUCCEEDS(gr_set_device(0));
    SUCCEEDS(gr_deep_copy(GR_ANY(back), GR_ANY(holes)));
    cr_assert(eq(dbl, GR_AT(pinned, 0), peers[0] == '0'));
    SUCCEEDS(gr_deep_copy(GR_ANY(host), GR_ANY(there)));
    for (gr_index i = 0; i < n * m; i++) {
        cr_assert(eq(dbl, host.data[i], 1.0 + (double)(i / m * 10 + i % m)));
    }
    SUCCEEDS(gr_deep_copy(GR_ANY(host), GR_ANY(back)));
    for (gr_index i = 0; i < n * m; i++) {
        cr_assert(eq(dbl, host.data[i], 1001.0 + 2 * (double)(i / m * 10 + i % m)));
    }
    SUCCEEDS(GR_RELEASE(&here));
    SUCCEEDS(GR_RELEASE(&there));
    SUCCEEDS(GR_RELEASE(&back));
    SUCCEEDS(GR_RELEASE(&holes));
    SUCCEEDS(GR_RELEASE(&wide));
    SUCCEEDS(GR_RELEASE(&pinned));
    SUCCEEDS(GR_RELEASE(&host));
}

Test(sim_stream, peers_exchange_tables_without_the_host, .timeout = 60) {
    tables_cross("1", 13, 7);
    tables_cross("1", 150, 70);
}

Test(sim_stream, devices_that_are_no_peers_exchange_them_through_the_host, .timeout = 60) {
    tables_cross("0", 13, 7);
    tables_cross("0", 150, 70);
}

Test(sim_stream, what_the_host_takes_part_in_has_ended, .timeout = 60) {
    gr_view2_f64_left on_device, again;
    gr_view2_f64_right pinned;
    gr_view2_f64_strided typed;

    start("1");
    SUCCEEDS(GR_CREATE_IN(&on_device, GR_DEVICE, "d", 13, 7));
    SUCCEEDS(GR_CREATE_IN(&again, GR_DEVICE, "e", 13, 7));
    SUCCEEDS(GR_CREATE_IN(&pinned, GR_PINNED, "p", 13, 7));
    SUCCEEDS(GR_FROM_ANY(&typed, GR_ANY(on_device)));
    send_add_2d(typed, 0);
    SUCCEEDS(gr_deep_copy(GR_ANY(pinned), GR_ANY(on_device)));
    cr_assert(eq(dbl, GR_AT(pinned, 12, 6), 126.0));
    SUCCEEDS(gr_deep_copy(GR_ANY(again), GR_ANY(pinned)));
    GR_AT(pinned, 12, 6) = -1;
    SUCCEEDS(gr_deep_copy(GR_ANY(pinned), GR_ANY(again)));
    cr_assert(eq(dbl, GR_AT(pinned, 12, 6), 126.0));
    SUCCEEDS(GR_RELEASE(&typed));
    SUCCEEDS(GR_RELEASE(&on_device));
    SUCCEEDS(GR_RELEASE(&again));
    SUCCEEDS(GR_RELEASE(&pinned));
}

typedef struct host {
    gr_instance instance;
    double sum;
} host;

static void *work(void *argument) {
    host *h = (host *)argument;
    gr_view1_f64 v = filled("v", 0);

    for (int k = 0; k < 10; k++) {
        gr_view1_f64 w;

        SUCCEEDS(GR_CREATE_IN(&w, GR_DEVICE, "w", N));
        send_add(v, 1, h->instance);
        send_twice(w, v, h->instance);
        SUCCEEDS(GR_RELEASE(&w));
    }
    h->sum = sum_of(v, h->instance);
    SUCCEEDS(gr_fence());
    SUCCEEDS(GR_RELEASE(&v));
    return NULL;
}

static void two_hosts(gr_instance a, gr_instance b) {
    pthread_t thread[2];
    host hosts[2] = {{a, 0}, {b, 0}};

    for (int k = 0; k < 2; k++) {
        cr_assert(eq(int, pthread_create(&thread[k], NULL, work, &hosts[k]), 0));
    }
    for (int k = 0; k < 2; k++) {
        pthread_join(thread[k], NULL);
        cr_assert(eq(dbl, hosts[k].sum, 10.0 * N));
    }
}

Test(sim_stream, two_host_threads_share_a_stream, .timeout = 60) {
    start("0");
    two_hosts(GR_DEFAULT_INSTANCE, GR_DEFAULT_INSTANCE);
}

Test(sim_stream, two_host_threads_have_one_each, .timeout = 60) {
    gr_instance instance[2];

    start("1");
    SUCCEEDS(gr_instance_create(&instance[0], 1));
    SUCCEEDS(gr_instance_create(&instance[1], 1));
    two_hosts(instance[0], instance[1]);
    SUCCEEDS(gr_instance_destroy(&instance[0]));
    SUCCEEDS(gr_instance_destroy(&instance[1]));
}

static void *fences(void *ends) {
    while (!__atomic_load_n((int *)ends, __ATOMIC_ACQUIRE)) {
        SUCCEEDS(gr_fence());
    }
    return NULL;
}

Test(sim_stream, a_stream_may_end_while_others_wait_for_all, .timeout = 60) {
    pthread_t thread[2];
    int ends = 0;

    start("1");
    SUCCEEDS(gr_initialize(NULL));
    for (int k = 0; k < 2; k++) {
        cr_assert(eq(int, pthread_create(&thread[k], NULL, fences, &ends), 0));
    }
    for (int k = 0; k < 200; k++) {
        gr_instance instance;
        gr_view1_f64 v;

        SUCCEEDS(gr_instance_create(&instance, 1));
        SUCCEEDS(GR_CREATE_IN(&v, GR_DEVICE, "v", 10));
        send_add(v, 1, instance);
        cr_assert(eq(dbl, sum_of(v, instance), 10.0));
        SUCCEEDS(gr_instance_destroy(&instance));
        SUCCEEDS(GR_RELEASE(&v));
    }
    __atomic_store_n(&ends, 1, __ATOMIC_RELEASE);
    for (int k = 0; k < 2; k++) {
        pthread_join(thread[k], NULL);
    }
}

/* ---- tools ---- */

Test(sim_stream, each_has_a_lane_in_a_trace, .timeout = 60) {
    char path[] = "/tmp/granum-trace-XXXXXX", tool[64], text[16384] = "";
    const int descriptor = mkstemp(path);
    gr_instance instance;
    gr_view1_f64 v;
    FILE *file;

    cr_assert(ge(int, descriptor, 0));
    snprintf(tool, sizeof tool, "trace=%s", path);
    setenv("GRANUM_TOOLS", tool, 1);
    start("1");
    SUCCEEDS(gr_initialize(NULL));
    v = filled("v", 1);
    SUCCEEDS(gr_instance_create(&instance, 1));
    send_add(v, 1, GR_DEFAULT_INSTANCE);
    SUCCEEDS(gr_fence());
    send_add(v, 1, instance);
    SUCCEEDS(gr_instance_destroy(&instance));
    SUCCEEDS(GR_RELEASE(&v));
    SUCCEEDS(gr_finalize());
    file = fdopen(descriptor, "r");
    cr_assert(ne(ptr, file, NULL));
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    fclose(file);
    remove(path);
    cr_expect(ne(ptr, strstr(text, "\"args\":{\"name\":\"CUDA 0 instance 0\"}"), NULL), "%s", text);
    cr_expect(ne(ptr, strstr(text, "\"args\":{\"name\":\"CUDA 0 instance 1\"}"), NULL), "%s", text);
}

/* ---- errors ---- */

Test(sim_stream, what_goes_wrong_late_is_answered_by_the_fence, .timeout = 60) {
    start("1");
    send_divergent();
    cr_assert(eq(int, (int)gr_fence(), (int)GR_BACKEND));
    cr_assert(strstr(gr_last_error()->message, "kernel \"divergent\": sim: ") != NULL, "%s",
              gr_last_error()->message);
    SUCCEEDS(gr_fence());
}

Test(sim_stream, memory_that_is_kept_goes_back_where_there_is_no_more, .timeout = 60) {
    gr_view1_f64 v;

    start("0");
    setenv("GRANUM_SIM_MEMORY", "1M", 1);
    SUCCEEDS(GR_CREATE_IN(&v, GR_DEVICE, "first", 60000));
    SUCCEEDS(GR_RELEASE(&v));
    SUCCEEDS(GR_CREATE_IN(&v, GR_DEVICE, "second", 90000));
    SUCCEEDS(GR_RELEASE(&v));
    FAILS(GR_CREATE_IN(&v, GR_DEVICE, "third", 140000), GR_OUT_OF_MEMORY,
          "\"third\": bytes = 1120000 in device of sim device 0, expected at most 1048576, which "
          "are free of 1048576");
}
