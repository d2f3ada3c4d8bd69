/* Memory that one thread uses for one text after the other. */

#include "kernel.h"

#include <stdlib.h>

enum { KEPT = 1 << 20 };

void *room(struct buffer *buffer, size_t size)
{
    if (size > buffer->size || !buffer->data) {
        free(buffer->data);
        buffer->size = size < 4096 ? 4096 : size;
        buffer->data = malloc(buffer->size);
        if (!buffer->data)
            buffer->size = 0;
    }
    return buffer->data;
}

static void each(struct workspace *work, size_t above)
{
    struct buffer *all[] = {&work->a, &work->b, &work->c, &work->d, &work->e, &work->f, &work->g, &work->h};
    for (size_t at = 0; at < sizeof all / sizeof *all; at++)
        if (all[at]->size > above) {
            free(all[at]->data);
            all[at]->data = NULL;
            all[at]->size = 0;
        }
}

EXPORTED struct workspace *govern_open(void)
{
    return calloc(1, sizeof(struct workspace));
}

EXPORTED void govern_close(struct workspace *work)
{
    if (work)
        each(work, 0);
    free(work);
}

/* Gives back what a long text needed. */
EXPORTED void govern_trim(struct workspace *work)
{
    each(work, KEPT);
}

/* What this library was built from, as kernel/build.py names it. */
EXPORTED const char *govern_source(void)
{
    return GOVERN_SOURCE;
}
