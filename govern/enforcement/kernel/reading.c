/* The twin of normalise.py and injection/fold.py: a text in its normal form, folded, and all of its blocks scored. */

#include "kernel.h"

#include <string.h>

enum { UNCHANGED, LENGTH, MOVED, INVISIBLE, LOOKALIKES, SMUGGLED, FOLDED, BLOCKS, LEET_START, LEET_END, ENCODED };
enum { NORMAL_AT = 16, PLACES_AT, FOLDED_AT, BLOCKS_AT };
enum { PIECE = 1 << 16, OVERLAP = 512, STEP = LONGEST_BLOCK - OVERLAP, SMUGGLED_FROM = 4, LEET_FROM = 4, LEET_MOST = 8192, LEET_AROUND = 64 };

static uint32_t at_of(const void *text, int64_t at, int64_t width)
{
    return width == 1 ? ((const uint8_t *)text)[at] : ((const uint32_t *)text)[at];
}

static uint32_t inside(uint32_t code)
{
    return code < TABLE_SIZE ? code : TABLE_SIZE - 1;
}

static int is_latin(uint32_t code)
{
    return (code | 32u) - 'a' < 26u;
}

static uint32_t one_form(const struct reading_tables *tables, uint32_t code)
{
    return IN(code, 0x2F800u, 0x2FA20u) ? tables->han[code - 0x2F800u] : code;
}

static int64_t becomes(const struct reading_tables *tables, uint32_t code)
{
    return code < TABLE_SIZE ? tables->length[code] : !IN(code, 0xE0000u, 0xE1000u);
}

/* Lookalikes in words that also hold Latin letters become Latin. A word goes from what is no letter to the next that is none. */
static int64_t latinise(const struct reading_tables *tables, uint32_t *codes, int64_t size)
{
    int64_t replaced = 0;
    for (int64_t first = 0; first < size;) {
        int64_t last = first;
        int latin = 0, alike = 0;
        do {
            latin |= is_latin(codes[last]);
            alike |= tables->lookalike[inside(codes[last])] > 0;
            last++;
        } while (last < size && tables->letter[inside(codes[last])]);
        if (latin && alike)
            for (int64_t at = first; at < last; at++) {
                uint32_t letter = tables->lookalike[inside(codes[at])];
                if (letter) {
                    codes[at] = letter;
                    replaced++;
                }
            }
        first = last;
    }
    return replaced;
}

/* Whether a run of tags or of selectors is long enough to spell something. */
static int smuggles(const void *text, int64_t first, int64_t last, int64_t width)
{
    int tags = 0, selectors = 0;
    for (int64_t at = first; at < last; at++) {
        uint32_t code = at_of(text, at, width);
        tags = IN(code, 0xE0000u, 0xE0080u) ? tags + 1 : 0;
        selectors = IN(code, 0xFE00u, 0xFE10u) || IN(code, 0xE0100u, 0xE01F0u) ? selectors + 1 : 0;
        if (tags >= SMUGGLED_FROM || selectors >= SMUGGLED_FROM)
            return 1;
    }
    return 0;
}

/* `a`: the normal form, `b`: the place in the text of each of its characters, with one more for its end. */
static int64_t normalise(const struct reading_tables *tables, struct workspace *work, const void *text, int64_t size, int64_t width)
{
    int64_t *head = work->head, total = 0, done = 0;
    for (int64_t at = 0; at < size; at++)
        total += becomes(tables, one_form(tables, at_of(text, at, width)));
    uint32_t *codes = room(&work->a, ((size_t)total + 1) * sizeof *codes);
    int32_t *places = room(&work->b, ((size_t)total + 1) * sizeof *places);
    if (!codes || !places || total > LONGEST_TEXT)
        return -1;
    head[INVISIBLE] = head[LOOKALIKES] = head[SMUGGLED] = 0;
    for (int64_t first = 0; first < size; first += PIECE) {
        int64_t last = first + PIECE < size ? first + PIECE : size, start = done, dropped = 0;
        for (int64_t at = first; at < last; at++) {
            uint32_t code = one_form(tables, at_of(text, at, width));
            int64_t count = becomes(tables, code);
            dropped += !count;
            for (int64_t each = 0; each < count; each++) {
                codes[done] = code < TABLE_SIZE ? tables->letters[tables->first[code] + each] : code;
                places[done++] = (int32_t)at;
            }
        }
        if (dropped && smuggles(text, first, last, width))
            head[SMUGGLED] = 1;
        head[INVISIBLE] += dropped;
        head[LOOKALIKES] += latinise(tables, codes + start, done - start);
    }
    places[done] = (int32_t)size;
    head[LENGTH] = done;
    head[MOVED] = head[INVISIBLE] || done != size;
    return 0;
}

static int64_t utf8(uint32_t code, uint8_t *out)
{
    if (code < 0x80) {
        out[0] = (uint8_t)code;
        return 1;
    }
    if (code < 0x800) {
        out[0] = (uint8_t)(0xC0 | code >> 6);
        out[1] = (uint8_t)(0x80 | (code & 63));
        return 2;
    }
    if (code < 0x10000) {
        out[0] = (uint8_t)(0xE0 | code >> 12);
        out[1] = (uint8_t)(0x80 | (code >> 6 & 63));
        out[2] = (uint8_t)(0x80 | (code & 63));
        return 3;
    }
    out[0] = (uint8_t)(0xF0 | (code >> 18 & 7));
    out[1] = (uint8_t)(0x80 | (code >> 12 & 63));
    out[2] = (uint8_t)(0x80 | (code >> 6 & 63));
    out[3] = (uint8_t)(0x80 | (code & 63));
    return 4;
}

/* Whether it is written for a letter. */
static uint32_t is_sign(uint32_t code)
{
    return (code - '0' < 10u) | (code == '@') | (code == '$') | (code == '!');
}

/* Where letters are written as digits and signs, as injection/views.py decides it: LEET_START is -1 where they are not. */
static void find_leet(int64_t *head, const uint32_t *codes, const uint8_t *classes, int64_t size)
{
    int64_t places = 0, breaks = 0, first = 0, last = 0;
    uint32_t signs = 0;
    head[LEET_START] = -1;
    if (size < 8)
        return;
    for (int64_t at = 0; at < size; at++)
        signs += is_sign(codes[at]);
    if (signs < LEET_FROM)
        return;
    for (int64_t at = 0; at < size; at++)
        breaks += classes[at] == OTHER;
    for (int64_t at = 1; at + 1 < size; at++) {
        if (!is_sign(codes[at]) || classes[at + 1] != LETTER || codes[at + 1] - '0' < 10u)
            continue;
        if (!places++)
            first = at - 1;
        last = at - 1;
    }
    if (places >= LEET_FROM && (double)places >= 0.02 * (double)size && breaks * 16 >= size) {
        int64_t start = first > LEET_AROUND ? first - LEET_AROUND : 0, end = last + LEET_AROUND;
        if (end > size)
            end = size;
        if (end > start + LEET_MOST)
            end = start + LEET_MOST;
        head[LEET_START] = start;
        head[LEET_END] = end;
    }
}

static inline int is_word(uint8_t byte)
{
    return (uint8_t)(byte - '0') < 10 || (uint8_t)(byte - 'a') < 26;
}

/* A bit for each of the alphabets of encodings. */
enum { OF_BASE64 = 1, OF_HEX = 2, OF_MORSE = 4 };
#define B64(c) [c] = OF_BASE64
#define B64HEX(c) [c] = OF_BASE64 | OF_HEX
static const uint8_t alphabets[256] = {
    B64HEX('0'), B64HEX('1'), B64HEX('2'), B64HEX('3'), B64HEX('4'), B64HEX('5'), B64HEX('6'), B64HEX('7'), B64HEX('8'), B64HEX('9'),
    B64HEX('a'), B64HEX('b'), B64HEX('c'), B64HEX('d'), B64HEX('e'), B64HEX('f'), B64('g'), B64('h'), B64('i'), B64('j'), B64('k'), B64('l'),
    B64('m'), B64('n'), B64('o'), B64('p'), B64('q'), B64('r'), B64('s'), B64('t'), B64('u'), B64('v'), B64('w'), B64('x'), B64('y'), B64('z'),
    B64('+'), B64('_'), ['/'] = OF_BASE64 | OF_MORSE, ['-'] = OF_BASE64 | OF_HEX | OF_MORSE, [' '] = OF_HEX | OF_MORSE, [':'] = OF_HEX,
    [','] = OF_HEX, ['.'] = OF_MORSE,
};

static inline int of_base64(const uint8_t *text)
{
    return alphabets[*text] & OF_BASE64;
}

static inline int of_hex(const uint8_t *text)
{
    return alphabets[*text] & OF_HEX;
}

static inline int of_morse(const uint8_t *text)
{
    return alphabets[*text] & OF_MORSE;
}

static inline int between_letters(uint8_t byte)
{
    return byte == ' ' || byte == '.' || byte == '*' || byte == '_' || byte == '|' || byte == '/' || byte == '-';
}

/* Of two characters in a row one parts letters at least. A zero stands behind the text. */
static inline int of_spaced(const uint8_t *text)
{
    return (between_letters(text[0]) && (is_word(text[1]) || between_letters(text[1]))) ||
           (is_word(text[0]) && between_letters(text[1]));
}

/* Whether there is a run of so many: one of its places is the last of so many places of the text. */
static inline int has_run(const uint8_t *text, int64_t size, int64_t least, int (*belongs)(const uint8_t *))
{
    int64_t done = 0;
    for (int64_t at = least - 1; at < size; at += least) {
        int64_t first = at, last = at;
        if (!belongs(text + at))
            continue;
        while (first > done && belongs(text + first - 1))
            first--;
        while (last < size && last - first < least && belongs(text + last))
            last++;
        if (last - first >= least)
            return 1;
        done = last;
    }
    return 0;
}

static int has(const uint8_t *text, int64_t size, uint8_t byte, int64_t least)
{
    int64_t count = 0;
    for (int64_t at = 0; at < size; at++)
        count += text[at] == byte;
    return count >= least;
}

/* Whether anything that injection/patterns.py takes for an encoding can stand in the folded text; its expressions decide. */
static int may_be_encoded(const uint8_t *text, int64_t size)
{
    return has(text, size, '%', 3) || has(text, size, '&', 4) || has(text, size, '\\', 4) || has_run(text, size, 20, of_base64) ||
           has_run(text, size, 24, of_hex) || has_run(text, size, 20, of_morse) || has_run(text, size, 14, of_spaced);
}

/* `c`: the folded code points, `d`: their classes, `e`: the same in UTF-8, `h`: where in it every OVERLAP-th character begins. */
static int64_t fold(const struct reading_tables *tables, struct workspace *work, const void *text, int64_t size, int64_t width)
{
    uint32_t *codes = room(&work->c, ((size_t)size + 1) * sizeof *codes);
    uint8_t *classes = room(&work->d, (size_t)size + 1);
    uint8_t *bytes = room(&work->e, 4 * (size_t)size + 1);
    int64_t *marks = room(&work->h, ((size_t)(size / OVERLAP) + 2) * sizeof *marks), written = 0;
    if (!codes || !classes || !bytes || !marks)
        return -1;
    if (width == 1) { /* ASCII stays ASCII, a byte a character */
        const uint8_t *plain = text;
        for (int64_t at = 0; at < size; at++) {
            codes[at] = bytes[at] = (uint8_t)tables->folded[plain[at]];
            classes[at] = tables->classes[plain[at]];
        }
        for (int64_t at = 0; at < size; at += OVERLAP)
            marks[at / OVERLAP] = at;
        written = size;
        size = 0;
    }
    for (int64_t at = 0; at < size; at++) {
        uint32_t code = at_of(text, at, width);
        if (code < TABLE_SIZE) {
            codes[at] = tables->folded[code];
            classes[at] = tables->classes[code];
        } else {
            codes[at] = code;
            classes[at] = code < 0x32000u ? SINGLE : tables->classes[TABLE_SIZE - 1];
        }
        if (at % OVERLAP == 0)
            marks[at / OVERLAP] = written;
        written += utf8(codes[at], bytes + written);
    }
    bytes[written] = 0;
    work->head[FOLDED] = written;
    return 0;
}

static double at_least(double value, double floor)
{
    return value > floor ? value : floor;
}

/* What the meta model says of a block where nothing else was seen, before its bias: injection/measures.py has the order. */
static double bare(const struct model *model, const struct block *block, int64_t count)
{
    double floor = -4.0, best = at_least(block->best, floor), total = 0.0;
    double measures[MEASURES] = {best, at_least(best, 0.0), at_least(block->top, floor), at_least(block->mean, floor), at_least(block->whole, floor),
                                 model->log_words[block->words], model->log_blocks[count < model->most_blocks ? count : model->most_blocks], floor};
    for (int each = 0; each < MEASURES; each++)
        total += measures[each] * model->weights[each];
    return total;
}

static int64_t score(const struct reading_tables *tables, const struct model *model, struct workspace *work, int64_t size)
{
    int64_t count = 0;
    const uint32_t *codes = work->c.data;
    const uint8_t *classes = work->d.data;
    const int64_t *marks = work->h.data;
    struct block *blocks = room(&work->f, ((size_t)size / STEP + 2) * sizeof *blocks);
    if (!blocks)
        return -1;
    int64_t start = 0;
    do {
        struct block *block = blocks + count++;
        int64_t end = start + LONGEST_BLOCK < size ? start + LONGEST_BLOCK : size;
        if (score_block(tables, model, work, codes + start, classes + start, end - start, block) < 0)
            return -1;
        block->offset = start;
        if (block->words) {
            block->start += start;
            block->end += start;
        }
        block->first_byte = start ? marks[start / OVERLAP] : 0;
        block->last_byte = end < size ? marks[end / OVERLAP] : work->head[FOLDED];
        start += STEP;
    } while (start < size - OVERLAP);
    for (int64_t at = 0; at < count; at++)
        blocks[at].logit = bare(model, blocks + at, count);
    work->head[BLOCKS] = count;
    return 0;
}

/* A text: ASCII of width 1, or code points of width 4. -1 where there is no memory for it. */
EXPORTED int64_t govern_read(const struct reading_tables *tables, const struct model *model, struct workspace *work,
                             const void *text, int64_t size, int64_t width)
{
    int64_t *head = work->head;
    const void *normal = text;
    int changes = width != 1;
    if (size > LONGEST_TEXT)
        return -1;
    head[UNCHANGED] = 1;
    head[MOVED] = head[INVISIBLE] = head[LOOKALIKES] = head[SMUGGLED] = 0;
    head[LENGTH] = size;
    if (width == 1)
        for (int64_t at = 0; at < size; at++)
            changes |= tables->length[((const uint8_t *)text)[at]] != 1;
    if (changes) {
        if (normalise(tables, work, text, size, width) < 0)
            return -1;
        head[UNCHANGED] = width == 4 && !head[MOVED] && !memcmp(work->a.data, text, (size_t)size * sizeof(uint32_t));
        normal = work->a.data;
        width = 4;
    }
    if (fold(tables, work, normal, head[LENGTH], width) < 0 || score(tables, model, work, head[LENGTH]) < 0)
        return -1;
    find_leet(head, work->c.data, work->d.data, head[LENGTH]);
    head[ENCODED] = may_be_encoded(work->e.data, head[FOLDED]);
    head[NORMAL_AT] = (int64_t)(intptr_t)work->a.data;
    head[PLACES_AT] = (int64_t)(intptr_t)work->b.data;
    head[FOLDED_AT] = (int64_t)(intptr_t)work->e.data;
    head[BLOCKS_AT] = (int64_t)(intptr_t)work->f.data;
    return 0;
}
