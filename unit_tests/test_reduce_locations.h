/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_reduce_locations.h
 * @brief Reducers that find places, and reducers with a last step, over flat ranges, in teams and
 * over leagues.
 */
#ifndef GRANUM_TEST_REDUCE_LOCATIONS_H
#define GRANUM_TEST_REDUCE_LOCATIONS_H

#include <granum/range.h>
#include <granum/reduce.h>

/** Types with an order: X(suffix, T). */
#define PLACE_LIST(X) \
    X(i8, int8_t)     \
    X(i16, int16_t)   \
    X(i32, int32_t)   \
    X(i64, int64_t)   \
    X(u8, uint8_t)    \
    X(u16, uint16_t)  \
    X(u32, uint32_t)  \
    X(u64, uint64_t)  \
    X(f32, float)     \
    X(f64, double)

#define PLACES_TYPE(suffix, T)                                    \
    typedef struct places_##suffix {                              \
        gr_loc_##suffix low, high, low_last, high_last;           \
        gr_minmaxloc_##suffix both, first_last;                   \
        gr_index first, last; /**< where x[i] is equal to mark */ \
    } places_##suffix;
PLACE_LIST(PLACES_TYPE)

/** How the launch is made. */
typedef enum place_form { PLACE_RANGE, PLACE_TEAM, PLACE_LEAGUE, PLACE_FORMS } place_form;

/** A struct that is joined exactly and then turned into what a user wants of it. */
typedef struct spread {
    int64_t count, sum, squares;
    double mean, variance; /**< set by the last step */
} spread;

/** A large one. */
typedef struct tally {
    int32_t count[40];
    int32_t most; /**< set by the last step: the number of the fullest */
} tally;

GR_EXTERN_C_BEGIN

#define PLACES_FUNCTION(suffix, T)                                                        \
    places_##suffix find_places_##suffix(place_form form, const T *x, T mark, gr_index n, \
                                         gr_options options);
PLACE_LIST(PLACES_FUNCTION)

/** The corner i * m + j of the extremes of a matrix. */
gr_minmaxloc_f64 find_in_matrix(const double *x, gr_index n, gr_index m, gr_options options);

spread find_spread(place_form form, gr_index n, gr_options options);
tally find_tally(place_form form, gr_index n, gr_options options, int64_t *sum);

GR_EXTERN_C_END

#endif
