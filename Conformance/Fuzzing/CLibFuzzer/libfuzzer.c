#include "CLibFuzzer.h"

#include <stdlib.h>
#include <string.h>

// Weak, so that a build without libFuzzer links too.
__attribute__((weak)) int LLVMFuzzerRunDriver(int *argc, char ***argv, int (*target)(const uint8_t *, size_t));

int vx_fuzz(int *argc, char ***argv, int (*target)(const uint8_t *data, size_t count)) {
    return LLVMFuzzerRunDriver == NULL ? -1 : LLVMFuzzerRunDriver(argc, argv, target);
}

int vx_read_past_end(const uint8_t *data, size_t count) {
    // A copy of its own: a Swift array may be larger than its count.
    uint8_t *copy = malloc(count);
    if (copy == NULL) return 0;
    memcpy(copy, data, count);
    volatile uint8_t past = copy[count];
    free(copy);
    return past & 0;
}
