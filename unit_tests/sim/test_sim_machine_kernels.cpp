/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_sim_machine_kernels.cpp
 * @brief Kernels written straight in the primitives of devices: C++, as the algorithms on them are.
 */
#include "test_sim_machine.h"

#include <granum/granum.h>

extern "C++" { /* kernel files stand in an extern "C" */
namespace {

gr_site site = {"machine", __FILE__, __LINE__, 1, 0, 0, 0};

template <class K, class... A>
gr_status run(K kernel, unsigned blocks, unsigned threads, size_t shared, A... arguments) {
    const gr_options options = gr_range(0, 1).options;
    gr_impl_gpu_launch launch;

    if (gr_impl_gpu_begin(&launch, &site, &options, 0, 0)) {
        gr_impl_gpu_run(&launch, kernel, blocks, threads, shared, arguments...);
        gr_impl_gpu_end(&launch);
    }
    return gr_fence();
}

double *shared() {
    return static_cast<double *>(gr_impl_dev_shared());
}

unsigned endless(unsigned n) {
    volatile char room[4096];

    room[n % 4096] = 1;
    return n == 0 ? 0 : endless(n + 1) + (unsigned)room[0];
}

void sum_kernel(const double *x, double *out, machine_fault fault) {
    const unsigned t = gr_impl_dev_thread(), n = gr_impl_dev_threads();
    unsigned got = 0;

    shared()[t] = x[gr_impl_dev_block() * n + t];
    if (fault == FAULT_ENDED && t == 5) {
        return;
    }
    if (fault == FAULT_OTHER_PLACE && t % 2 == 1) {
        gr_impl_dev_barrier();
    } else if (fault != FAULT_RACE) {
        gr_impl_dev_barrier();
    }
    for (unsigned half = n / 2; half > 0; half /= 2) {
        if (t < half) {
            shared()[t] += shared()[t + half];
        }
        gr_impl_dev_barrier();
    }
    if (fault == FAULT_SHUFFLE && t % 32 == 3) {
        return;
    }
    if (fault == FAULT_SHUFFLE || fault == FAULT_LANE || fault == FAULT_LANES) {
        got = gr_impl_dev_shuffle(t, fault == FAULT_LANE ? 32 : 0, fault == FAULT_LANES ? 24 : 32);
    }
    if (fault == FAULT_SHARED && t == 7) {
        shared()[n] = got;
    }
    if (fault == FAULT_STACK && t == 7) {
        out[0] = endless(1);
    }
    if (t == 0) {
        out[gr_impl_dev_block()] = shared()[0];
    }
}

void shuffle_kernel(unsigned *out, int lanes) {
    const unsigned t = gr_impl_dev_thread();
    unsigned sum = t % (unsigned)lanes;

    for (int k = lanes / 2; k > 0; k /= 2) {
        sum += gr_impl_dev_shuffle(sum, (int)(t % (unsigned)lanes) ^ k, lanes);
    }
    gr_impl_dev_barrier_group(lanes);
    out[t] = sum;
}

void order_kernel(unsigned *out, unsigned *count) {
    out[gr_impl_dev_fetch_add(count, 1)] = gr_impl_dev_block();
}

void chain_kernel(unsigned *value, unsigned *ticket) {
    unsigned *mine = static_cast<unsigned *>(gr_impl_dev_shared());

    if (gr_impl_dev_thread() == 0) {
        *mine = gr_impl_dev_fetch_add(ticket, 1);
    }
    gr_impl_dev_barrier();
    if (gr_impl_dev_thread() == gr_impl_dev_threads() - 1) {
        unsigned before = 0;

        while (*mine > 0 && (before = gr_impl_dev_load(&value[*mine - 1])) == 0) {}
        gr_impl_dev_store(&value[*mine], before + 1);
    }
}

void wait_kernel(unsigned *flag) {
    if (gr_impl_dev_thread() == 0) {
        while (gr_impl_dev_load(flag) == 0) {}
        gr_impl_dev_store(flag, 2u);
    } else if (gr_impl_dev_thread() == gr_impl_dev_threads() - 1) {
        gr_impl_dev_store(flag, 1u);
    }
}

void unset_kernel(uint64_t *out) {
    *out = *static_cast<uint64_t *>(gr_impl_dev_shared());
}

void nothing_kernel() {}

} // namespace
}

gr_status machine_sum(const double *x, double *out, unsigned blocks, unsigned threads,
                      machine_fault fault) {
    return run(sum_kernel, blocks, threads, threads * sizeof(double), x, out, fault);
}

gr_status machine_shuffle(unsigned *out, unsigned threads, int lanes) {
    return run(shuffle_kernel, 1, threads, 0, out, lanes);
}

gr_status machine_order(unsigned *out, unsigned *count, unsigned blocks) {
    return run(order_kernel, blocks, 1, 0, out, count);
}

gr_status machine_chain(unsigned *value, unsigned *ticket, unsigned blocks, unsigned threads) {
    return run(chain_kernel, blocks, threads, sizeof(unsigned), value, ticket);
}

gr_status machine_wait(unsigned *flag, unsigned threads) {
    return run(wait_kernel, 1, threads, 0, flag);
}

gr_status machine_unset(uint64_t *out) {
    return run(unset_kernel, 1, 1, 8, out);
}

gr_status machine_sizes(unsigned threads, size_t bytes) {
    return run(nothing_kernel, 1, threads, bytes);
}
