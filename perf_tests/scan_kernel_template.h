/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file scan_kernel_template.h
 * @brief Prefix sums of one type.
 *
 * In:  T, VIEW, DATA, SIDE(kernel); undefined at the end.
 */

void SIDE(exclusive)(void *data) {
    const DATA *d = (const DATA *)data;
    const VIEW out = d->out, in = d->in;

    GR_PARALLEL_SCAN("exclusive", i, gr_range(0, in.extent[0]), GR_SUM(T, sum), final) {
        if (final) {
            GR_AT(out, i) = sum;
        }
        sum += GR_AT(in, i);
    };
}

void SIDE(inclusive)(void *data) {
    const DATA *d = (const DATA *)data;
    const VIEW out = d->out, in = d->in;

    GR_PARALLEL_SCAN("inclusive", i, gr_range(0, in.extent[0]), GR_SUM(T, sum), final) {
        sum += GR_AT(in, i);
        if (final) {
            GR_AT(out, i) = sum;
        }
    };
}

#undef T
#undef VIEW
#undef DATA
#undef SIDE
