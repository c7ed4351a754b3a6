/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file fibres.cpp
 * @brief Fibres by themselves, for machines that are emulated (fibres.sh): what a call keeps is
 * there when a fibre goes on, and every stack is aligned.
 *
 * Oracle: the same sums by formula. 0: all right.
 */
#include "../../backends/sim/src/fibre.h"

#include <cstdint>
#include <cstdio>

enum { FIBRES = 9, ROUNDS = 50, VALUES = 16 };

static sim_fibre home, fibre[FIBRES];
static int running, wrong;
static double total[FIBRES];
static uint64_t count[FIBRES];
static volatile double one = 1;

/* More values than there are registers of either kind, all of them live while others run. */
static void work() {
    sim_fibre_arrived();

    const int self = running;
    double x[VALUES];
    uint64_t n[VALUES];
    alignas(16) char aligned[16];
    char *volatile at = aligned;

    wrong += reinterpret_cast<uintptr_t>(at) % 16 != 0;
    for (int k = 0; k < VALUES; ++k) {
        x[k] = one * (self + k);
        n[k] = static_cast<uint64_t>(x[k]);
    }
    for (int round = 0; round < ROUNDS; ++round) {
        running = (self + 1) % FIBRES;
        sim_fibre_switch(&fibre[self], &fibre[running]);
        for (int k = 0; k < VALUES; ++k) {
            x[k] += one;
            n[k] += 1;
        }
    }
    for (int k = 0; k < VALUES; ++k) {
        total[self] += x[k];
        count[self] += n[k];
    }
    if (self + 1 < FIBRES) {
        running = self + 1;
        sim_fibre_switch(&fibre[self], &fibre[running]);
    }
    sim_fibre_switch(&fibre[self], &home);
}

int main() {
    for (int k = 0; k < FIBRES; ++k) {
        wrong += !sim_fibre_allocate(&fibre[k], static_cast<size_t>(k));
    }
    for (int again = 0; again < 2; ++again) {
        for (int k = 0; k < FIBRES; ++k) {
            total[k] = 0;
            count[k] = 0;
            sim_fibre_reset(&fibre[k], work);
        }
        running = 0;
        sim_fibre_switch(&home, &fibre[0]);
        for (int k = 0; k < FIBRES; ++k) {
            const int expected = VALUES * (k + ROUNDS) + VALUES * (VALUES - 1) / 2;

            wrong += total[k] != expected || count[k] != static_cast<uint64_t>(expected);
        }
    }
    for (int k = 0; k < FIBRES; ++k) {
        sim_fibre_free(&fibre[k]);
    }
    printf("%d of %d fibres are wrong\n", wrong, FIBRES);
    return wrong != 0;
}
