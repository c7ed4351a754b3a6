/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
#include <granum/granum.h>
EXPANSION
MACRO "gr_npy_inspect";
gr_npy_inspect(path, &info);
MACRO "GR_NPY_LOAD";
GR_NPY_LOAD(&v, path);
MACRO "gr_npy_load";
gr_npy_load(&any, path);
MACRO "gr_npy_save";
gr_npy_save(path, GR_ANY(v));
