/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* expect: any */
/* form: all */
#include <granum/granum.h>

typedef struct point {
    float x, y;
} point;
typedef struct size {
    float width, height;
} size;
GR_DEFINE_VIEW(point, point)
GR_DEFINE_VIEW(size, size)

gr_status part(gr_view1_point *a, gr_view1_size *c, gr_view2_point b);
gr_status part(gr_view1_point *a, gr_view1_size *c, gr_view2_point b) {
#ifdef FIXED
    (void)c;
    return GR_SUBVIEW(a, b, gr_pick(1), GR_ALL);
#else
    (void)a;
    return GR_SUBVIEW(c, b, gr_pick(1), GR_ALL);
#endif
}
