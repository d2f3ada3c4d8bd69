/* What the parts of the kernel share: tables that Python makes, buffers that grow, and where results lie.

   Every function is a twin of Python code that stands beside it in this package and gives the same bits. Texts come as bytes (ASCII) or as
   32-bit code points; nothing here knows of an interpreter, so one library serves every release of Python. */

#ifndef GOVERN_KERNEL_H
#define GOVERN_KERNEL_H

#include <stddef.h>
#include <stdint.h>

#if defined(_WIN32)
#define EXPORTED __declspec(dllexport)
#else
#define EXPORTED __attribute__((visibility("default")))
#endif

#define TABLE_SIZE 0x20000u
#define LONGEST_TEXT 0x3FFFFFFF
#define IN(code, low, high) ((uint32_t)((code) - (low)) < (uint32_t)((high) - (low)))

/* Made by folding.py. */
struct view_tables {
    const uint32_t *becomes;     /* by code point; REMOVED disappears */
    const uint8_t *in_tokens;    /* by byte: whether a token may hold it */
    int64_t token_length;        /* shorter ones are none */
    int64_t capitals;            /* so many of them and of digits in a row are a run */
    int64_t colon_gap;           /* two colons with so many bytes between them at most are near each other */
    int64_t window;              /* how many bytes around digits are looked at */
    int64_t levels;              /* how many entries of the next two count */
    int64_t digits[4];           /* so many of them in a chain make a stretch, by level */
    int64_t between[4];          /* of a chain, so many other bytes at most stand between two digits */
};

/* Made by normalise.py, injection/fold.py and injection/ngrams.py. */
struct reading_tables {
    const uint8_t *length;       /* normal form: how many characters, where they start, and which they are */
    const int32_t *first;
    const uint32_t *letters;
    const uint32_t *lookalike;
    const uint8_t *letter;
    const uint32_t *han;         /* of the compatibility block */
    const uint32_t *folded;
    const uint8_t *classes;
    const uint32_t *power;
    const uint32_t *inverse;
};

enum { MEASURES = 14 }; /* of injection/measures.py */

/* Made by injection/weights.py and injection/measures.py. */
struct model {
    const int8_t *words;
    const int8_t *characters;
    double scale;
    double bias;
    double weights[MEASURES];
    const double *log_words;     /* by how many words a block has */
    const double *log_blocks;    /* by how many blocks a text has, up to the last entry */
    int64_t most_blocks;
};

/* A block of a text, as injection/scorer.py judges it. Places are in characters of the normalised text, bytes in its folded form. */
struct block {
    double best, top, mean, whole, logit;
    int64_t words, start, end, offset, first_byte, last_byte;
};

struct buffer {
    void *data;
    size_t size;
};

enum { OTHER, LETTER, SINGLE }; /* classes of injection/fold.py */
enum { LONGEST_BLOCK = 2560 };
enum { HEADS = 24 };

struct workspace {
    int64_t head[HEADS];
    struct buffer a, b, c, d, e, f, g, h;
};

/* Room for `size` bytes; NULL where there is none. What stood there is lost. */
void *room(struct buffer *buffer, size_t size);

int64_t score_block(const struct reading_tables *tables, const struct model *model, struct workspace *work,
                    const uint32_t *codes, const uint8_t *classes, int64_t size, struct block *out);

#endif
