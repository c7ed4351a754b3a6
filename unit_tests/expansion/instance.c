/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
#include <granum/granum.h>
EXPANSION
MACRO "gr_instance_create";
gr_instance_create(&one, 2);
MACRO "gr_instance_partition";
gr_instance_partition(parts, GR_DEFAULT_INSTANCE, weights, 2);
MACRO "gr_instance_destroy";
gr_instance_destroy(&one);
MACRO "gr_instance_num_threads";
gr_instance_num_threads(one);
MACRO "gr_instance_set_chunk";
gr_instance_set_chunk(one, 64);
MACRO "gr_instance_fence";
gr_instance_fence(one);
MACRO "gr_on";
gr_on(policy, one);
