/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_instance_launch.c
 * @brief Work on instances: whose threads it gets, in which order, and what is wrong with it.
 *
 * Run with GRANUM_NUM_THREADS=4. Oracle: sums by formula, and what each thread wrote down.
 */
#include "test_instance_launch.h"

#include "support/outcome.h"

#include <granum/copy.h>
#include <granum/initialize.h>
#include <granum/view.h>

#include <omp.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static const double even[2] = {1, 1};
static const gr_options plain = {GR_AUTO, GR_STATIC, GR_AUTO, {0}};

/* Threads that a launch on two threads has, here: 1 where the backend is serial. */
static int two(void) {
    int out[64];
    const gr_options asked = {GR_AUTO, GR_STATIC, 2, {0}};

    return on_instance_threads(64, asked, out);
}

/* ---- examples ---- */

Test(instance_launch, every_pattern_computes, .timeout = 60) {
    static const gr_index sizes[] = {10, 1000, 100000};
    gr_instance half[2];

    SUCCEEDS(gr_instance_partition(half, GR_DEFAULT_INSTANCE, even, 2));
    for (int k = 0; k < 3; k++) {
        cr_expect(eq(long, on_instance_compute(sizes[k], half[0]), 0), "n = %td", sizes[k]);
        cr_expect(eq(long, on_instance_compute(sizes[k], half[1]), 0), "n = %td", sizes[k]);
        cr_expect(eq(long, on_instance_compute(sizes[k], GR_DEFAULT_INSTANCE), 0));
    }
    SUCCEEDS(gr_instance_destroy(&half[0]));
    SUCCEEDS(gr_instance_destroy(&half[1]));
}

Test(instance_launch, has_at_most_the_threads_of_its_instance, .timeout = 60) {
    static const double weights[2] = {3, 1};
    gr_instance part[2];
    gr_options options = plain;
    int out[1000];

    SUCCEEDS(gr_instance_partition(part, GR_DEFAULT_INSTANCE, weights, 2));
    options.instance = part[0];
    cr_expect(le(int, on_instance_threads(1000, options, out), 3));
    options.instance = part[1];
    cr_expect(eq(int, on_instance_threads(1000, options, out), 1));
    options.instance = part[0];
    options.threads = 2;
    cr_expect(eq(int, on_instance_threads(1000, options, out), two()));
    SUCCEEDS(gr_fence());
    options.threads = 4;
    on_instance_plain(options);
    FAILS(gr_fence(), GR_INVALID_ARG,
          "kernel \"plain\": threads = 4, expected 1..3, those of the instance");
    SUCCEEDS(gr_instance_destroy(&part[0]));
    SUCCEEDS(gr_instance_destroy(&part[1]));
}

Test(instance_launch, chunk_is_the_instances_where_the_policy_has_none, .timeout = 60) {
    gr_instance half[2];

    SUCCEEDS(gr_instance_partition(half, GR_DEFAULT_INSTANCE, even, 2));
    SUCCEEDS(gr_instance_set_chunk(half[0], 300));
    cr_expect(eq(long, on_instance_pieces(300, half[0]), 1), "one piece, one thread");
    cr_expect(le(long, on_instance_pieces(600, half[0]), 2));
    SUCCEEDS(gr_instance_set_chunk(half[0], GR_AUTO));
    FAILS(gr_instance_set_chunk(half[0], 0), GR_INVALID_ARG,
          "chunk = 0, expected 1 or more or GR_AUTO");
    SUCCEEDS(gr_instance_destroy(&half[0]));
    FAILS(gr_instance_set_chunk(half[0], 1), GR_INVALID_ARG,
          "instance = the default one, expected one that was made");
    SUCCEEDS(gr_instance_destroy(&half[1]));
}

Test(instance_launch, teams_have_the_threads_of_the_instance, .timeout = 60) {
    gr_instance half[2];
    long wrong = 0;

    SUCCEEDS(gr_instance_partition(half, GR_DEFAULT_INSTANCE, even, 2));
    cr_expect(eq(int, on_instance_team(4, half[0], &wrong), two()));
    cr_expect(eq(int, on_instance_team(1, half[0], &wrong), 1));
    cr_expect(eq(int, on_instance_team(GR_AUTO, half[1], &wrong), 1));
    cr_expect(eq(long, wrong, 0));
    SUCCEEDS(gr_fence());
    SUCCEEDS(gr_instance_destroy(&half[0]));
    SUCCEEDS(gr_instance_destroy(&half[1]));
}

Test(instance_launch, copies_and_fills_run_on_an_instance, .timeout = 60) {
    gr_view1_f64 a = {0}, b = {0};
    gr_instance one, gone;
    const double value = 2.5;

    SUCCEEDS(GR_CREATE(&a, "a", 1 << 20));
    SUCCEEDS(GR_CREATE(&b, "b", 1 << 20));
    SUCCEEDS(gr_instance_create(&one, 2));
    gone = one;
    SUCCEEDS(GR_FILL_ON(one, a, 1.5));
    SUCCEEDS(gr_deep_copy_on(one, GR_ANY(b), GR_ANY(a)));
    cr_expect(eq(dbl, GR_AT(b, 0), 1.5));
    cr_expect(eq(dbl, GR_AT(b, (1 << 20) - 1), 1.5));
    SUCCEEDS(gr_view_fill_on(one, GR_ANY(b), &value));
    cr_expect(eq(dbl, GR_AT(b, 77), 2.5));
    SUCCEEDS(gr_instance_fence(one));
    cr_expect(eq(int, gr_impl_threads_held(), 0));
    SUCCEEDS(gr_instance_destroy(&one));
    FAILS(gr_deep_copy_on(gone, GR_ANY(b), GR_ANY(a)), GR_INVALID_ARG,
          "instance = 65536, expected one that lives: it was destroyed or never made");
    FAILS(GR_FILL_ON(gone, b, 1.0), GR_INVALID_ARG,
          "instance = 65536, expected one that lives: it was destroyed or never made");
    SUCCEEDS(GR_RELEASE(&a));
    SUCCEEDS(GR_RELEASE(&b));
}

/* ---- what is wrong ---- */

Test(instance_launch, a_destroyed_instance_is_refused, .timeout = 60) {
    gr_options options = plain;
    gr_instance one;

    SUCCEEDS(gr_instance_create(&one, 1));
    options.instance = one;
    on_instance_plain(options);
    SUCCEEDS(gr_instance_fence(one));
    SUCCEEDS(gr_instance_destroy(&one));
    on_instance_plain(options);
    FAILS(gr_fence(), GR_INVALID_ARG,
          "kernel \"plain\": instance = 65536, expected one that lives: it was destroyed or never "
          "made");
    FAILS(gr_instance_fence(options.instance), GR_INVALID_ARG,
          "instance = 65536, expected one that lives: it was destroyed or never made");
    SUCCEEDS(gr_instance_create(&one, 1)); /* the slot lives again, the old handle does not */
    on_instance_plain(options);
    cr_expect(eq(int, (int)gr_fence(), (int)GR_INVALID_ARG));
    SUCCEEDS(gr_instance_destroy(&one));
}

Test(instance_launch, instances_are_not_made_inside_of_kernels, .timeout = 60) {
    int status[6] = {0};
    gr_instance one;

    SUCCEEDS(gr_instance_create(&one, 1));
    on_instance_in_kernel(one, status);
    for (int k = 0; k < 6; k++) {
        cr_expect(eq(int, status[k], (int)GR_IN_KERNEL), "call %d", k);
    }
    SUCCEEDS(gr_instance_destroy(&one));
}

Test(instance_launch, what_fails_on_it_is_answered_by_its_fence, .timeout = 60) {
    gr_options options = {0, GR_DYNAMIC, GR_AUTO, {0}};
    gr_instance one;

    SUCCEEDS(gr_instance_create(&one, 2));
    options.instance = one;
    on_instance_plain(options);
    FAILS(gr_instance_fence(one), GR_INVALID_ARG,
          "kernel \"plain\": chunk = 0, expected 1 or more");
    SUCCEEDS(gr_instance_fence(one));
    SUCCEEDS(gr_instance_destroy(&one));
}

/* ---- several host threads ---- */

enum { HOSTS = 4, ROUNDS = 12 };

static pthread_barrier_t start;
static gr_instance shared_half[2];

typedef struct host {
    pthread_t thread;
    int number;
    long wrong;
} host;

static void *compute_on_own_half(void *argument) {
    host *self = (host *)argument;

    pthread_barrier_wait(&start);
    for (int round = 0; round < ROUNDS; round++) {
        self->wrong +=
            on_instance_compute(1000 + 20000 * (round % 3), shared_half[self->number % 2]);
    }
    return NULL;
}

/* All on one half, with every thread count. */
static void *share_one_half(void *argument) {
    host *self = (host *)argument;
    gr_options options = plain;
    int out[200];

    options.instance = shared_half[0];
    options.threads = 1;
    pthread_barrier_wait(&start);
    for (int round = 0; round < ROUNDS; round++) {
        (void)on_instance_threads(200, options, out);
        self->wrong += gr_fence() != GR_SUCCESS;
    }
    return NULL;
}

/* Four launch all the time: teams never hold more threads than there are, but for one each. */
static int most_held;

static void *launch_on_default(void *argument) {
    host *self = (host *)argument;

    pthread_barrier_wait(&start);
    for (int round = 0; round < ROUNDS; round++) {
        const int held = gr_impl_threads_held();

        self->wrong += on_instance_compute(50000, GR_DEFAULT_INSTANCE);
        if (held > __atomic_load_n(&most_held, __ATOMIC_RELAXED)) {
            __atomic_store_n(&most_held, held, __ATOMIC_RELAXED);
        }
    }
    return NULL;
}

static void on_all_hosts(void *(*function)(void *)) {
    host hosts[HOSTS];

    cr_assert(eq(int, pthread_barrier_init(&start, NULL, HOSTS), 0));
    for (int k = 0; k < HOSTS; k++) {
        hosts[k].number = k;
        hosts[k].wrong = 0;
        cr_assert(eq(int, pthread_create(&hosts[k].thread, NULL, function, &hosts[k]), 0));
    }
    for (int k = 0; k < HOSTS; k++) {
        pthread_join(hosts[k].thread, NULL);
        cr_expect(eq(long, hosts[k].wrong, 0), "host thread %d", k);
    }
    pthread_barrier_destroy(&start);
}

Test(instance_launch, two_halves_serve_four_hosts, .timeout = 120) {
    SUCCEEDS(gr_instance_partition(shared_half, GR_DEFAULT_INSTANCE, even, 2));
    on_all_hosts(compute_on_own_half);
    on_all_hosts(share_one_half);
    cr_expect(eq(int, gr_impl_threads_held(), 0));
    SUCCEEDS(gr_instance_destroy(&shared_half[0]));
    SUCCEEDS(gr_instance_destroy(&shared_half[1]));
}

Test(instance_launch, four_hosts_keep_to_the_budget, .timeout = 120) {
    SUCCEEDS(gr_initialize(NULL));
    on_all_hosts(launch_on_default);
    /* 4 threads in all; whoever finds none left runs alone and counts as one */
    cr_expect(le(int, most_held, 4 + HOSTS - 1));
    cr_expect(eq(int, gr_impl_threads_held(), 0));
    SUCCEEDS(gr_finalize());
}

Test(instance_launch, members_of_a_users_team_launch_alone, .timeout = 60) {
    int held = -1;

    cr_expect(eq(long, on_instance_in_parallel(3, 50000, &held), 0));
    cr_expect(eq(int, held, 0), "no thread of granum's own beside the user's");
    SUCCEEDS(gr_fence());
}

/* ---- fork ---- */

Test(instance_launch, a_child_computes_on_its_parents_instances, .timeout = 60) {
    gr_instance half[2];
    int status = 1;
    pid_t pid;

    SUCCEEDS(gr_instance_partition(half, GR_DEFAULT_INSTANCE, even, 2));
    cr_expect(eq(long, on_instance_compute(50000, half[0]), 0));
    pid = fork();
    if (pid == 0) {
        alarm(40);
        _exit(on_instance_compute(50000, half[0]) != 0 ||
              on_instance_compute(50000, half[1]) != 0 || gr_impl_threads_held() != 0 ||
              gr_instance_destroy(&half[0]) != GR_SUCCESS);
    }
    cr_expect(eq(long, on_instance_compute(50000, half[1]), 0));
    cr_assert(eq(int, waitpid(pid, &status, 0), pid));
    cr_expect(eq(int, status, 0));
    SUCCEEDS(gr_instance_destroy(&half[0]));
    SUCCEEDS(gr_instance_destroy(&half[1]));
}
