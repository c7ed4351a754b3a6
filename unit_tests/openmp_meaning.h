/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file openmp_meaning.h
 * @brief A function full of OpenMP, for files with and without granum's headers; C11 and C++17.
 *
 * The includer defines OBSERVE, the function's name.
 */
#include <omp.h>

static int observe_fibonacci(int n) {
    int a = 0, b = 0;

    if (n < 2) {
        return n;
    }
#pragma omp task shared(a)
    a = observe_fibonacci(n - 1);
#pragma omp task shared(b)
    b = observe_fibonacci(n - 2);
#pragma omp taskwait
    return a + b;
}

static int observe_private_count = 5;
#pragma omp threadprivate(observe_private_count)

int OBSERVE(int seen[64]) {
    const int threads_before = omp_get_max_threads(), levels_before = omp_get_max_active_levels();
    int k = 0, sum = 0, most = 0, order = 0, in_order = 1, inner = 0, singles = 0, sections = 0;

    /* outside of all regions */
    seen[k++] = omp_get_level();
    seen[k++] = omp_get_active_level();
    seen[k++] = omp_in_parallel();
    seen[k++] = omp_get_num_threads();
    seen[k++] = omp_get_thread_num();
    seen[k++] = omp_get_max_threads();
    seen[k++] = omp_get_max_active_levels();
    seen[k++] = omp_get_dynamic();

    /* a plain region: its threads, level, numbers */
#pragma omp parallel num_threads(3) reduction(+ : sum) reduction(max : most)
    {
        sum += 1;
        most = omp_get_thread_num();
#pragma omp master
        {
            seen[k++] = omp_get_level();
            seen[k++] = omp_get_active_level();
            seen[k++] = omp_in_parallel() != 0;
            seen[k++] = omp_get_num_threads();
            seen[k++] = omp_get_ancestor_thread_num(0);
            seen[k++] = omp_get_team_size(1);
        }
    }
    seen[k++] = sum;
    seen[k++] = most;

    /* one thread by num_threads, and by if: a level, but not an active one */
#pragma omp parallel num_threads(1)
    {
        seen[k++] = omp_get_level();
        seen[k++] = omp_get_active_level();
        seen[k++] = omp_get_num_threads();
    }
#pragma omp parallel num_threads(3) if (threads_before < 0)
    {
        seen[k++] = omp_get_level();
        seen[k++] = omp_get_active_level();
        seen[k++] = omp_in_parallel() != 0;
        seen[k++] = omp_get_num_threads();
        seen[k++] = omp_get_team_size(1);
        /* and a region in it, which is active */
#pragma omp parallel num_threads(2)
        {
#pragma omp master
            {
                seen[k++] = omp_get_level();
                seen[k++] = omp_get_active_level();
                seen[k++] = omp_get_num_threads();
            }
        }
    }
#pragma omp parallel if (0)
    {
        seen[k++] = omp_get_level();
        seen[k++] = omp_get_active_level();
    }

    /* nested regions, two levels active and one */
    for (int levels = 2; levels >= 1; levels--) {
        omp_set_max_active_levels(levels);
        inner = 0;
#pragma omp parallel num_threads(2)
        {
#pragma omp parallel num_threads(2)
            {
#pragma omp atomic
                inner += 1;
#pragma omp master
                if (omp_get_ancestor_thread_num(1) == 0) {
                    seen[k++] = omp_get_level();
                    seen[k++] = omp_get_active_level();
                    seen[k++] = omp_get_num_threads();
                }
            }
        }
        seen[k++] = inner;
    }
    omp_set_max_active_levels(levels_before);

    /* omp_set_num_threads holds for the next region, and for worksharing */
    omp_set_num_threads(4);
    seen[k++] = omp_get_max_threads();
    sum = 0;
#pragma omp parallel for reduction(+ : sum) schedule(dynamic, 3)
    for (int i = 0; i < 1000; i++) {
        sum += i;
    }
    seen[k++] = sum;
    sum = 0;
#pragma omp parallel
    {
#pragma omp atomic
        sum += 1;
#pragma omp barrier
#pragma omp single
        {
            singles += 1;
            seen[k++] = omp_get_num_threads();
        }
#pragma omp for ordered schedule(static, 1)
        for (int i = 0; i < 40; i++) {
#pragma omp ordered
            {
                in_order = in_order && order == i;
                order = i + 1;
            }
        }
#pragma omp sections
        {
#pragma omp section
            {
#pragma omp atomic
                sections += 1;
            }
#pragma omp section
            {
#pragma omp atomic
                sections += 10;
            }
        }
#pragma omp critical
        sum += 100;
    }
    seen[k++] = sum;
    seen[k++] = singles;
    seen[k++] = in_order;
    seen[k++] = sections;
    omp_set_num_threads(threads_before);
    seen[k++] = omp_get_max_threads();

    /* tasks, and a group of them */
    sum = 0;
#pragma omp parallel num_threads(3)
#pragma omp single
    { sum = observe_fibonacci(12); }
    seen[k++] = sum;
    sum = 0;
#pragma omp parallel num_threads(2)
#pragma omp single
#pragma omp taskgroup
    for (int i = 0; i < 100; i++) {
#pragma omp task shared(sum) firstprivate(i)
        {
#pragma omp atomic
            sum += i;
        }
    }
    seen[k++] = sum;

    /* data that belongs to threads */
    observe_private_count = 9;
    sum = 0;
#pragma omp parallel num_threads(3) copyin(observe_private_count) reduction(+ : sum)
    sum += observe_private_count;
    seen[k++] = sum;
    sum = 0;
#pragma omp simd reduction(+ : sum)
    for (int i = 0; i < 100; i++) {
        sum += i;
    }
    seen[k++] = sum;
    return k;
}
