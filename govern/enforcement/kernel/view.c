/* The twin of folding.py: the view of a text in which one byte is one character, and where in it values may stand. */

#include "kernel.h"

#include <string.h>

enum { SAME, LENGTH, REMOVED_COUNT, AT_SIGNS, COLONS, CAPITALS, NUMBERED, TOKENS, LEVEL };
enum { VIEW_AT = 16, POINTS_AT, REMOVED_AT, STRETCHES_AT };
#define REMOVED 0xFFFFFFFFu

static int is_digit(uint8_t byte)
{
    return (uint8_t)(byte - '0') < 10;
}

static int64_t count_of(const uint8_t *data, int64_t size, uint8_t byte)
{
    uint32_t count = 0; /* no text is longer, and narrow sums are quick */
    for (int64_t at = 0; at < size; at++)
        count += data[at] == byte;
    return count;
}

/* Runs of characters of tokens, with one character more on either side. Returns how many; every longer run holds a multiple of the length. */
static int64_t tokens(const struct view_tables *tables, const uint8_t *data, int64_t size, int32_t *out)
{
    int64_t count = 0, done = 0, step = tables->token_length;
    for (int64_t at = step - 1; at < size; at += step) {
        int64_t first = at, last = at;
        if (!tables->in_tokens[data[at]])
            continue;
        while (first > done && tables->in_tokens[data[first - 1]])
            first--;
        while (last < size && tables->in_tokens[data[last]])
            last++;
        if (last - first >= step) {
            out[2 * count] = (int32_t)(first ? first - 1 : 0);
            out[2 * count + 1] = (int32_t)(last < size ? last + 1 : size);
            count++;
        }
        done = last;
        at = last - last % step - 1;
    }
    return count;
}

static int is_capital(uint8_t byte)
{
    return (uint8_t)(byte - 'A') < 26 || is_digit(byte);
}

/* Whether so many capitals and digits stand in a row. */
static int64_t has_capitals(const uint8_t *data, int64_t size, int64_t least)
{
    int64_t done = 0;
    for (int64_t at = least - 1; at < size; at += least) {
        int64_t first = at, last = at;
        if (!is_capital(data[at]))
            continue;
        while (first > done && is_capital(data[first - 1]))
            first--;
        while (last < size && last - first < least && is_capital(data[last]))
            last++;
        if (last - first >= least)
            return 1;
        done = last;
    }
    return 0;
}

static int has_near_colons(const uint8_t *data, int64_t size, int64_t gap)
{
    const uint8_t *end = data + size, *last = NULL;
    for (const uint8_t *at = data; at < end && (at = memchr(at, ':', (size_t)(end - at))); last = at++)
        if (last && at - last - 1 <= gap)
            return 1;
    return 0;
}

/* Whether a digit stands right behind a letter. */
static int64_t has_numbered(const uint8_t *data, int64_t size)
{
    int found = 0;
    for (int64_t at = 1; at < size; at++)
        found |= ((uint8_t)((data[at - 1] | 32) - 'a') < 26) & is_digit(data[at]);
    return found;
}

/* Chains of so many digits, with a window and one character more on either side. */
static int64_t chains(const int32_t *digits, int64_t found, int64_t least, int64_t between, int64_t window, int64_t size, int32_t *out)
{
    int64_t count = 0, head = 0;
    for (int64_t at = 0; at < found; at++) {
        if (at + 1 < found && digits[at + 1] - digits[at] - 1 <= between)
            continue;
        int64_t first = digits[head], last = digits[at], many = at + 1 - head;
        head = at + 1;
        if (many < least)
            continue;
        int64_t start = first > window ? first - window - 1 : 0, end = last + window + 2;
        if (end > size)
            end = size;
        if (count && start <= out[2 * count - 1])
            out[2 * count - 1] = (int32_t)end;
        else {
            out[2 * count] = (int32_t)start;
            out[2 * count + 1] = (int32_t)end;
            count++;
        }
    }
    return count;
}

/* head: AT_SIGNS, COLONS, CAPITALS, NUMBERED, then how many stretches there are of tokens and of each level of digits; the stretches follow each other in `c`. */
static int64_t survey(const struct view_tables *tables, struct workspace *work, const uint8_t *data, int64_t size)
{
    int64_t *head = work->head, found = 0, most = size / tables->token_length + 1;
    head[AT_SIGNS] = count_of(data, size, '@');
    head[COLONS] = has_near_colons(data, size, tables->colon_gap);
    head[CAPITALS] = has_capitals(data, size, tables->capitals);
    uint32_t digits_seen = 0;
    for (int64_t at = 0; at < size; at++)
        digits_seen += is_digit(data[at]);
    found = digits_seen;
    head[NUMBERED] = found ? has_numbered(data, size) : 0;
    int64_t places = most + tables->levels * (found < size / tables->window + 2 ? found : size / tables->window + 2);
    int32_t *out = room(&work->c, (size_t)(2 * places) * sizeof *out);
    int32_t *digits = room(&work->d, (size_t)(found + 1) * sizeof *digits);
    if (!out || !digits)
        return -1;
    head[TOKENS] = tokens(tables, data, size, out);
    out += 2 * head[TOKENS];
    if (found) {
        int64_t count = 0;
        for (int64_t at = 0; at < size; at++)
            if (is_digit(data[at]))
                digits[count++] = (int32_t)at;
    }
    for (int64_t level = 0; level < tables->levels; level++) {
        int64_t count = chains(digits, found, tables->digits[level], tables->between[level], tables->window, size, out);
        head[LEVEL + level] = count;
        out += 2 * count;
    }
    head[STRETCHES_AT] = (int64_t)(intptr_t)work->c.data;
    return 0;
}

/* Where in a view values may stand. */
EXPORTED int64_t govern_survey(const struct view_tables *tables, struct workspace *work, const uint8_t *data, int64_t size)
{
    return size > LONGEST_TEXT ? -1 : survey(tables, work, data, size);
}

/* `a`: the view, `b`: the same as code points, `e`: places of what was removed; nothing of that where the view is the text. */
EXPORTED int64_t govern_view(const struct view_tables *tables, struct workspace *work, const void *text, int64_t size, int64_t width)
{
    const uint8_t *bytes = text;
    const uint32_t *wide = text;
    int64_t *head = work->head, gone = 0, kept = 0;
    if (size > LONGEST_TEXT)
        return -1;
    head[SAME] = 0;
    if (width == 1) {
        int odd = 0;
        for (int64_t at = 0; at < size; at++)
            odd |= ((bytes[at] < 32) & (bytes[at] != '\t') & (bytes[at] != '\n') & (bytes[at] != '\r')) | (bytes[at] == 127);
        if (!odd) {
            head[SAME] = 1;
            head[LENGTH] = size;
            head[REMOVED_COUNT] = 0;
            return survey(tables, work, bytes, size);
        }
    }
    uint8_t *data = room(&work->a, (size_t)size + 1);
    uint32_t *points = room(&work->b, ((size_t)size + 1) * sizeof *points);
    int32_t *removed = room(&work->e, ((size_t)size + 1) * sizeof *removed);
    if (!data || !points || !removed)
        return -1;
    for (int64_t at = 0; at < size; at++) {
        uint32_t code = width == 1 ? bytes[at] : wide[at];
        uint32_t seen = code < TABLE_SIZE ? tables->becomes[code] : IN(code, 0xE0000u, 0xE1000u) ? REMOVED : code;
        if (seen == REMOVED) {
            removed[gone] = (int32_t)(at - gone); /* the k-th stood k places further right than its neighbour in the view */
            gone++;
        } else {
            points[kept] = seen;
            data[kept++] = seen < 0x80 ? (uint8_t)seen : 0x7F;
        }
    }
    head[LENGTH] = kept;
    head[REMOVED_COUNT] = gone;
    head[VIEW_AT] = (int64_t)(intptr_t)data;
    head[POINTS_AT] = (int64_t)(intptr_t)points;
    head[REMOVED_AT] = (int64_t)(intptr_t)removed;
    return survey(tables, work, data, kept);
}
