public import Broker
import Foundation
public import HTTPTypes
import Synchronization

/// A network that answers from a script and keeps what it was asked.
///
/// A place is written as a URL, as host and path, or as a path, each with or without its query; the more exact one
/// answers first. What has no answer is 404. Like the transport of the broker it follows no redirect and refuses what
/// is longer than 1 MiB.
public final class ScriptedTransport: HTTPTransport {
    /// What answers a place.
    public typealias Answer = @Sendable (OutboundRequest) throws(TransportError) -> OutboundResponse

    /// The most octets of an answer.
    public static let maximumBytes = 1 << 20

    private struct State {
        var answers: [String: Answer] = [:]
        var requests: [OutboundRequest] = []
        var failure: TransportError.Code?
    }

    private let state = Mutex(State())

    /// A network on which nobody answers yet.
    public init() {}

    /// Answers a place, whatever the method, or one method of it.
    public func on(_ place: String, method: HTTPRequest.Method? = nil, _ answer: @escaping Answer) {
        state.withLock { $0.answers[Self.key(place, method)] = answer }
    }

    /// Answers a place with JSON.
    public func on(
        _ place: String, method: HTTPRequest.Method? = nil, json: String, status: HTTPResponse.Status = .ok
    ) {
        on(place, method: method) { _ throws(TransportError) in .json(json, status: status) }
    }

    /// Answers a place with JSON.
    public func on(_ place: String, json claims: Claims, status: HTTPResponse.Status = .ok) {
        on(place, json: claims.jsonText, status: status)
    }

    /// Makes a place fail as a network does: slow, unreachable, without a name.
    public func fail(_ place: String, _ code: TransportError.Code = .timedOut) {
        on(place) { request throws(TransportError) in
            throw TransportError(code, detail: request.url.host() ?? "")
        }
    }

    /// Takes the answer of a place away.
    public func silence(_ place: String, method: HTTPRequest.Method? = nil) {
        state.withLock { $0.answers[Self.key(place, method)] = nil }
    }

    /// Whether nobody can be reached.
    public var isDown: Bool {
        get { state.withLock { $0.failure != nil } }
        set { state.withLock { $0.failure = newValue ? .unreachable : nil } }
    }

    /// Makes everything fail this way.
    public func failAll(_ code: TransportError.Code) { state.withLock { $0.failure = code } }

    /// Everything that was asked.
    public var requests: [OutboundRequest] { state.withLock { $0.requests } }

    /// What was asked at a place.
    public func requests(to place: String) -> [OutboundRequest] {
        requests.filter { Self.places(of: $0.url).contains(place) }
    }

    /// How often a place was asked.
    public func count(_ place: String) -> Int { requests(to: place).count }

    /// Answers by the script.
    public func send(_ request: OutboundRequest) async throws(TransportError) -> OutboundResponse {
        let (failure, answer) = state.withLock { state -> (TransportError.Code?, Answer?) in
            state.requests.append(request)
            return (state.failure, Self.answer(to: request, in: state.answers))
        }
        await Task.yield()
        if let failure { throw TransportError(failure, detail: request.url.host() ?? "") }
        guard let answer else { return OutboundResponse(status: .notFound) }
        let response = try answer(request)
        if response.body.count > Self.maximumBytes { throw TransportError(.tooLarge, detail: "more than 1 MiB") }
        return response
    }

    private static func key(_ place: String, _ method: HTTPRequest.Method?) -> String {
        method.map { "\($0.rawValue) \(place)" } ?? place
    }

    private static func answer(to request: OutboundRequest, in answers: [String: Answer]) -> Answer? {
        for place in places(of: request.url) {
            if let answer = answers[key(place, request.method)] ?? answers[place] { return answer }
        }
        return nil
    }

    /// The names of a place, the most exact first.
    private static func places(of url: URL) -> [String] {
        let whole = url.absoluteString
        let bare = whole.split(separator: "?", maxSplits: 1).first.map(String.init) ?? whole
        let path = url.path()
        return [whole, bare, (url.host() ?? "") + path, "\(path)?\(url.query() ?? "")", path]
    }
}

extension OutboundResponse {
    /// An answer of JSON text.
    public static func json(
        _ text: String, status: HTTPResponse.Status = .ok, retryAfter: String? = nil
    ) -> OutboundResponse {
        var fields: HTTPFields = [.contentType: "application/json"]
        fields[.retryAfter] = retryAfter
        return OutboundResponse(status: status, headerFields: fields, body: Data(text.utf8))
    }

    /// An answer of a JSON object.
    public static func json(_ claims: Claims, status: HTTPResponse.Status = .ok) -> OutboundResponse {
        .json(claims.jsonText, status: status)
    }

    /// A page, as a proxy in between sends it.
    public static func html(_ text: String, status: HTTPResponse.Status = .ok) -> OutboundResponse {
        OutboundResponse(
            status: status, headerFields: [.contentType: "text/html; charset=utf-8"], body: Data(text.utf8))
    }
}
