// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A port that was free a moment ago.
///
/// A broker's own URL holds its port, so it must be known before it listens.
enum FreePort {
    static func take() throws -> Int {
        let handle = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard handle >= 0 else { throw Unmet("no socket") }
        defer { close(handle) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                bind(handle, pointer, length) == 0 && getsockname(handle, pointer, &length) == 0
            }
        }
        guard isBound else { throw Unmet("no free port") }
        return Int(UInt16(bigEndian: address.sin_port))
    }
}
