/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_scan_segmented.h
 * @brief Segmented scans and scans by key, and results that go to Views.
 */
#ifndef GRANUM_TEST_SCAN_SEGMENTED_H
#define GRANUM_TEST_SCAN_SEGMENTED_H

#include <granum/granum.h>

/** x -> m x + c; composing lines does not commute. */
typedef struct line {
    int64_t m, c;
} line;
GR_DEFINE_VIEW(line, line)

GR_DEFINE_VIEW(place, gr_loc_f64)

GR_EXTERN_C_BEGIN

/** What came before in the segment, and what is there with the element itself. */
void sum_segments(gr_view1_i64 before, gr_view1_i64 after, gr_view1_i64 x, gr_view1_u8 head,
                  gr_index lo, gr_index hi, gr_options options);
void sum_segments_f64(gr_view1_f64 before, gr_view1_f64 x, gr_view1_u8 head, gr_options options);
void most_of_segments(gr_view1_f64 most, gr_view1_f64 x, gr_view1_u8 head, gr_options options);
void compose_segments(gr_view1_line after, gr_view1_u8 head, gr_options options);
/** The place of each element in its group of equal keys: 1, 2, 3, ... */
void number_groups(gr_view1_i32 place, gr_view1_i32 key, gr_index lo, gr_options options);
void number_groups_of_f64(gr_view1_i32 place, gr_view1_f64 key, gr_options options);
/** Only every second element counts. */
void number_even(gr_view1_i32 place, gr_view1_u8 head);

/** Results to Views. */
void results_of_range(gr_view0_f64 sum, gr_view0_place least, gr_view0_i64 count, gr_view1_f64 x,
                      gr_options options);
void results_of_box(int rank, gr_view0_i64 sum, const gr_index n[6]);
void total_of_scan(gr_view0_i64 total, gr_view1_i64 before, gr_view1_i64 x, gr_options options);

GR_EXTERN_C_END

#endif
