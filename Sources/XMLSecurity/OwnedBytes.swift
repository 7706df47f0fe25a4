import CXMLSec

extension vx_bytes {
    /// The bytes a call fills, copied into Swift and freed in C.
    static func filled(
        _ call: (UnsafeMutablePointer<vx_bytes>) -> vx_status
    ) throws(XMLSecurityError) -> [UInt8] {
        var bytes = vx_bytes()
        try call(&bytes).check()
        defer { vx_bytes_free(bytes) }
        return Array(UnsafeBufferPointer(start: bytes.data, count: bytes.count))
    }
}
