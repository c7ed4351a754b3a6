/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
#include <granum/granum.h>
EXPANSION
MACRO "gr_malloc";
gr_malloc(&p, GR_HOST, "p", bytes);
MACRO "gr_realloc";
gr_realloc(&p, bytes);
MACRO "gr_free";
gr_free(p);
