// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A socket on loopback that waits for somebody to be lured to it.
///
/// Nobody has to accept for a connection to be there: the kernel completes it, and it waits in the queue.
final class LoopbackListener: Sendable {
    /// Where it listens.
    let port: Int
    private let handle: Int32

    /// Listens on a port; nil takes a free one.
    init(port: Int? = nil) throws {
        let wanted = try port ?? FreePort.take()
        let handle = try Self.handle(wanted) { bind($0, $1, $2) == 0 && listen($0, 64) == 0 }
        _ = fcntl(handle, F_SETFL, O_NONBLOCK)
        self.port = wanted
        self.handle = handle
        try proveThatItCounts()
    }

    deinit { close(handle) }

    /// How many connections wait; each is counted once.
    func connections() -> Int {
        var count = 0
        while true {
            let connection = accept(handle, nil, nil)
            guard connection >= 0 else { return count }
            close(connection)
            count += 1
        }
    }

    /// A trap that never closes catches nobody.
    private func proveThatItCounts() throws {
        close(try Self.handle(port) { connect($0, $1, $2) == 0 })
        try require(connections() == 1, "the listener does not see who connects")
    }

    /// A socket that did something with an address on loopback.
    private static func handle(
        _ port: Int, _ act: (Int32, UnsafePointer<sockaddr>, socklen_t) -> Bool
    ) throws -> Int32 {
        let handle = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard handle >= 0 else { throw Unmet("no socket") }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let hasActed = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                act(handle, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard hasActed else {
            close(handle)
            throw Unmet("127.0.0.1:\(port) is not to be had")
        }
        return handle
    }
}
