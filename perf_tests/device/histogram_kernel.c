/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file histogram_kernel.c
 * @brief A histogram on a device: the reducer made for it, as in the host's bench.
 */
#include "device.h"

#include "../histogram_kernel.c"

gr_status device_keys_make(device_data *d) {
    histogram_data *h = (histogram_data *)calloc(1, sizeof *h);

    GR_REQUIRE(h, GR_OUT_OF_MEMORY, "memory for bins = none, expected %zu B", sizeof *h);
    d->more = h;
    GR_TRY(GR_CREATE(&h->keys, "keys", d->n));
    GR_TRY(GR_CREATE(&h->bins, "bins", DEVICE_BINS));
    d->keys = h->keys.data;
    d->bins = h->bins.data;
    {
        const gr_view1_i64 keys = h->keys;

        /* Each bin once in a thousand keys, in another order each time. */
        GR_PARALLEL_FOR("keys", i, gr_range(0, keys.extent[0])) {
            GR_AT(keys, i) = (7919 * i + 31 * (i / DEVICE_BINS)) % DEVICE_BINS;
        };
    }
    return gr_fence();
}

gr_status device_keys_drop(device_data *d) {
    histogram_data *h = (histogram_data *)d->more;

    GR_TRY(GR_RELEASE(&h->keys));
    GR_TRY(GR_RELEASE(&h->bins));
    free(h);
    return GR_SUCCESS;
}

gr_status device_keys_fetch(double *to, const device_data *d) {
    gr_view1_i64_right host;

    GR_TRY(GR_MIRROR_COPY(&host, ((const histogram_data *)d->more)->bins));
    for (gr_index b = 0; b < DEVICE_BINS; b++) {
        to[b] = (double)host.data[b];
    }
    return GR_RELEASE(&host);
}

void device_histogram_granum(void *data) {
    histogram_array(((const device_data *)data)->more);
}
