/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
#include <granum/granum.h>
EXPANSION
MACRO "gr_graph_add";
gr_graph_add(graph, &node, "sum", sum, &s, sizeof s);
MACRO "gr_graph_add_device";
gr_graph_add_device(graph, &node, "wave", wave, &s, sizeof s);
MACRO "gr_graph_add_range";
gr_graph_add_range(graph, &node, "axpy", axpy, n, &s, sizeof s);
MACRO "gr_graph_add_copy";
gr_graph_add_copy(graph, &node, "copy", any_b, any_a);
MACRO "gr_graph_add_join";
gr_graph_add_join(graph, &node, "all");
MACRO "gr_graph_after";
gr_graph_after(graph, node, first);
MACRO "gr_graph_after_same_index";
gr_graph_after_same_index(graph, node, first);
MACRO "gr_graph_uses";
gr_graph_uses(graph, node, any_a);
MACRO "gr_graph_repeat_while";
gr_graph_repeat_while(graph, again, &s, sizeof s);
MACRO "gr_graph_instantiate";
gr_graph_instantiate(graph);
MACRO "gr_graph_submit";
gr_graph_submit(graph, one);
MACRO "gr_graph_add_reduce";
gr_graph_add_reduce(graph, &node, "dot", dot, n, &args, sizeof args, gr_graph_sum(GR_F64), &result);
MACRO "gr_graph_add_scan";
gr_graph_add_scan(graph, &node, "offsets", offsets, n, &args, sizeof args);
