import BrokerEngine
import BrokerModel
import BrokerServer
import Foundation
import Outbound

/// A broker that is the proxy of its site, a JSM of sockets behind it, and somebody who is signed in.
struct InPathWorld: Sendable {
    let broker: TestBroker
    let jsm: WireServer
    /// The `Cookie` header of who is signed in.
    let cookies: String

    static let page = "/servicedesk/customer/portal/3"
    static let upload = "/rest/servicedeskapi/servicedesk/3/attachTemporaryFile"
    static let models = "/rest/servicedesk/1/customer/models"

    static func with(
        maxBody: Int64 = 64 << 20, limits: UpstreamLimits = .standard,
        change: @escaping (inout WantedResources) -> Void = { _ in },
        answer: @escaping @Sendable (WireServer.Request) -> WireServer.Answer = { _ in .reply() },
        _ body: (InPathWorld) async throws -> Void
    ) async throws {
        let jsm = try WireServer(answer)
        defer { jsm.stop() }
        try await with(port: jsm.port, maxBody: maxBody, limits: limits, change: change) { broker in
            let browser = Browser()
            try await browser.signIn(broker)
            let cookies = (browser.jar["portal.localhost"] ?? [:]).sorted { $0.key < $1.key }
                .map { "\($0.key)=\($0.value)" }.joined(separator: "; ")
            try await body(InPathWorld(broker: broker, jsm: jsm, cookies: cookies))
        }
    }

    static func with(
        port: Int, maxBody: Int64 = 64 << 20, limits: UpstreamLimits = .standard,
        change: @escaping (inout WantedResources) -> Void = { _ in }, _ body: (TestBroker) async throws -> Void
    ) async throws {
        guard let origin = UpstreamOrigin("http://127.0.0.1:\(port)") else { throw WireServer.Failure() }
        let settings = InPathSettings(targets: .only(.init(origin: origin)), maxBody: maxBody, limits: limits)
        try await TestBroker.with(inPath: settings, change: change, body)
    }

    var host: String { "portal.localhost:\(broker.publicPort)" }

    /// A request of who is signed in, as it goes over the wire; the connection ends with its answer.
    func ask(
        _ method: String = "GET", _ target: String = page, _ fields: [String] = [], body: String = "",
        cookies: String? = nil, host: String? = nil
    ) async throws -> String {
        var lines = ["\(method) \(target) HTTP/1.1", "Host: \(host ?? self.host)", "Connection: close"]
        let cookies = cookies ?? self.cookies
        if !cookies.isEmpty { lines.append("Cookie: \(cookies)") }
        lines += fields
        let text = lines.joined(separator: "\r\n") + "\r\n\r\n" + body
        return try await raw(text)
    }

    /// Off the cooperative threads: it blocks.
    func raw(_ text: String) async throws -> String {
        let port = broker.publicPort
        return try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(with: Result { try RawConnection.exchange(text, port: port) })
            }
        }
    }
}

extension String {
    /// The status line's code of a raw answer.
    var status: Int { Int(split(separator: " ").dropFirst().first ?? "") ?? 0 }

    /// What stands behind the first empty line.
    var payload: String { components(separatedBy: "\r\n\r\n").dropFirst().joined(separator: "\r\n\r\n") }

    /// The fields of one name in a raw answer.
    func fields(_ name: String) -> [String] {
        components(separatedBy: "\r\n\r\n")[0].components(separatedBy: "\r\n").dropFirst().compactMap { line in
            let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, parts[0].lowercased() == name.lowercased() else { return nil }
            return parts[1].trimmingCharacters(in: .whitespaces)
        }
    }
}
