/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_fork_compute.c
 * @brief Parent and child compute, in parallel, whenever the fork comes, and never hang.
 *
 * A plain program: Criterion forks by itself. Oracle: sums of integers by formula. A hang ends by
 * SIGALRM, in the child after 40 s, in the parent after 200 s.
 */
#include "test_fork_compute.h"

#include <granum/initialize.h>

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum { N = 200000, THREADS = 3 };

static int failures;
static int most_threads; /* of the backend, before any fork */

static void expect(int condition, const char *what) {
    if (!condition) {
        printf("expected: %s\n", what);
        fflush(stdout);
        failures++;
    }
}

static int wait_for(int pid) {
    int status = 0;

    if (pid < 0 || waitpid(pid, &status, 0) != pid) {
        return 100;
    }
    if (WIFSIGNALED(status)) {
        return 1000 + WTERMSIG(status); /* 1014: SIGALRM, it hung */
    }
    return WEXITSTATUS(status);
}

static int compute(void) {
    int wrong = fork_compute(N, THREADS);

    wrong += fork_threads(THREADS) != most_threads;
    return wrong;
}

/* A child that computes and ends; its exit status. */
static int child(void) {
    const pid_t pid = fork();

    if (pid == 0) {
        alarm(40);
        _exit(compute());
    }
    return pid;
}

/* What the backend can, found in a child: this process shall not have launched yet. */
static int threads_of_a_launch(void) {
    const pid_t pid = fork();

    if (pid == 0) {
        _exit(fork_threads(THREADS));
    }
    return wait_for(pid);
}

static void fork_before_the_first_launch(void) {
    const int pid = child();

    expect(compute() == 0, "the parent computes after a fork before its first launch");
    expect(wait_for(pid) == 0, "the child computes after a fork before the first launch");
}

static void fork_after_a_launch(void) {
    int pid;

    expect(compute() == 0, "launches work");
    pid = child();
    expect(wait_for(pid) == 0, "the child computes after a fork after a launch");
    expect(compute() == 0, "the parent computes after the child has ended");
}

static void fork_between_launches(void) {
    for (int round = 0; round < 6; round++) {
        const int pid = child();

        expect(compute() == 0, "the parent computes beside its child");
        expect(wait_for(pid) == 0, "the child computes beside its parent");
    }
}

static void children_of_children(void) {
    const pid_t pid = fork();

    if (pid == 0) {
        int wrong, grandchild;

        alarm(40);
        wrong = compute();
        grandchild = child();
        wrong += compute();
        wrong += wait_for(grandchild) != 0;
        _exit(wrong);
    }
    expect(compute() == 0, "the parent computes");
    expect(wait_for(pid) == 0, "a child and its child compute");
}

static void *fork_from_here(void *argument) {
    int *answer = (int *)argument;

    answer[0] = compute();
    answer[1] = wait_for(child());
    answer[0] += compute();
    return NULL;
}

static void fork_from_another_thread(void) {
    int answer[2] = {0, 0};
    pthread_t thread;

    expect(compute() == 0, "the main thread computes");
    expect(pthread_create(&thread, NULL, fork_from_here, answer) == 0, "a thread");
    pthread_join(thread, NULL);
    expect(answer[0] == 0, "a second host thread computes before and after it forks");
    expect(answer[1] == 0, "its child computes");
    expect(compute() == 0, "the main thread computes after the fork of another");
}

static atomic_int stop;

static void *launch_until_told(void *argument) {
    int *wrong = (int *)argument;

    while (!stop) {
        *wrong += fork_compute(20000, 2);
    }
    return NULL;
}

static void fork_while_another_thread_launches(void) {
    pthread_t thread;
    int wrong = 0;

    expect(pthread_create(&thread, NULL, launch_until_told, &wrong) == 0, "a thread");
    for (int round = 0; round < 5; round++) {
        expect(wait_for(child()) == 0, "a child computes that was made while a launch ran");
    }
    stop = 1;
    pthread_join(thread, NULL);
    expect(wrong == 0, "the launches of the other thread go on");
}

static void fork_inside_a_parallel_region(void) {
    expect(fork_in_region(wait_for) == 0, "a child made in a parallel region computes");
    expect(compute() == 0, "the parent computes afterwards");
}

static void fork_between_initialize_and_finalize(void) {
    int pid;

    expect(gr_initialize(NULL) == GR_SUCCESS, "initialize");
    expect(compute() == 0, "launches work");
    pid = fork();
    if (pid == 0) {
        alarm(40);
        _exit(compute() + (gr_finalize() != GR_SUCCESS) * 10 + compute());
    }
    expect(wait_for(pid) == 0, "a child finalises and computes");
    expect(gr_finalize() == GR_SUCCESS, "finalize");
    expect(compute() == 0, "the parent computes after finalize");
}

int main(void) {
    alarm(200);
    most_threads = threads_of_a_launch();
    expect(most_threads >= 1 && most_threads <= THREADS, "1 to 3 threads");
    fork_before_the_first_launch();
    fork_after_a_launch();
    fork_between_launches();
    children_of_children();
    fork_from_another_thread();
    fork_while_another_thread_launches();
    fork_inside_a_parallel_region();
    fork_between_initialize_and_finalize();
    printf("%d threads a launch, %d failures\n", most_threads, failures);
    return failures != 0;
}
