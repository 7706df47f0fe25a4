import Broker
import HTTPTypes
import Hummingbird

/// Why a request is refused before the gate is asked: it is none that a proxy may pass on.
enum DoorRefusal: String, Sendable, CaseIterable {
    /// Two hosts, two `Authorization` fields, or none of the one: whoever reads it might read the other.
    case ambiguous = "malformed_request"
    /// A tunnel, an echo of what only JSM may see, or an expectation that nobody meets.
    case methodUnsupported = "method_unsupported"
    case expectationUnsupported = "expectation_unsupported"
    /// A WebSocket, which outlives every decision of the gate.
    case upgradeUnsupported = "upgrade_unsupported"
    /// A body that is larger than this proxy takes.
    case bodyTooLarge = "body_too_large"

    init?(_ request: Request, maxBody: Int64) {
        let found = Self.allCases.first { $0.applies(to: request, maxBody: maxBody) }
        guard let found else { return nil }
        self = found
    }

    var status: HTTPResponse.Status {
        switch self {
        case .ambiguous: .badRequest
        case .methodUnsupported, .upgradeUnsupported: .notImplemented
        case .expectationUnsupported: .expectationFailed
        case .bodyTooLarge: .contentTooLarge
        }
    }

    private func applies(to request: Request, maxBody: Int64) -> Bool {
        switch self {
        case .ambiguous: Self.isAmbiguous(request)
        case .methodUnsupported: request.method == .connect || request.method == .trace
        case .expectationUnsupported:
            request.headers[.expect].map { $0.lowercased() != "100-continue" } == true
        case .upgradeUnsupported: Self.isWebSocket(request)
        case .bodyTooLarge: request.announcedLength.map { $0 > maxBody } == true
        }
    }

    /// RFC 9112 3.2 and 6.1.
    ///
    /// The codec takes the first `Host` away, so one that is left is a second; a length beside a coding, or twice, is how
    /// requests are smuggled. The parser refuses those too.
    private static func isAmbiguous(_ request: Request) -> Bool {
        let fields = request.headers
        let lengths = fields[values: .contentLength]
        let codings = fields[values: .transferEncoding]
        return fields.contains(.host) || fields[values: .authorization].count > 1 || lengths.count > 1
            || (!codings.isEmpty && !lengths.isEmpty) || codings.count > 1
            || codings.contains { $0.lowercased() != "chunked" }
            || lengths.contains { $0.isEmpty || !$0.utf8.allSatisfy { (0x30...0x39).contains($0) } || Int64($0) == nil }
    }

    private static func isWebSocket(_ request: Request) -> Bool {
        request.headers[values: .upgrade].contains { line in
            line.lowercased().split(separator: ",").contains { $0.trimmingBlanks.hasPrefix("websocket") }
        }
    }
}

extension HTTPField.Name {
    static let host = HTTPField.Name("Host")!
}
