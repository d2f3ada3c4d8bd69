/* The twin of injection/ngrams.py and injection/scorer.py: hashed words and n-grams of a block, and its windows under the linear model.

   Sums are integers until the last division, and what is added after it is added from left to right: the same bits on every machine. */

#include "kernel.h"

#include <math.h>

enum { WINDOW = 48, STRIDE = 16, FEWEST = 96, WORD_ROWS = 4, ORDERS = 3, SHIFT = 32 - 18 };

/* Compiled for more than one processor of its kind; the loader takes the best of them. */
#if defined(__x86_64__) && defined(__GLIBC__) && defined(__GNUC__) && !defined(__clang__)
#define MANY_LANES __attribute__((target_clones("avx2", "default")))
#else
#define MANY_LANES
#endif

static const uint32_t SALTS[] = {0x9E3779B1u, 0x85EBCA77u, 0xC2B2AE3Du, 0x27D4EB2Fu};
#define SECOND 0x2C1B3C6Du
#define THIRD 0x297A2D39u

static uint32_t bucket(uint32_t hash)
{
    hash ^= hash >> 15;
    return hash * 0x2C1B3C6Du >> SHIFT;
}

struct scratch {
    uint32_t total[LONGEST_BLOCK + 1], hash[LONGEST_BLOCK], buckets[ORDERS][LONGEST_BLOCK];
    int32_t word_sums[LONGEST_BLOCK + 1], character_sums[LONGEST_BLOCK + 1], start[LONGEST_BLOCK + 1], end[LONGEST_BLOCK];
};

static int64_t find_words(const struct reading_tables *tables, struct scratch *s, const uint8_t *classes, int64_t size)
{
    int64_t count = 0;
    for (int64_t at = 0; at < size;) {
        int64_t first = at;
        uint8_t class = classes[at++];
        if (class == OTHER)
            continue;
        if (class == LETTER)
            while (at < size && classes[at] == LETTER)
                at++;
        s->start[count] = (int32_t)first;
        s->end[count] = (int32_t)at;
        s->hash[count++] = (s->total[at] - s->total[first]) * tables->inverse[first];
    }
    return count;
}

static void sum_words(const struct model *model, struct scratch *s, int64_t count)
{
    const int8_t *weights = model->words;
    const uint32_t *h = s->hash;
    int32_t sum = 0;
    int64_t at = 0;
    s->word_sums[0] = 0;
    for (; at + 2 < count; at++) {
        uint32_t two = h[at] * SECOND + h[at + 1];
        sum += weights[bucket(h[at] * SALTS[0])] + weights[bucket(two * SALTS[1])] +
               weights[bucket((two * THIRD + h[at + 2]) * SALTS[2])] + weights[bucket((h[at] * THIRD + h[at + 2]) * SALTS[3])];
        s->word_sums[at + 1] = sum;
    }
    for (; at < count; at++) {
        sum += weights[bucket(h[at] * SALTS[0])];
        if (at + 1 < count)
            sum += weights[bucket((h[at] * SECOND + h[at + 1]) * SALTS[1])];
        s->word_sums[at + 1] = sum;
    }
}

/* The buckets of all segments of one order: whole numbers only, so that it may use what a processor has without a bit of difference. */
MANY_LANES static void find_buckets(const uint32_t *total, const uint32_t *later, const uint32_t *inverse, uint32_t salt, int64_t count,
                                    uint32_t *restrict out)
{
    for (int64_t at = 0; at < count; at++)
        out[at] = bucket((later[at] - total[at]) * inverse[at] * salt);
}

static void sum_characters(const struct reading_tables *tables, const struct model *model, struct scratch *s, int64_t size)
{
    const int8_t *weights = model->characters;
    int32_t sum = 0;
    int64_t at = 0;
    for (int64_t row = 0; row < ORDERS; row++)
        find_buckets(s->total, s->total + row + 3, tables->inverse, SALTS[row], size - row - 2, s->buckets[row]);
    s->character_sums[0] = 0;
    for (; at + ORDERS + 2 <= size; at++) {
        sum += weights[s->buckets[0][at]] + weights[s->buckets[1][at]] + weights[s->buckets[2][at]];
        s->character_sums[at + 1] = sum;
    }
    for (; at < size; at++) {
        for (int64_t row = 0; at + row + 3 <= size; row++)
            sum += weights[s->buckets[row][at]];
        s->character_sums[at + 1] = sum;
    }
}

static double scored(const struct model *model, int32_t raw, int64_t words, int64_t characters)
{
    double features = (double)(WORD_ROWS * words + ORDERS * characters);
    double quotient = (double)raw / sqrt(features > FEWEST ? features : (double)FEWEST);
    double scaled = quotient * model->scale;
    return scaled + model->bias;
}

/* `codes` and `classes` of at most LONGEST_BLOCK characters. Places in `out` are those within the block. */
int64_t score_block(const struct reading_tables *tables, const struct model *model, struct workspace *work,
                    const uint32_t *codes, const uint8_t *classes, int64_t size, struct block *out)
{
    struct scratch *s = room(&work->g, sizeof *s);
    if (!s || size > LONGEST_BLOCK)
        return -1;
    s->total[0] = 0;
    for (int64_t at = 0; at < size; at++) {
        uint32_t code = codes[at] - 48u < 10u ? 48u : codes[at]; /* every digit counts as 0 */
        s->total[at + 1] = s->total[at] + (code + 1u) * tables->power[at];
    }
    int64_t count = find_words(tables, s, classes, size);
    if (!count) {
        out->best = out->top = out->mean = out->whole = -4.0;
        out->words = out->start = out->end = 0;
        return 0;
    }
    sum_words(model, s, count);
    sum_characters(tables, model, s, size);
    s->start[count] = (int32_t)size;

    int64_t windows = count <= WINDOW ? 1 : (count - WINDOW + STRIDE - 1) / STRIDE + 1;
    double sum = 0.0, best = 0.0, second = 0.0, third = 0.0;
    for (int64_t window = 0; window < windows; window++) {
        int64_t first = window + 1 < windows ? window * STRIDE : count > WINDOW ? count - WINDOW : 0;
        int64_t last = count > WINDOW ? first + WINDOW : count;
        int64_t begin = s->start[first], end = s->start[last];
        int32_t raw = s->word_sums[last] - s->word_sums[first] + s->character_sums[end] - s->character_sums[begin];
        double score = scored(model, raw, last - first, end - begin);
        sum = window ? sum + score : score;
        if (!window || score > best) {
            third = second;
            second = best;
            best = score;
            out->start = begin;
            out->end = end;
        } else if (window == 1 || score > second) {
            third = second;
            second = score;
        } else if (window == 2 || score > third)
            third = score;
    }
    out->best = best;
    out->top = windows == 1 ? best : windows == 2 ? (second + best) / 2.0 : (third + second + best) / 3.0;
    out->mean = sum / (double)windows;
    out->whole = scored(model, s->word_sums[count] + s->character_sums[size], count, size);
    out->words = count;
    return 0;
}
