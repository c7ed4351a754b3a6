/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
#include <granum/granum.h>
EXPANSION
MACRO "GR_AT rank 0";
GR_AT(v);
MACRO "GR_AT rank 1";
GR_AT(v, i);
MACRO "GR_AT rank 2";
GR_AT(v, i, j);
MACRO "GR_AT rank 8";
GR_AT(v, a, b, c, d, e, f, g, h);
MACRO "GR_ANY";
GR_ANY(v);
MACRO "GR_CREATE";
GR_CREATE(&v, "label", n0, n1);
MACRO "GR_CREATE_WITH";
GR_CREATE_WITH(&v, GR_UNINITIALIZED, "label", n0);
MACRO "GR_WRAP";
GR_WRAP(&v, pointer, n0, n1);
MACRO "GR_RETAIN";
GR_RETAIN(v);
MACRO "GR_RELEASE";
GR_RELEASE(&v);
MACRO "GR_RESIZE";
GR_RESIZE(&v, n0);
MACRO "GR_REALLOC";
GR_REALLOC(&v, n0);
MACRO "GR_SUBVIEW";
GR_SUBVIEW(&row, v, gr_pick(2), GR_ALL);
MACRO "GR_ASSIGN";
GR_ASSIGN(&w, v);
MACRO "GR_MIRROR_COPY";
GR_MIRROR_COPY(&h, v);
MACRO "GR_DEFINE_VIEW";
GR_DEFINE_VIEW(cell, struct cell)
