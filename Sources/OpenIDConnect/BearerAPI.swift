package import Broker
package import Foundation
import HTTPTypes
import TrustDocuments

/// A vendor's own JSON API, read with an access token (RFC 6750 2.1).
package struct BearerAPI: Sendable {
    private let name: String
    private let accessToken: Secret<String>
    private let transport: any HTTPTransport

    /// An API, by the name that the operator knows it by.
    package init(_ name: String, accessToken: Secret<String>, transport: any HTTPTransport) {
        self.name = name
        self.accessToken = accessToken
        self.transport = transport
    }

    /// Reads one object: status 200, a JSON media type, strict JSON, and no `error` in it.
    package func object(at endpoint: URL, query: [(String, String)] = []) async throws(LoginError) -> ClaimSet {
        let request = OutboundRequest(
            url: query.isEmpty ? endpoint : try Wire.url(endpoint, adding: query),
            headerFields: [.accept: "application/json", .authorization: "Bearer \(accessToken.reveal())"])
        let object = try Wire.jsonObject(try await transport.exchange(request, name), of: name)
        guard !object.contains("error") else {
            throw LoginError(.upstreamError, detail: "\(name): the answer is an error")
        }
        return object
    }
}
