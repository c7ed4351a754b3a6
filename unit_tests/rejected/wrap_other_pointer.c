/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* expect: any */
/* form: all */
#include <granum/granum.h>

gr_status wrap(gr_view1_f64 *a, double *data, float *other);
gr_status wrap(gr_view1_f64 *a, double *data, float *other) {
#ifdef FIXED
    (void)other;
    return GR_WRAP(a, data, 10);
#else
    (void)data;
    return GR_WRAP(a, other, 10);
#endif
}
