// libFuzzer as a library: the toolchain has it, but no header of it that Swift could import.
#ifndef CLIBFUZZER_H
#define CLIBFUZZER_H

#include <stddef.h>
#include <stdint.h>

/// Runs libFuzzer with its own arguments; -1 in a build that does not link it.
int vx_fuzz(int *argc, char ***argv, int (*target)(const uint8_t *data, size_t count));

/// Reads one octet past the end: a planted defect, so that a run can show that it finds one.
int vx_read_past_end(const uint8_t *data, size_t count);

#endif
