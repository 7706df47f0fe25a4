// SPDX-License-Identifier: Apache-2.0

import Foundation

/// One message to a loopback port and everything that comes back, over a connection of its own.
///
/// The calls block; they do so on a thread that no Swift task needs.
struct LoopbackExchange: Sendable {
    let port: Int
    let message: Data
    /// How long it may take in whole, in seconds.
    let patience: Int

    func run() async -> Data? {
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async { continuation.resume(returning: exchange()) }
        }
    }

    private func exchange() -> Data? {
        let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard socket >= 0 else { return nil }
        defer { close(socket) }
        setPatience(socket)
        guard connect(socket), send(socket) else { return nil }
        return receive(socket)
    }

    private func setPatience(_ socket: Int32) {
        var time = timeval(tv_sec: patience, tv_usec: 0)
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            setsockopt(socket, SOL_SOCKET, option, &time, socklen_t(MemoryLayout<timeval>.size))
        }
    }

    private func connect(_ socket: Int32) -> Bool {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(truncatingIfNeeded: port)).bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                Foundation.connect(socket, address, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }

    private func send(_ socket: Int32) -> Bool {
        var rest = message[...]
        while !rest.isEmpty {
            let sent = rest.withUnsafeBytes { Foundation.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard sent > 0 else { return false }
            rest = rest.dropFirst(sent)
        }
        return true
    }

    private func receive(_ socket: Int32) -> Data? {
        var answer = Data()
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let start = Date()
        while Date().timeIntervalSince(start) < Double(patience) {
            let count = recv(socket, &buffer, buffer.count, 0)
            guard count > 0 else { return count == 0 ? answer : nil }
            answer += buffer[..<count]
        }
        return nil
    }
}
