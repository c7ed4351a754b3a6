/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file scan_twin_template.h
 * @brief Body of scan_twin.c for one type.
 *
 * In:  VALUE, DATA, SIDE(kernel), LOCAL(name); undefined at the end.
 */

/* A thread's part of a block, read and written: half of a second-level cache of 1 MiB
 * [elements]. */
enum { LOCAL(PART) = 32768 };

static void LOCAL(scan)(bool inclusive, VALUE *out, const VALUE *in, gr_index n) {
    VALUE sums[256];

#pragma omp parallel num_threads(omp_get_max_threads() < 256 ? omp_get_max_threads() : 256)
    {
        const gr_index team = omp_get_num_threads(), me = omp_get_thread_num();
        const gr_index block = n < team * LOCAL(PART) ? n : team * LOCAL(PART);
        VALUE before = 0;

        for (gr_index b = 0; b < n; b += block) {
            const gr_index size = b + block < n ? block : n - b;
            const gr_index lo = b + size * me / team, hi = b + size * (me + 1) / team;
            VALUE sum = 0;

#pragma omp simd reduction(+ : sum)
            for (gr_index i = lo; i < hi; i++)
                sum += in[i];
            sums[me] = sum;
#pragma omp barrier
            sum = before;
            for (gr_index t = 0; t < me; t++)
                sum += sums[t];
            for (gr_index t = 0; t < team; t++)
                before += sums[t];
            if (inclusive) {
                for (gr_index i = lo; i < hi; i++) {
                    sum += in[i];
                    out[i] = sum;
                }
            } else {
                for (gr_index i = lo; i < hi; i++) {
                    const VALUE value = in[i];

                    out[i] = sum;
                    sum += value;
                }
            }
#pragma omp barrier
        }
    }
}

void SIDE(exclusive)(void *data) {
    const DATA *d = (const DATA *)data;

    LOCAL(scan)(false, d->out.data, d->in.data, d->in.extent[0]);
}

void SIDE(inclusive)(void *data) {
    const DATA *d = (const DATA *)data;

    LOCAL(scan)(true, d->out.data, d->in.data, d->in.extent[0]);
}

#undef VALUE
#undef DATA
#undef SIDE
#undef LOCAL
