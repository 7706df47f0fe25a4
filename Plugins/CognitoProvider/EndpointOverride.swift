import Broker
import Foundation

/// Sends what is meant for the pool's address to a test server on this machine.
///
/// The issuer stays what the tokens say, so a test server's tokens pass the same checks.
struct EndpointOverride: HTTPTransport {
    private let below: any HTTPTransport
    private let origin: String
    private let endpoint: String

    init(_ below: any HTTPTransport, from origin: String, to endpoint: String) {
        self.below = below
        self.origin = origin + "/"
        self.endpoint = endpoint.hasSuffix("/") ? endpoint : endpoint + "/"
    }

    func send(_ request: OutboundRequest) async throws(TransportError) -> OutboundResponse {
        var request = request
        let text = request.url.absoluteString
        if text.hasPrefix(origin), let url = URL(string: endpoint + text.dropFirst(origin.count)) { request.url = url }
        return try await below.send(request)
    }
}
