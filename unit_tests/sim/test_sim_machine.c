/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_sim_machine.c
 * @brief The simulated device runs blocks, barriers and shuffles as a GPU does, and finds what a
 * GPU would not tell.
 *
 * Oracle: sums by formula, and the messages as written here.
 */
#include "test_sim_machine.h"

#include "support/outcome.h"

#include <granum/granum.h>
#include <granum/impl/arguments.h>

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { BLOCKS = 37, THREADS = 256 };

/* Device memory of numbers 0, 1, ... and room for the results. */
static gr_view1_f64 numbers(gr_index n) {
    gr_view1_f64 host, x;

    SUCCEEDS(GR_CREATE(&host, "host", n));
    for (gr_index i = 0; i < n; i++) {
        GR_AT(host, i) = (double)i;
    }
    SUCCEEDS(GR_CREATE_IN(&x, GR_DEVICE, "numbers", n));
    SUCCEEDS(gr_deep_copy(GR_ANY(x), GR_ANY(host)));
    SUCCEEDS(GR_RELEASE(&host));
    return x;
}

static gr_status sums(machine_fault fault, unsigned threads) {
    gr_view1_f64 x = numbers(BLOCKS * (gr_index)threads), out, host;
    gr_status status;

    SUCCEEDS(GR_CREATE_IN(&out, GR_DEVICE, "sums", BLOCKS));
    status = machine_sum(x.data, out.data, BLOCKS, threads, fault);
    if (status == GR_SUCCESS) {
        SUCCEEDS(GR_MIRROR_COPY(&host, out));
        for (gr_index b = 0; b < BLOCKS; b++) {
            const double n = threads, first = n * (double)b;

            cr_assert(eq(dbl, GR_AT(host, b), n * first + n * (n - 1) / 2));
        }
        SUCCEEDS(GR_RELEASE(&host));
    }
    SUCCEEDS(GR_RELEASE(&x));
    SUCCEEDS(GR_RELEASE(&out));
    return status;
}

/* The launch fails with a message that begins so and ends with the seed. */
static void reports(machine_fault fault, const char *begin, const char *end) {
    const char *message = gr_last_error()->message;

    cr_assert(eq(int, (int)sums(fault, THREADS), (int)GR_BACKEND));
    cr_assert(strstr(message, begin) == message && strstr(message, end) != NULL, "%s", message);
    cr_assert(strstr(message, " (GRANUM_SIM_SEED=") != NULL);
    SUCCEEDS(sums(FAULT_NONE, THREADS)); /* the machine goes on */
}

/* ---- what a GPU does ---- */

Test(sim_machine, barriers_hold_a_block_together, .timeout = 60) {
    for (unsigned threads = 1; threads <= 1024; threads *= 2) {
        SUCCEEDS(sums(FAULT_NONE, threads));
    }
}

Test(sim_machine, shuffles_exchange_words_within_groups, .timeout = 60) {
    static const char *const warp[] = {"32", "64"};
    gr_view1_u32 out, host;

    setenv("GRANUM_SIM_WARP", warp[getpid() % 2], 1);
    SUCCEEDS(GR_CREATE_IN(&out, GR_DEVICE, "out", 128));
    for (int lanes = 2; lanes <= 32; lanes *= 2) {
        SUCCEEDS(machine_shuffle(out.data, 128, lanes));
        SUCCEEDS(GR_MIRROR_COPY(&host, out));
        for (gr_index t = 0; t < 128; t++) {
            cr_assert(eq(int, (int)GR_AT(host, t), lanes *(lanes - 1) / 2));
        }
        SUCCEEDS(GR_RELEASE(&host));
    }
    SUCCEEDS(GR_RELEASE(&out));
}

Test(sim_machine, blocks_that_wait_for_earlier_ones_end, .timeout = 60) {
    gr_view1_u32 value, ticket, host;

    SUCCEEDS(GR_CREATE_IN(&value, GR_DEVICE, "value", 500));
    SUCCEEDS(GR_CREATE_IN(&ticket, GR_DEVICE, "ticket", 1));
    SUCCEEDS(machine_chain(value.data, ticket.data, 500, 64));
    SUCCEEDS(GR_MIRROR_COPY(&host, value));
    for (gr_index b = 0; b < 500; b++) {
        cr_assert(eq(int, (int)GR_AT(host, b), (int)b + 1));
    }
    SUCCEEDS(GR_RELEASE(&host));
    SUCCEEDS(GR_RELEASE(&value));
    SUCCEEDS(GR_RELEASE(&ticket));
}

Test(sim_machine, a_thread_that_polls_lets_its_block_go_on, .timeout = 60) {
    gr_view1_u32 flag;
    uint32_t value = 0;

    SUCCEEDS(GR_CREATE_IN(&flag, GR_DEVICE, "flag", 1));
    SUCCEEDS(machine_wait(flag.data, 1024));
    SUCCEEDS(GR_COPY_TO_SCALAR(&value, flag));
    cr_assert(eq(int, (int)value, 2));
    SUCCEEDS(GR_RELEASE(&flag));
}

static void *sums_often(void *wrong) {
    for (int k = 0; k < 20; k++) {
        __atomic_fetch_add((int *)wrong, sums(FAULT_NONE, 64) != GR_SUCCESS, __ATOMIC_RELAXED);
    }
    return NULL;
}

Test(sim_machine, several_hosts_launch_at_once, .timeout = 60) {
    pthread_t host[4];
    int wrong = 0;

    for (int k = 0; k < 4; k++) {
        cr_assert(eq(int, pthread_create(&host[k], NULL, sums_often, &wrong), 0));
    }
    for (int k = 0; k < 4; k++) {
        pthread_join(host[k], NULL);
    }
    cr_assert(eq(int, wrong, 0));
}

/* ---- what a GPU would not tell ---- */

static void order_of(uint32_t order[100]) {
    gr_view1_u32 out, count, host;

    SUCCEEDS(GR_CREATE_IN(&out, GR_DEVICE, "out", 100));
    SUCCEEDS(GR_CREATE_IN(&count, GR_DEVICE, "count", 1));
    SUCCEEDS(machine_order(out.data, count.data, 100));
    SUCCEEDS(GR_MIRROR_COPY(&host, out));
    memcpy(order, host.data, 100 * sizeof *order);
    SUCCEEDS(GR_RELEASE(&host));
    SUCCEEDS(GR_RELEASE(&out));
    SUCCEEDS(GR_RELEASE(&count));
}

Test(sim_machine, blocks_start_in_a_shuffled_order_from_the_seed, .timeout = 60) {
    uint32_t first[100], second[100];
    int seen[100] = {0}, fixed = 0;

    setenv("GRANUM_NUM_THREADS", "1", 1);
    setenv("GRANUM_SIM_SEED", "7", 1);
    order_of(first);
    order_of(second);
    for (int k = 0; k < 100; k++) {
        seen[first[k]]++;
        fixed += first[k] == (uint32_t)k;
    }
    for (int k = 0; k < 100; k++) {
        cr_assert(eq(int, seen[k], 1));
    }
    cr_assert(lt(int, fixed, 50));
    cr_assert(ne(int, memcmp(first, second, sizeof first), 0)); /* each launch has its own */
}

Test(sim_machine, shared_memory_is_poisoned, .timeout = 60) {
    gr_view1_u64 out;
    uint64_t value = 0;

    SUCCEEDS(GR_CREATE_IN(&out, GR_DEVICE, "out", 1));
    SUCCEEDS(machine_unset(out.data));
    SUCCEEDS(GR_COPY_TO_SCALAR(&value, out));
    cr_assert(eq(u64, value, UINT64_C(0x7ff4dead7ff4dead)));
    SUCCEEDS(GR_RELEASE(&out));
}

#define AT "at unit_tests/sim/test_sim_machine_kernels.cpp:"

Test(sim_machine, a_thread_that_ends_before_a_barrier_is_reported, .timeout = 60) {
    reports(FAULT_ENDED, "kernel \"machine\": sim: divergent barrier " AT,
            "waits for threads 0..255, but thread 5 has ended");
}

Test(sim_machine, threads_at_different_barriers_are_reported, .timeout = 60) {
    reports(FAULT_OTHER_PLACE, "kernel \"machine\": sim: divergent barrier " AT,
            " is at the barrier of unit_tests/sim/");
}

Test(sim_machine, a_shuffle_without_one_of_its_lanes_is_reported, .timeout = 60) {
    reports(FAULT_SHUFFLE, "kernel \"machine\": sim: divergent shuffle " AT, "3 has ended");
    reports(FAULT_LANE, "kernel \"machine\": sim: shuffle from lane 32 " AT, ", expected 0..31");
    reports(FAULT_LANES, "kernel \"machine\": sim: shuffle of 24 lanes " AT,
            ", expected a power of two up to the warp, 32");
}

#ifdef GRANUM_TEST_RACE
Test(sim_machine, races_in_shared_memory_are_reported, .timeout = 60) {
    reports(FAULT_RACE, "kernel \"machine\": sim: race in shared memory: byte ",
            ", expected a barrier between them (the block's last one: ");
}
#endif

Test(sim_machine, blocks_beyond_the_device_are_refused, .timeout = 60) {
    FAILS(machine_sizes(1025, 0), GR_BACKEND,
          "kernel \"machine\": sim: threads of a block = 1025, expected 1..1024");
    FAILS(machine_sizes(1, 98305), GR_BACKEND,
          "kernel \"machine\": sim: shared memory of a block = 98305 bytes, expected at most 98304 "
          "(GRANUM_SIM_SHARED)");
    SUCCEEDS(machine_sizes(1024, 98304));
}

/* ---- what is said on standard error ---- */

/* A child that does so says this, and ends by the signal; 0: it exits. */
static void says(void (*what)(void), int signal_number, const char *expected) {
    char text[4096];
    int ends[2], status;
    ssize_t length = 0, got;

    cr_assert(eq(int, pipe(ends), 0));
    const pid_t child = fork();
    if (child == 0) {
        dup2(ends[1], STDERR_FILENO);
        signal(SIGSEGV, SIG_DFL); /* not the test framework's */
        what();
        _exit(0);
    }
    close(ends[1]);
    while ((got = read(ends[0], text + length, sizeof text - 1 - (size_t)length)) > 0) {
        length += got;
    }
    text[length] = '\0';
    cr_assert(eq(int, waitpid(child, &status, 0), child));
    cr_assert(eq(int, status & 0x7f, signal_number), "status %#x: %s", status, text);
    cr_assert(strstr(text, expected) != NULL, "%s", text);
}

static void launch_watched(void) {
    gr_impl_debug_serve(GR_DEBUG_NAN);
    setenv("GRANUM_DEBUG", "nan", 1);
    (void)sums(FAULT_NONE, THREADS);
}

Test(sim_machine, debug_modes_of_the_host_say_that_they_do_not_look, .timeout = 60) {
    says(launch_watched, 0,
         "granum: GRANUM_DEBUG: kernel \"machine\" runs on sim, where nan, poison, order, race and "
         "uninit do not look; expected kernels of a backend of the host for them");
}

/* ---- faults that end the process, as on the device they end its context ---- */

static void dies(void (*what)(void), const char *expected) {
    says(what, SIGSEGV, expected);
}

static void overrun_shared(void) {
    (void)sums(FAULT_SHARED, THREADS);
}

static void overrun_stack(void) {
    (void)sums(FAULT_STACK, THREADS);
}

static void overrun_view(void) {
    gr_view1_f64 x = numbers(512), out;

    (void)!GR_CREATE_IN(&out, GR_DEVICE, "sums", 512);
    (void)machine_sum(x.data, out.data, 1024, 1, FAULT_NONE);
}

static void reach_released(void) {
    gr_view1_f64 x = numbers(1 << 20), out;
    const double *data = x.data;

    (void)!GR_CREATE_IN(&out, GR_DEVICE, "sums", 512);
    (void)!GR_RELEASE(&x);
    (void)!gr_fence();
    (void)machine_sum(data, out.data, 1024, 1, FAULT_NONE);
}

static void reach_from_host(void) {
    gr_view1_f64 x = numbers(10);

    GR_AT(x, 3) = 1.0;
}

Test(sim_machine, a_byte_behind_shared_memory_traps, .timeout = 60) {
    dies(overrun_shared, "reaches byte 2048 of a block's shared "
                         "memory, expected less than 2048, its size");
}

Test(sim_machine, endless_recursion_traps, .timeout = 60) {
    dies(overrun_stack, "of stack that a thread has");
}

Test(sim_machine, a_page_behind_a_view_traps_in_a_kernel, .timeout = 60) {
    dies(overrun_view, "of view \"numbers\", expected less than 4096, its size");
}

Test(sim_machine, released_memory_traps_in_a_kernel, .timeout = 60) {
    dies(reach_released, "reaches memory that is not the device's, expected that of a View that is "
                         "held: it may have been released");
}

Test(sim_machine, the_host_in_device_memory_traps, .timeout = 60) {
    dies(reach_from_host,
         "granum: sim: the host reaches byte 24 of view \"numbers\" of 80 bytes in space device, "
         "expected a mirror or gr_deep_copy: only kernels reach it");
}

Test(sim_machine, parent_and_child_of_a_fork_compute, .timeout = 60) {
    gr_view1_f64 x = numbers(1000), host;
    int status;

    SUCCEEDS(sums(FAULT_NONE, THREADS));
    const pid_t child = fork();
    if (child == 0) {
        const bool right = sums(FAULT_NONE, THREADS) == GR_SUCCESS &&
                           GR_MIRROR_COPY(&host, x) == GR_SUCCESS && GR_AT(host, 999) == 999.0;

        _exit(right ? 0 : 1);
    }
    SUCCEEDS(sums(FAULT_NONE, THREADS));
    cr_assert(eq(int, waitpid(child, &status, 0), child));
    cr_assert(eq(int, status, 0));
    SUCCEEDS(GR_RELEASE(&x));
}

Test(sim_machine, settings_are_checked, .timeout = 60) {
    gr_view1_f64 x;

    setenv("GRANUM_SIM_WARP", "48", 1);
    FAILS(GR_CREATE_IN(&x, GR_DEVICE, "x", 1), GR_UNSUPPORTED,
          "\"x\" in space device: GRANUM_SIM_WARP = 48, expected 32 or 64");
    FAILS(gr_set_device(0), GR_INVALID_ARG,
          "device = 0, but there is none: GRANUM_SIM_WARP = 48, expected 32 or 64");
    cr_assert(eq(int, gr_device_count(), 0));
}
