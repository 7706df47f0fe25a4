// SPDX-License-Identifier: Apache-2.0

import Foundation

/// One connection to a port of this machine, octets in and octets out.
///
/// An HTTP client would tidy up what hostile requests are made of.
enum RawSocket {
    /// Sends octets and reads until the other side is done, for as long as it goes on talking.
    ///
    /// `isComplete` says when what came is a whole answer, so that nobody waits for a connection that stays open.
    static func exchange(
        _ octets: [UInt8], port: Int, patience: Duration = .seconds(10),
        until isComplete: @escaping @Sendable ([UInt8]) -> Bool = { _ in false }
    ) async throws -> [UInt8] {
        try await withCheckedThrowingContinuation { continuation in
            // Blocking calls have no place in the pool that the broker in this process runs on.
            DispatchQueue.global().async {
                continuation.resume(with: Result { try talk(octets, port, patience, isComplete) })
            }
        }
    }

    /// Whether somebody accepts connections on a port.
    static func isListening(_ port: Int) -> Bool {
        guard let handle = try? connected(to: port, patience: .seconds(1)) else { return false }
        close(handle)
        return true
    }

    private static func talk(
        _ octets: [UInt8], _ port: Int, _ patience: Duration, _ isComplete: ([UInt8]) -> Bool
    ) throws -> [UInt8] {
        let handle = try connected(to: port, patience: patience)
        defer { close(handle) }
        send(octets, to: handle)
        var (answer, buffer) = ([UInt8](), [UInt8](repeating: 0, count: 1 << 16))
        while !isComplete(answer) {
            let count = recv(handle, &buffer, buffer.count, 0)
            guard count > 0 else { break }
            answer += buffer[..<count]
        }
        return answer
    }

    /// Sends for as long as the other side reads; whoever refuses a request need not take all of it.
    private static func send(_ octets: [UInt8], to handle: Int32) {
        var rest = octets[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                Foundation.send(handle, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }

    private static func connected(to port: Int, patience: Duration) throws -> Int32 {
        let handle = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard handle >= 0 else { throw Unmet("no socket") }
        var limit = timeval(tv_sec: Int(patience.components.seconds), tv_usec: 0)
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            setsockopt(handle, SOL_SOCKET, option, &limit, socklen_t(MemoryLayout<timeval>.size))
        }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let isConnected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(handle, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        guard isConnected else {
            close(handle)
            throw Unmet("nobody listens on 127.0.0.1:\(port)")
        }
        return handle
    }
}
