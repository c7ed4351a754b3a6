/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
#include <granum/granum.h>
EXPANSION
MACRO "gr_deep_copy";
gr_deep_copy(GR_ANY(b), GR_ANY(a));
MACRO "GR_FILL";
GR_FILL(v, 1.5);
MACRO "gr_view_fill";
gr_view_fill(any, &value);
MACRO "gr_deep_copy_on";
gr_deep_copy_on(instance, GR_ANY(b), GR_ANY(a));
MACRO "GR_FILL_ON";
GR_FILL_ON(instance, v, 1.5);
MACRO "gr_view_fill_on";
gr_view_fill_on(instance, any, &value);
MACRO "GR_COPY_TO_SCALAR";
GR_COPY_TO_SCALAR(&x, v);
MACRO "GR_COPY_FROM_SCALAR";
GR_COPY_FROM_SCALAR(v, 1.5);
