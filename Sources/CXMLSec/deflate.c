#include "internal.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

vx_status vx_inflate(const uint8_t *in, size_t count, size_t limit, vx_bytes *out) {
    if (count > UINT32_MAX || limit > INT32_MAX) return VX_INFLATE_FAILED;
    z_stream stream;
    memset(&stream, 0, sizeof stream);
    if (inflateInit2(&stream, -MAX_WBITS) != Z_OK) return VX_NO_MEMORY;
    // Grows with what comes, so that a bomb costs its limit and a message its size.
    size_t capacity = count * 4 < 4096 ? 4096 : count * 4;
    if (capacity > limit) capacity = limit + 1;
    uint8_t *buffer = malloc(capacity);
    vx_status status = buffer == NULL ? VX_NO_MEMORY : VX_OK;
    stream.next_in = (Bytef *)in;
    stream.avail_in = (uInt)count;
    while (status == VX_OK) {
        stream.next_out = buffer + stream.total_out;
        stream.avail_out = (uInt)(capacity - stream.total_out);
        int answer = inflate(&stream, Z_NO_FLUSH);
        if (stream.total_out > limit) {
            status = VX_INFLATE_TOO_LARGE;
        } else if (answer == Z_STREAM_END) {
            // Octets after the stream would be signed and not read.
            status = stream.avail_in == 0 ? vx_bytes_copy(buffer, stream.total_out, out) : VX_INFLATE_FAILED;
            break;
        } else if (answer != Z_OK || stream.avail_out != 0) {
            status = VX_INFLATE_FAILED;
        } else {
            capacity = capacity * 2 > limit ? limit + 1 : capacity * 2;
            uint8_t *grown = realloc(buffer, capacity);
            if (grown == NULL) status = VX_NO_MEMORY;
            else buffer = grown;
        }
    }
    inflateEnd(&stream);
    free(buffer);
    return status;
}

vx_status vx_deflate(const uint8_t *in, size_t count, vx_bytes *out) {
    if (count > INT32_MAX) return VX_TOO_LARGE;
    z_stream stream;
    memset(&stream, 0, sizeof stream);
    if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
        return VX_NO_MEMORY;
    }
    size_t capacity = deflateBound(&stream, (uLong)count);
    uint8_t *buffer = malloc(capacity);
    vx_status status = VX_NO_MEMORY;
    if (buffer != NULL) {
        stream.next_in = (Bytef *)in;
        stream.avail_in = (uInt)count;
        stream.next_out = buffer;
        stream.avail_out = (uInt)capacity;
        status = deflate(&stream, Z_FINISH) == Z_STREAM_END ? vx_bytes_copy(buffer, stream.total_out, out)
                                                            : VX_INFLATE_FAILED;
    }
    deflateEnd(&stream);
    free(buffer);
    return status;
}
