import Broker
import Foundation
import HTTPTypes
import Synchronization

/// A network on which a directory answers from a script; everything else goes to the world's own.
final class DirectoryNetwork: HTTPTransport {
    typealias Answer = @Sendable (OutboundRequest) -> OutboundResponse

    private let below: any HTTPTransport
    private let state = Mutex<(answers: [String: Answer], requests: [OutboundRequest])>(([:], []))

    init(below: any HTTPTransport) { self.below = below }

    /// Answers an address, written without its query.
    func on(_ address: String, _ answer: @escaping Answer) { state.withLock { $0.answers[address] = answer } }

    /// Answers an address with JSON.
    func on(_ address: String, json: String, status: Int = 200) {
        on(address) { _ in .directory(json, status: status) }
    }

    /// What was asked at an address.
    func requests(to address: String) -> [OutboundRequest] {
        state.withLock { $0.requests }.filter { Self.address($0.url) == address }
    }

    func send(_ request: OutboundRequest) async throws(TransportError) -> OutboundResponse {
        let answer = state.withLock { state in
            state.requests.append(request)
            return state.answers[Self.address(request.url)]
        }
        guard let answer else { return try await below.send(request) }
        return answer(request)
    }

    private static func address(_ url: URL) -> String { String(url.absoluteString.prefix { $0 != "?" }) }
}

extension OutboundResponse {
    static func directory(_ json: String, status: Int = 200, retryAfter: String? = nil) -> OutboundResponse {
        var fields: HTTPFields = [.contentType: "application/json; charset=utf-8"]
        fields[.retryAfter] = retryAfter
        return OutboundResponse(status: .init(code: status), headerFields: fields, body: Data(json.utf8))
    }
}

extension OutboundRequest {
    /// One parameter of the query, decoded.
    func parameter(_ name: String) -> String? {
        URLComponents(url: url, resolvingAgainstBaseURL: false)?.queryItems?.first { $0.name == name }?.value
    }
}

/// What a call refused with, or nil where it did not.
func directoryRefusal<Value: Sendable>(_ body: () async throws(LoginError) -> Value) async -> LoginError? {
    do throws(LoginError) {
        _ = try await body()
        return nil
    } catch {
        return error
    }
}
