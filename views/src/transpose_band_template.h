/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file transpose_band_template.h
 * @brief A band of blocks: one cache line of every column, block by block along the source rows.
 *
 * In:  BAND_ITEM     element size [B]
 *      BAND_COLUMNS  columns of a block; block_<item>_<MODE>(src, s, dst, d, kept, slot) does one
 *      BAND_MODE     store, stream, keep or carry; names end in it
 *      BAND_LINKAGE  of band_<item>_<mode>, a transpose_band
 *      BAND_ITEM and BAND_COLUMNS are undefined at the end.
 */
#define BAND_NAME(name) GR_IMPL_PASTE(GR_IMPL_PASTE(name, BAND_ITEM), GR_IMPL_PASTE(_, BAND_MODE))

/* Bytes ahead of which source rows are fetched: hardware prefetchers lose count of 8 or 16 rows
 * that begin a multiple of a large power of two apart. */
#ifndef BAND_AHEAD
#define BAND_AHEAD (4 * 64)
#endif

BAND_LINKAGE void BAND_NAME(band_)(const char *src, ptrdiff_t s, char *dst, ptrdiff_t d,
                                   gr_index columns, char *kept) {
    gr_index c = 0, slot = 0;

    for (;;) {
        const char *block = src + c * BAND_ITEM;

        for (int r = 0; r < 64 / BAND_ITEM; r++) {
            __builtin_prefetch((const char *)((uintptr_t)(block + r * s) + BAND_AHEAD));
        }
        BAND_NAME(block_)(block, s, dst + c * d, d, kept, slot);
        if (c + BAND_COLUMNS >= columns) {
            return;
        }
        /* the last block overlaps its neighbour where the columns do not divide, and has kept lines
         * of its own */
        slot += BAND_COLUMNS;
        c = c + 2 * BAND_COLUMNS <= columns ? c + BAND_COLUMNS : columns - BAND_COLUMNS;
    }
}

#undef BAND_NAME
#undef BAND_ITEM
#undef BAND_COLUMNS
