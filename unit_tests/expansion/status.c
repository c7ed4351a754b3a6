/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
#include <granum/granum.h>
EXPANSION
MACRO "GR_TRY";
GR_TRY(call());
MACRO "GR_REQUIRE";
GR_REQUIRE(rank <= 8, GR_INVALID_ARG, "rank = %d, expected 0..8", rank);
MACRO "GR_RAISE";
GR_RAISE(GR_INVALID_ARG, "rank = %d, expected 0..8", rank);
MACRO "GR_HERE";
GR_HERE;
MACRO "GR_IMPL_LITERAL";
GR_IMPL_LITERAL(gr_shape){{n, m}};
