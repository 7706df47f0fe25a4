// SPDX-License-Identifier: Apache-2.0

import Foundation
import MockServer
import Synchronization

/// A mail server on loopback that takes every message and sends none on.
///
/// Plain SMTP: it stands for a server on the broker's own machine, the only one that gets mail without TLS.
package final class MockMailServer: Sendable {
    /// The port it listens on.
    package let port: Int
    private let listener: Int32
    private let state = Mutex((mails: [ReceivedMail](), refusal: String?.none))

    /// Starts a server; port 0 takes any free one.
    package static func start(port: Int = 0) throws -> MockMailServer {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard listener >= 0, let bound = bind(listener, to: port), listen(listener, 16) == 0 else {
            if listener >= 0 { close(listener) }
            throw MockStartError.notListening
        }
        let server = MockMailServer(listener: listener, port: bound)
        Thread.detachNewThread { server.accept() }
        return server
    }

    private init(listener: Int32, port: Int) {
        self.listener = listener
        self.port = port
    }

    /// Every message so far, oldest first.
    package var mails: [ReceivedMail] { state.withLock { $0.mails } }

    /// The messages to one address, oldest first.
    package func mails(to recipient: String) -> [ReceivedMail] { mails.filter { $0.recipient == recipient } }

    /// Answers every recipient with this line from now on; nil takes them again.
    package func refuse(with line: String?) { state.withLock { $0.refusal = line } }

    /// Closes the listener; conversations under way end by themselves.
    package func stop() {
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
    }

    fileprivate var refusal: String? { state.withLock { $0.refusal } }
    fileprivate func keep(_ mail: ReceivedMail) { state.withLock { $0.mails.append(mail) } }

    private func accept() {
        while true {
            let connection = Foundation.accept(listener, nil, nil)
            guard connection >= 0 else { return }
            Thread.detachNewThread { MailConversation(server: self, connection: connection).run() }
        }
    }

    private static func bind(_ socket: Int32, to port: Int) -> Int? {
        var reuse: Int32 = 1
        setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &reuse, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(port).bigEndian)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                Foundation.bind(socket, address, length) == 0 && getsockname(socket, address, &length) == 0
            }
        }
        return isBound ? Int(UInt16(bigEndian: address.sin_port)) : nil
    }
}

/// One conversation, on a thread of its own.
private struct MailConversation {
    let server: MockMailServer
    let connection: Int32

    /// The most octets of a line, and the most lines of a message.
    private static let (maximumLine, maximumLines) = (4096, 2000)

    func run() {
        defer { close(connection) }
        var input = LineInput(connection: connection, maximum: Self.maximumLine)
        var (sender, recipient) = ("", "")
        say("220 mock mail server")
        while let line = input.next() {
            switch line.split(separator: " ").first?.uppercased() ?? "" {
            case "EHLO": say("250-mock\r\n250-8BITMIME\r\n250 SMTPUTF8")
            case "HELO", "RSET", "NOOP": say("250 ok")
            case "MAIL":
                sender = Self.address(in: line)
                say("250 ok")
            case "RCPT":
                recipient = Self.address(in: line)
                say(server.refusal ?? "250 ok")
            case "DATA":
                say("354 go on")
                guard let message = readMessage(&input) else { return }
                server.keep(ReceivedMail(sender: sender, recipient: recipient, lines: message))
                say("250 taken")
            case "QUIT": return say("221 bye")
            default: say("502 not here")
            }
        }
    }

    private func readMessage(_ input: inout LineInput) -> [String]? {
        var lines: [String] = []
        while let line = input.next(), lines.count < Self.maximumLines {
            if line == "." { return lines }
            lines.append(line.hasPrefix(".") ? String(line.dropFirst()) : line)
        }
        return nil
    }

    private static func address(in line: String) -> String {
        line.split(separator: "<").dropFirst().first?.split(separator: ">").first.map(String.init) ?? ""
    }

    private func say(_ text: String) {
        var rest = Array("\(text)\r\n".utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }
}

/// Lines from a socket.
private struct LineInput {
    let connection: Int32
    let maximum: Int
    private var pending: [UInt8] = []

    init(connection: Int32, maximum: Int) {
        self.connection = connection
        self.maximum = maximum
    }

    /// The next line without its end; nil where there is none or it is too long.
    mutating func next() -> String? {
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            if let end = pending.firstIndex(of: 0x0A) {
                let line = pending[..<end].filter { $0 != 0x0D }
                pending.removeSubrange(...end)
                return String(decoding: line, as: UTF8.self)
            }
            guard pending.count <= maximum else { return nil }
            let count = recv(connection, &buffer, buffer.count, 0)
            guard count > 0 else { return nil }
            pending += buffer[..<count]
        }
    }
}
