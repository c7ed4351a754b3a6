/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file locate_kernel_template.h
 * @brief The least element and where it is, for one type.
 *
 * In:  REAL, VIEW, FOUND, DATA, SIDE(kernel); undefined at the end.
 */

void SIDE(minloc)(void *data) {
    DATA *d = (DATA *)data;
    const VIEW x = d->x;
    FOUND least;

    GR_PARALLEL_REDUCE("minloc", i, gr_range(0, x.extent[0]), GR_MINLOC(REAL, least)) {
        if (GR_AT(x, i) < least.value) {
            least.value = GR_AT(x, i);
            least.location = i;
        }
    };
    d->result[0] = (double)least.value;
    d->result[1] = (double)least.location;
}

#undef REAL
#undef VIEW
#undef FOUND
#undef DATA
#undef SIDE
