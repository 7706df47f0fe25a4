#pragma once

#include <stddef.h>

/// One file of `assets/`, compiled into the binary so that a single executable serves its own pages.
typedef struct {
    /// Path below `assets/`, such as `static/vestibule.css`.
    const char *name;
    const unsigned char *bytes;
    size_t length;
    const char *contentType;
} CWebAsset;

/// The number of embedded files.
size_t CWebAssetCount(void);

/// The embedded file at `index`, or NULL when there is none. The memory lives as long as the process.
const CWebAsset *CWebAssetAt(size_t index);
