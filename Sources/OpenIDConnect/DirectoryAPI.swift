package import Broker
package import Foundation
import HTTPTypes
import TrustDocuments

/// A vendor's directory, read with an access token of our own (RFC 6750 2.1).
///
/// What it tells decides whether people lose their access, so every answer that is not the one asked for is an error
/// that says nothing about a person.
package struct DirectoryAPI: Sendable {
    /// What came of a look-up by id.
    package enum LookUp: Sendable {
        /// The object.
        case found(ClaimSet)
        /// 404, with what the body says.
        case missing(ClaimSet?)
    }

    private let name: String
    private let accessToken: Secret<String>
    private let transport: any HTTPTransport
    private let refused: @Sendable () -> Void

    /// A directory, by the name that the operator knows it by; `refused` is called where the token does not count.
    package init(
        _ name: String, accessToken: Secret<String>, transport: any HTTPTransport,
        refused: @escaping @Sendable () -> Void = {}
    ) {
        self.name = name
        self.accessToken = accessToken
        self.transport = transport
        self.refused = refused
    }

    /// Reads one object.
    package func object(at url: URL, prefer: String? = nil) async throws(LoginError) -> ClaimSet {
        try whole(try Wire.jsonObject(try await response(at: url, prefer: prefer), of: name))
    }

    /// Reads a list of objects.
    package func objects(at url: URL) async throws(LoginError) -> [ClaimSet] {
        try Wire.jsonObjects(try await response(at: url), of: name)
    }

    /// Looks one object up.
    package func lookUp(_ url: URL) async throws(LoginError) -> LookUp {
        var response = try await response(at: url)
        guard response.status.code == 404 else {
            return .found(try whole(try Wire.jsonObject(response, of: name)))
        }
        response.status = .ok
        return .missing(try? Wire.jsonObject(response, of: name))
    }

    /// Whatever the directory answers, unless it is away or does not let us in.
    package func response(at url: URL, prefer: String? = nil) async throws(LoginError) -> OutboundResponse {
        var request = OutboundRequest(
            url: url, headerFields: [.accept: "application/json", .authorization: "Bearer \(accessToken.reveal())"])
        if let prefer, let field = HTTPField.Name("Prefer") { request.headerFields[field] = prefer }
        let response = try await transport.exchange(request, name)
        if response.status.code == 401 { refused() }
        if let refusal = Self.refusal(response, name) { throw refusal }
        return response
    }

    private func whole(_ object: ClaimSet) throws(LoginError) -> ClaimSet {
        guard !object.contains("error") else {
            throw LoginError(.upstreamError, detail: "\(name): the answer is an error")
        }
        return object
    }
}

// MARK: Refusals

extension DirectoryAPI {
    /// The rule of an error that an administrator of the directory has to mend.
    package static let permission = "directory_permission"

    /// Why an answer says nothing at all: 401 and 403, too many requests, a server's error.
    package static func refusal(_ response: OutboundResponse, _ name: String) -> LoginError? {
        switch response.status.code {
        case 401:
            LoginError(.upstreamError, detail: "\(name): HTTP status 401: the token does not count", rule: permission)
        case 403:
            LoginError(.upstreamError, detail: "\(name): HTTP status 403: not permitted", rule: permission)
        case 429, 500...599:
            LoginError(
                .upstreamUnavailable, detail: "\(name): HTTP status \(response.status.code)\(retryAfter(response))")
        default: nil
        }
    }

    /// Seconds of `Retry-After` (RFC 9110 10.2.3); its other form, a date, is not repeated.
    private static func retryAfter(_ response: OutboundResponse) -> String {
        guard let text = response.headerFields[.retryAfter], (1...6).contains(text.utf8.count),
            text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
        else { return "" }
        return ", Retry-After \(text)"
    }

    /// What lint says of an error: which permission is missing, where that may be the cause.
    package static func finding(_ error: LoginError, granting advice: String) -> LintFinding {
        let isPermission = error.rule == permission || error.code == .upstreamError
        return LintFinding(
            error.code == .upstreamUnavailable ? .warning : .error, path: ["directory"],
            text: isPermission ? "\(error.detail). \(advice)" : "\(error.detail).")
    }

    /// More people on one page than were asked for is not an answer to what was asked.
    package static func requireBounded(_ count: Int, _ maximum: Int, _ name: String) throws(LoginError) {
        guard count <= maximum else {
            throw LoginError(.upstreamInvalid, detail: "\(name): more than \(maximum) people on one page")
        }
    }
}
