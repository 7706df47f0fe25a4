import Broker
import Foundation
import HTTPTypes

/// One exchange with JSM's API: what is sent, and what is made of the answer.
///
/// Builds and processes; sends nothing.
struct JSMCall<Answer: Sendable>: Sendable {
    var method: HTTPRequest.Method
    /// Below the base, without query.
    var path: String
    var query: [(name: String, value: String)] = []
    var body: Data?
    /// Whether the call is one of those that JSM answers only to whoever says that they know it may change.
    var isExperimental = false
    /// What a status of its own means, beside the common ones.
    var meanings: [Int: JSMError.Code] = [:]
    var process: @Sendable (OutboundResponse) throws(JSMError) -> Answer

    /// The request.
    func request(_ base: String, _ account: JSMAccount) throws(JSMError) -> OutboundRequest {
        guard var parts = URLComponents(string: base + path) else {
            throw JSMError(.unreachable, detail: "the address of the JSM is not a URL")
        }
        if !query.isEmpty {
            parts.percentEncodedQuery = query.map { "\($0.name)=\(Self.escaped($0.value))" }.joined(separator: "&")
        }
        guard let url = parts.url else { throw JSMError(.unreachable, detail: "the address of the JSM is not a URL") }
        var fields: HTTPFields = [.accept: "application/json", .authorization: account.authorization]
        if body != nil { fields[.contentType] = "application/json" }
        if isExperimental, let name = HTTPField.Name("X-ExperimentalApi") { fields[name] = "opt-in" }
        // Jira takes a call that changes something from a browser's form for an attack unless it says so.
        if method != .get, let name = HTTPField.Name("X-Atlassian-Token") { fields[name] = "no-check" }
        return OutboundRequest(method: method, url: url, headerFields: fields, body: body)
    }

    /// What the answer is, or why it is none.
    func answer(_ response: OutboundResponse, now: Date) throws(JSMError) -> Answer {
        let status = response.status.code
        guard !(200..<300).contains(status) else { return try process(response) }
        let words = (try? JSONDecoder().decode(JSMWire.Failure.self, from: response.body))?.text ?? ""
        let hint = RetryHint.read(response.headerFields, now: now)
        throw JSMError(
            meanings[status] ?? Self.meaning(of: status, isHinted: hint != nil),
            detail: "\(method.rawValue) \(path): \(status)\(words.isEmpty ? "" : ", \(String(words.prefix(300)))")",
            retryAfter: hint)
    }

    private static func meaning(of status: Int, isHinted: Bool) -> JSMError.Code {
        switch status {
        case 401: .unauthenticated
        case 403: .forbidden
        case 404: .notFound
        case 409: .duplicate
        case 429: .throttled
        case 503 where isHinted: .throttled
        case 500...: .unavailable
        case 400..<500: .rejected
        default: .malformedAnswer
        }
    }

    private static func escaped(_ text: String) -> String {
        text.addingPercentEncoding(
            withAllowedCharacters: .alphanumerics.union(CharacterSet(charactersIn: "-._~"))
                .intersection(CharacterSet(charactersIn: "\u{0}"..."\u{7F}"))) ?? ""
    }
}

extension JSMCall where Answer == Void {
    /// A call of whose answer only the status counts.
    static func writing(
        _ method: HTTPRequest.Method, _ path: String, _ body: [String: JSMBody], isExperimental: Bool = false
    ) -> Self {
        JSMCall(
            method: method, path: path, body: JSMBody.encode(body), isExperimental: isExperimental, process: { _ in })
    }
}

extension JSMCall {
    /// A call whose answer is JSON of one form.
    static func reading<Wire: Decodable & SendableMetatype>(
        _ path: String, query: [(name: String, value: String)] = [], _ form: Wire.Type, isExperimental: Bool = false,
        _ value: @escaping @Sendable (Wire) -> Answer?
    ) -> Self {
        JSMCall(method: .get, path: path, query: query, isExperimental: isExperimental, process: parser(form, value))
    }

    /// Reads JSON of one form.
    static func parser<Wire: Decodable & SendableMetatype>(
        _ form: Wire.Type, _ value: @escaping @Sendable (Wire) -> Answer?
    ) -> @Sendable (OutboundResponse) throws(JSMError) -> Answer {
        { response throws(JSMError) in
            guard let wire = try? JSONDecoder().decode(Wire.self, from: response.body), let answer = value(wire) else {
                throw JSMError(.malformedAnswer, detail: "the answer is not what this call answers")
            }
            return answer
        }
    }

    /// One page of a list, from a position.
    static func page<Wire: Decodable & SendableMetatype, Element: Sendable>(
        _ path: String, from start: Int, query: [(name: String, value: String)] = [], _ form: Wire.Type,
        isExperimental: Bool = false, _ value: @escaping @Sendable (Wire) -> Element?
    ) -> Self where Answer == JSMPage<Element> {
        .reading(
            path, query: query + [("start", String(start)), ("limit", "100")], JSMWire.Page<Wire>.self,
            isExperimental: isExperimental
        ) { page in
            // The server may lower the limit and give short pages: only `isLastPage` tells the end, and only what came
            // tells where to go on.
            guard page.isLastPage || !page.values.isEmpty else { return nil }
            return JSMPage(
                values: page.values.compactMap(value), next: page.isLastPage ? nil : start + page.values.count)
        }
    }
}

/// The few kinds of value that bodies hold.
enum JSMBody: Encodable, Sendable {
    case text(String)
    case texts([String])
    case number(Int64)

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .text(let text): try container.encode(text)
        case .texts(let texts): try container.encode(texts)
        case .number(let number): try container.encode(number)
        }
    }

    static func encode(_ body: [String: JSMBody]) -> Data? {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return try? encoder.encode(body)
    }
}
