/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_view_print.c
 * @brief Printed Views are what NumPy prints. Oracle: str(array) of NumPy 2.4, stored below.
 *
 * Over the usual length because the stored texts are.
 */
#include "support/outcome.h"

#include <granum/subview.h>
#include <locale.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

TestSuite(view_print, .timeout = 60);

/* What gr_view_print writes, on the heap. */
static char *printed(gr_any_view v) {
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);

    cr_assert(out != NULL);
    SUCCEEDS(gr_view_print(out, v));
    fclose(out);
    return text;
}

/* A View of the type and extents, in right and in left layout, whose element of flat index i in row
 * order is `value`; both print as `expected`. */
#define PRINTS(type, suffix, rank_, extents, value, expected)                                     \
    do {                                                                                          \
        for (int layout = GR_RIGHT; layout <= GR_LEFT; layout++) {                                \
            gr_any_view v = {.dtype = GR_##suffix, .rank = (rank_), .layout = (gr_layout)layout}; \
            const gr_index extent[] = extents;                                                    \
            char *text;                                                                           \
                                                                                                  \
            for (int d = 0; d < v.rank; d++) {                                                    \
                v.extent[d] = extent[d];                                                          \
            }                                                                                     \
            SUCCEEDS(gr_view_create(&v, "v", 0));                                                 \
            for (gr_index i = 0; i < gr_view_size(v); i++) {                                      \
                const type element = value;                                                       \
                gr_index rest = i;                                                                \
                gr_index offset = 0;                                                              \
                                                                                                  \
                for (int d = v.rank - 1; d >= 0; d--) {                                           \
                    offset += rest % v.extent[d] * v.stride[d];                                   \
                    rest /= v.extent[d];                                                          \
                }                                                                                 \
                ((type *)v.data)[offset] = element;                                               \
            }                                                                                     \
            text = printed(v);                                                                    \
            cr_assert_str_eq(text, expected);                                                     \
            free(text);                                                                           \
            SUCCEEDS(gr_view_release(&v));                                                        \
        }                                                                                         \
    } while (0)
#define E(...) \
    { __VA_ARGS__ }

/* examples */

Test(view_print, integers_are_aligned) {
    PRINTS(int32_t, I32, 2, E(3, 4), (int32_t)((i * 37) % 101 - 50),
           "[[-50 -13  24 -40]\n"
           " [ -3  34 -30   7]\n"
           " [ 44 -20  17 -47]]\n");
}

Test(view_print, bytes_are_numbers) {
    PRINTS(uint8_t, U8, 1, E(5), (uint8_t)(i * 60), "[  0  60 120 180 240]\n");
}

Test(view_print, the_largest_integers) {
    PRINTS(uint64_t, U64, 1, E(2), UINT64_MAX - (uint64_t)i,
           "[18446744073709551615 18446744073709551614]\n");
}

Test(view_print, the_smallest_integers) {
    PRINTS(int64_t, I64, 1, E(2), INT64_MIN + i, "[-9223372036854775808 -9223372036854775807]\n");
}

Test(view_print, booleans) {
    PRINTS(bool, BOOL, 2, E(2, 3), i % 2 == 0,
           "[[ True False  True]\n"
           " [False  True False]]\n");
}

Test(view_print, whole_floats_end_in_a_point) {
    PRINTS(double, F64, 1, E(4), (double)i, "[0. 1. 2. 3.]\n");
}

Test(view_print, columns_of_floats_align_at_the_point) {
    PRINTS(double, F64, 2, E(2, 3), (double)(i * i * i) / 8 - 10,
           "[[-10.     -9.875  -9.   ]\n"
           " [ -6.625  -2.      5.625]]\n");
}

Test(view_print, digits_are_cut_to_eight) {
    PRINTS(double, F64, 1, E(3), 1.0 / (double)(i + 3), "[0.33333333 0.25       0.2       ]\n");
}

Test(view_print, single_precision_needs_fewer_digits) {
    PRINTS(float, F32, 1, E(4), (float)i * 0.1f, "[0.  0.1 0.2 0.3]\n");
}

Test(view_print, wide_ranges_are_scientific) {
    PRINTS(double, F64, 1, E(4), pow(10.0, (double)(3 * i - 4)), "[1.e-04 1.e-01 1.e+02 1.e+05]\n");
}

Test(view_print, three_digit_exponents) {
    PRINTS(double, F64, 1, E(3),
           i == 0   ? 1e-300
           : i == 1 ? -2.5e100
                    : 1.0,
           "[ 1.0e-300 -2.5e+100  1.0e+000]\n");
}

Test(view_print, nan_and_infinity) {
    PRINTS(double, F64, 1, E(5),
           i == 1   ? NAN
           : i == 2 ? INFINITY
           : i == 3 ? -INFINITY
                    : 1.5,
           "[ 1.5  nan  inf -inf  1.5]\n");
}

Test(view_print, nothing_but_nan) {
    PRINTS(double, F64, 1, E(2), NAN + (double)i, "[nan nan]\n");
}

Test(view_print, negative_zero) {
    PRINTS(double, F64, 1, E(2), i == 0 ? -0.0 : 0.0, "[-0.  0.]\n");
}

Test(view_print, all_zero) {
    PRINTS(float, F32, 2, E(2, 2), (float)(0 * i),
           "[[0. 0.]\n"
           " [0. 0.]]\n");
}

Test(view_print, complex_numbers) {
    PRINTS(gr_c128, C128, 2, E(2, 2), E((double)i - 1.5, i == 3 ? NAN : 0.25 * (double)(i * i)),
           "[[-1.5+0.j   -0.5+0.25j]\n"
           " [ 0.5+1.j    1.5 +nanj]]\n");
}

Test(view_print, single_complex_numbers) {
    PRINTS(gr_c64, C64, 1, E(2), E(0.1f, (float)i * 1e6f), "[0.1+0.e+00j 0.1+1.e+06j]\n");
}

Test(view_print, long_rows_are_wrapped) {
    PRINTS(double, F64, 2, E(2, 20), (double)i / 7,
           "[[0.         0.14285714 0.28571429 0.42857143 0.57142857 0.71428571\n"
           "  0.85714286 1.         1.14285714 1.28571429 1.42857143 1.57142857\n"
           "  1.71428571 1.85714286 2.         2.14285714 2.28571429 2.42857143\n"
           "  2.57142857 2.71428571]\n"
           " [2.85714286 3.         3.14285714 3.28571429 3.42857143 3.57142857\n"
           "  3.71428571 3.85714286 4.         4.14285714 4.28571429 4.42857143\n"
           "  4.57142857 4.71428571 4.85714286 5.         5.14285714 5.28571429\n"
           "  5.42857143 5.57142857]]\n");
}

Test(view_print, three_dimensions) {
    PRINTS(int32_t, I32, 3, E(2, 2, 3), (int32_t)i,
           "[[[ 0  1  2]\n"
           "  [ 3  4  5]]\n"
           "\n"
           " [[ 6  7  8]\n"
           "  [ 9 10 11]]]\n");
}

Test(view_print, five_dimensions) {
    PRINTS(int8_t, I8, 5, E(1, 2, 1, 2, 2), (int8_t)i,
           "[[[[[0 1]\n"
           "    [2 3]]]\n"
           "\n"
           "\n"
           "  [[[4 5]\n"
           "    [6 7]]]]]\n");
}

Test(view_print, a_thousand_elements_are_all_shown) {
    PRINTS(int16_t, I16, 1, E(1000), (int16_t)i,
           "[  0   1   2   3   4   5   6   7   8   9  10  11  12  13  14  15  16  17\n"
           "  18  19  20  21  22  23  24  25  26  27  28  29  30  31  32  33  34  35\n"
           "  36  37  38  39  40  41  42  43  44  45  46  47  48  49  50  51  52  53\n"
           "  54  55  56  57  58  59  60  61  62  63  64  65  66  67  68  69  70  71\n"
           "  72  73  74  75  76  77  78  79  80  81  82  83  84  85  86  87  88  89\n"
           "  90  91  92  93  94  95  96  97  98  99 100 101 102 103 104 105 106 107\n"
           " 108 109 110 111 112 113 114 115 116 117 118 119 120 121 122 123 124 125\n"
           " 126 127 128 129 130 131 132 133 134 135 136 137 138 139 140 141 142 143\n"
           " 144 145 146 147 148 149 150 151 152 153 154 155 156 157 158 159 160 161\n"
           " 162 163 164 165 166 167 168 169 170 171 172 173 174 175 176 177 178 179\n"
           " 180 181 182 183 184 185 186 187 188 189 190 191 192 193 194 195 196 197\n"
           " 198 199 200 201 202 203 204 205 206 207 208 209 210 211 212 213 214 215\n"
           " 216 217 218 219 220 221 222 223 224 225 226 227 228 229 230 231 232 233\n"
           " 234 235 236 237 238 239 240 241 242 243 244 245 246 247 248 249 250 251\n"
           " 252 253 254 255 256 257 258 259 260 261 262 263 264 265 266 267 268 269\n"
           " 270 271 272 273 274 275 276 277 278 279 280 281 282 283 284 285 286 287\n"
           " 288 289 290 291 292 293 294 295 296 297 298 299 300 301 302 303 304 305\n"
           " 306 307 308 309 310 311 312 313 314 315 316 317 318 319 320 321 322 323\n"
           " 324 325 326 327 328 329 330 331 332 333 334 335 336 337 338 339 340 341\n"
           " 342 343 344 345 346 347 348 349 350 351 352 353 354 355 356 357 358 359\n"
           " 360 361 362 363 364 365 366 367 368 369 370 371 372 373 374 375 376 377\n"
           " 378 379 380 381 382 383 384 385 386 387 388 389 390 391 392 393 394 395\n"
           " 396 397 398 399 400 401 402 403 404 405 406 407 408 409 410 411 412 413\n"
           " 414 415 416 417 418 419 420 421 422 423 424 425 426 427 428 429 430 431\n"
           " 432 433 434 435 436 437 438 439 440 441 442 443 444 445 446 447 448 449\n"
           " 450 451 452 453 454 455 456 457 458 459 460 461 462 463 464 465 466 467\n"
           " 468 469 470 471 472 473 474 475 476 477 478 479 480 481 482 483 484 485\n"
           " 486 487 488 489 490 491 492 493 494 495 496 497 498 499 500 501 502 503\n"
           " 504 505 506 507 508 509 510 511 512 513 514 515 516 517 518 519 520 521\n"
           " 522 523 524 525 526 527 528 529 530 531 532 533 534 535 536 537 538 539\n"
           " 540 541 542 543 544 545 546 547 548 549 550 551 552 553 554 555 556 557\n"
           " 558 559 560 561 562 563 564 565 566 567 568 569 570 571 572 573 574 575\n"
           " 576 577 578 579 580 581 582 583 584 585 586 587 588 589 590 591 592 593\n"
           " 594 595 596 597 598 599 600 601 602 603 604 605 606 607 608 609 610 611\n"
           " 612 613 614 615 616 617 618 619 620 621 622 623 624 625 626 627 628 629\n"
           " 630 631 632 633 634 635 636 637 638 639 640 641 642 643 644 645 646 647\n"
           " 648 649 650 651 652 653 654 655 656 657 658 659 660 661 662 663 664 665\n"
           " 666 667 668 669 670 671 672 673 674 675 676 677 678 679 680 681 682 683\n"
           " 684 685 686 687 688 689 690 691 692 693 694 695 696 697 698 699 700 701\n"
           " 702 703 704 705 706 707 708 709 710 711 712 713 714 715 716 717 718 719\n"
           " 720 721 722 723 724 725 726 727 728 729 730 731 732 733 734 735 736 737\n"
           " 738 739 740 741 742 743 744 745 746 747 748 749 750 751 752 753 754 755\n"
           " 756 757 758 759 760 761 762 763 764 765 766 767 768 769 770 771 772 773\n"
           " 774 775 776 777 778 779 780 781 782 783 784 785 786 787 788 789 790 791\n"
           " 792 793 794 795 796 797 798 799 800 801 802 803 804 805 806 807 808 809\n"
           " 810 811 812 813 814 815 816 817 818 819 820 821 822 823 824 825 826 827\n"
           " 828 829 830 831 832 833 834 835 836 837 838 839 840 841 842 843 844 845\n"
           " 846 847 848 849 850 851 852 853 854 855 856 857 858 859 860 861 862 863\n"
           " 864 865 866 867 868 869 870 871 872 873 874 875 876 877 878 879 880 881\n"
           " 882 883 884 885 886 887 888 889 890 891 892 893 894 895 896 897 898 899\n"
           " 900 901 902 903 904 905 906 907 908 909 910 911 912 913 914 915 916 917\n"
           " 918 919 920 921 922 923 924 925 926 927 928 929 930 931 932 933 934 935\n"
           " 936 937 938 939 940 941 942 943 944 945 946 947 948 949 950 951 952 953\n"
           " 954 955 956 957 958 959 960 961 962 963 964 965 966 967 968 969 970 971\n"
           " 972 973 974 975 976 977 978 979 980 981 982 983 984 985 986 987 988 989\n"
           " 990 991 992 993 994 995 996 997 998 999]\n");
}

Test(view_print, more_than_a_thousand_are_abbreviated) {
    PRINTS(int32_t, I32, 1, E(1001), (int32_t)i, "[   0    1    2 ...  998  999 1000]\n");
}

Test(view_print, large_matrices_are_abbreviated) {
    PRINTS(double, F64, 2, E(100, 50), (double)i * 0.5,
           "[[0.0000e+00 5.0000e-01 1.0000e+00 ... 2.3500e+01 2.4000e+01 2.4500e+01]\n"
           " [2.5000e+01 2.5500e+01 2.6000e+01 ... 4.8500e+01 4.9000e+01 4.9500e+01]\n"
           " [5.0000e+01 5.0500e+01 5.1000e+01 ... 7.3500e+01 7.4000e+01 7.4500e+01]\n"
           " ...\n"
           " [2.4250e+03 2.4255e+03 2.4260e+03 ... 2.4485e+03 2.4490e+03 2.4495e+03]\n"
           " [2.4500e+03 2.4505e+03 2.4510e+03 ... 2.4735e+03 2.4740e+03 2.4745e+03]\n"
           " [2.4750e+03 2.4755e+03 2.4760e+03 ... 2.4985e+03 2.4990e+03 2.4995e+03]]\n");
}

Test(view_print, short_dimensions_are_not) {
    PRINTS(float, F32, 2, E(6, 400), (float)i,
           "[[0.000e+00 1.000e+00 2.000e+00 ... 3.970e+02 3.980e+02 3.990e+02]\n"
           " [4.000e+02 4.010e+02 4.020e+02 ... 7.970e+02 7.980e+02 7.990e+02]\n"
           " [8.000e+02 8.010e+02 8.020e+02 ... 1.197e+03 1.198e+03 1.199e+03]\n"
           " [1.200e+03 1.201e+03 1.202e+03 ... 1.597e+03 1.598e+03 1.599e+03]\n"
           " [1.600e+03 1.601e+03 1.602e+03 ... 1.997e+03 1.998e+03 1.999e+03]\n"
           " [2.000e+03 2.001e+03 2.002e+03 ... 2.397e+03 2.398e+03 2.399e+03]]\n");
}

Test(view_print, abbreviated_in_three_dimensions) {
    PRINTS(int32_t, I32, 3, E(10, 3, 100), (int32_t)i,
           "[[[   0    1    2 ...   97   98   99]\n"
           "  [ 100  101  102 ...  197  198  199]\n"
           "  [ 200  201  202 ...  297  298  299]]\n"
           "\n"
           " [[ 300  301  302 ...  397  398  399]\n"
           "  [ 400  401  402 ...  497  498  499]\n"
           "  [ 500  501  502 ...  597  598  599]]\n"
           "\n"
           " [[ 600  601  602 ...  697  698  699]\n"
           "  [ 700  701  702 ...  797  798  799]\n"
           "  [ 800  801  802 ...  897  898  899]]\n"
           "\n"
           " ...\n"
           "\n"
           " [[2100 2101 2102 ... 2197 2198 2199]\n"
           "  [2200 2201 2202 ... 2297 2298 2299]\n"
           "  [2300 2301 2302 ... 2397 2398 2399]]\n"
           "\n"
           " [[2400 2401 2402 ... 2497 2498 2499]\n"
           "  [2500 2501 2502 ... 2597 2598 2599]\n"
           "  [2600 2601 2602 ... 2697 2698 2699]]\n"
           "\n"
           " [[2700 2701 2702 ... 2797 2798 2799]\n"
           "  [2800 2801 2802 ... 2897 2898 2899]\n"
           "  [2900 2901 2902 ... 2997 2998 2999]]]\n");
}

Test(view_print, what_is_not_shown_does_not_matter) {
    PRINTS(double, F64, 1, E(2000), i == 1000 ? 1e300 : (double)i,
           "[0.000e+00 1.000e+00 2.000e+00 ... 1.997e+03 1.998e+03 1.999e+03]\n");
}

Test(view_print, no_elements) {
    PRINTS(double, F64, 2, E(0, 3), (double)i, "[]\n");
}

Test(view_print, one_float) {
    PRINTS(double, F64, 0, E(1), 0.1 + 0.2 + (double)i, "0.30000000000000004\n");
}

Test(view_print, one_large_float) {
    PRINTS(double, F64, 0, E(1), 1e16 + (double)i, "1e+16\n");
}

Test(view_print, one_small_float) {
    PRINTS(double, F64, 0, E(1), 1.5e-5 + (double)i, "1.5e-05\n");
}

Test(view_print, one_single) {
    PRINTS(float, F32, 0, E(1), 0.1f + (float)i, "0.1\n");
}

Test(view_print, one_large_single) {
    PRINTS(float, F32, 0, E(1), 16777216.0f + (float)i, "1.6777216e+07\n");
}

Test(view_print, one_integer) {
    PRINTS(int32_t, I32, 0, E(1), (int32_t)i - 7, "-7\n");
}

Test(view_print, one_truth) {
    PRINTS(bool, BOOL, 0, E(1), i == 0, "True\n");
}

Test(view_print, one_complex) {
    PRINTS(gr_c128, C128, 0, E(1), E(1.0, -2.5), "(1-2.5j)\n");
}

Test(view_print, one_imaginary) {
    PRINTS(gr_c128, C128, 0, E(1), E(0.0, 2.0), "2j\n");
}

Test(view_print, one_nan) {
    PRINTS(double, F64, 0, E(1), NAN, "nan\n");
}

Test(view_print, one_infinity) {
    PRINTS(float, F32, 0, E(1), -INFINITY, "-inf\n");
}

Test(view_print, the_other_integers) {
    PRINTS(int16_t, I16, 1, E(3), (int16_t)(i - 1), "[-1  0  1]\n");
    PRINTS(uint16_t, U16, 1, E(3), (uint16_t)(i * 30000), "[    0 30000 60000]\n");
    PRINTS(uint32_t, U32, 1, E(2), (uint32_t)(i * 4000000000), "[         0 4000000000]\n");
}

Test(view_print, a_strided_part) {
    gr_view2_i32 v;
    gr_view1_i32_strided column;
    char *text;

    SUCCEEDS(GR_CREATE(&v, "v", 3, 4));
    GR_AT(v, 1, 2) = 12;
    GR_AT(v, 2, 2) = -3;
    SUCCEEDS(GR_SUBVIEW(&column, v, GR_ALL, gr_pick(2)));
    text = printed(GR_ANY(column));
    cr_assert_str_eq(text, "[ 0 12 -3]\n");
    free(text);
    SUCCEEDS(GR_RELEASE(&column));
    SUCCEEDS(GR_RELEASE(&v));
}

Test(view_print, the_locale_does_not_matter) {
    /* Where there is no such locale the test has nothing to show. */
    const char *const found = setlocale(LC_ALL, "de_DE.UTF-8");
    gr_view1_f64 v;
    char *text;

    (void)found;
    SUCCEEDS(GR_CREATE(&v, "v", 2));
    GR_AT(v, 0) = 1.5;
    GR_AT(v, 1) = 1e10;
    text = printed(GR_ANY(v));
    cr_assert_str_eq(text, "[1.5e+00 1.0e+10]\n");
    free(text);
    SUCCEEDS(GR_RELEASE(&v));
}

/* bad input */

typedef struct pair {
    float a, b;
} pair;
GR_DEFINE_VIEW(pair, pair)

Test(view_print, what_cannot_be_printed_is_refused) {
    gr_view1_pair v;
    gr_view1_f64 w;

    SUCCEEDS(GR_CREATE(&v, "pairs", 3));
    FAILS(gr_view_print(stdout, GR_ANY(v)), GR_UNSUPPORTED,
          "dtype of \"pairs\" = struct of 8 bytes, expected a type with a printed form");
    SUCCEEDS(GR_RELEASE(&v));
    SUCCEEDS(GR_CREATE(&w, "w", 3));
    FAILS(gr_view_print(NULL, GR_ANY(w)), GR_INVALID_ARG, "out = NULL, expected a stream");
    SUCCEEDS(GR_RELEASE(&w));
}

Test(view_print, a_stream_that_refuses_is_an_error) {
    FILE *full = fopen("/dev/full", "w");
    gr_view1_f64 v;

    cr_assert(full != NULL);
    setvbuf(full, NULL, _IONBF, 0);
    SUCCEEDS(GR_CREATE(&v, "v", 3));
    FAILS(gr_view_print(full, GR_ANY(v)), GR_IO,
          "stream = in error after 3 elements, expected it to take all");
    fclose(full);
    SUCCEEDS(GR_RELEASE(&v));
}
