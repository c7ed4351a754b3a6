/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file npy_header.h
 * @brief The text in front of the elements of a .npy file.
 *
 * 6 bytes of magic, 2 of version, 2 (version 1) or 4 bytes of header length in little-endian order,
 * then a Python dictionary: {'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), }.
 */
#ifndef GRANUM_VIEWS_NPY_HEADER_H
#define GRANUM_VIEWS_NPY_HEADER_H

#include <granum/npy.h>

enum {
    /** Bytes in front of the dictionary at most. */
    NPY_PREFIX = 12,
    /** Longest dictionary that is read [B]: no dtype of ours needs a thousand. */
    NPY_HEADER_MOST = 65535,
    /** Longest prefix and dictionary that is written [B]. */
    NPY_WRITTEN_MOST = 512
};

/** A file being read: what messages name. */
typedef struct npy_source {
    const char *path;
    gr_place place;
} npy_source;

/**
 * @brief Read magic, version and length of the dictionary.
 *
 * @param[in]  bytes  the first `size` bytes of the file, NPY_PREFIX of them if it has as many
 * @param[out] begin  where the dictionary begins; info->data_offset is where it ends
 */
gr_status npy_header_prefix(const npy_source *source, const char *bytes, size_t size, size_t *begin,
                            gr_npy_info *info);

/** Read the dictionary; sets dtype, rank, extent, layout, swapped and data_bytes. */
gr_status npy_header_parse(const npy_source *source, const char *text, size_t length,
                           gr_npy_info *info);

/** Write prefix and dictionary as NumPy does; returns their length. */
size_t npy_header_format(char out[NPY_WRITTEN_MOST], const gr_npy_info *info);

#endif
