/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file results_kernel_template.h
 * @brief Reductions whose results stay on the device, for one type.
 *
 * In:  T, VIEW, A, B (what is reduced), RESULT, LOWEST (where results go), SIDE(kernel);
 *      undefined at the end.
 */

void SIDE(dot)(void *data) {
    const device_data *d = (const device_data *)data;
    const VIEW x = A, y = B;

    GR_PARALLEL_REDUCE_TO("dot", i, gr_range(0, x.extent[0]), GR_TO(RESULT, GR_SUM(T, sum))) {
        sum += GR_AT(x, i) * GR_AT(y, i);
    };
}

void SIDE(sum)(void *data) {
    const device_data *d = (const device_data *)data;
    const VIEW x = A;

    GR_PARALLEL_REDUCE_TO("sum", i, gr_range(0, x.extent[0]), GR_TO(RESULT, GR_SUM(T, sum))) {
        sum += GR_AT(x, i);
    };
}

void SIDE(min)(void *data) {
    const device_data *d = (const device_data *)data;
    const VIEW x = B;

    GR_PARALLEL_REDUCE_TO("min", i, gr_range(0, x.extent[0]), GR_TO(RESULT, GR_MIN(T, least))) {
        least = GR_AT(x, i) < least ? GR_AT(x, i) : least;
    };
}

void SIDE(minloc)(void *data) {
    const device_data *d = (const device_data *)data;
    const VIEW x = B;

    GR_PARALLEL_REDUCE_TO("minloc", i, gr_range(0, x.extent[0]),
                          GR_TO(LOWEST, GR_MINLOC(T, least))) {
        if (GR_AT(x, i) < least.value) {
            least.value = GR_AT(x, i);
            least.location = i;
        }
    };
}

#undef T
#undef A
#undef B
#undef VIEW
#undef RESULT
#undef LOWEST
#undef SIDE
