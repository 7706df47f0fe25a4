package import Broker
import HTTPTypes

extension HTTPTransport {
    /// Sends a request; a failure of the network is the IdP's absence.
    package func exchange(_ request: OutboundRequest, _ name: String) async throws(LoginError) -> OutboundResponse {
        do throws(TransportError) {
            return try await send(request)
        } catch {
            throw LoginError(.upstreamUnavailable, detail: "\(name): \(error.code.rawValue)", underlying: error)
        }
    }
}

extension OutboundResponse {
    /// Status 200 and nothing else; a redirect is no answer, because its target was never checked.
    package func requireOK(of exchange: String) throws(LoginError) {
        guard status.code != 200 else { return }
        let isAway = status.code >= 500 || status.code == 429
        throw LoginError(
            isAway ? .upstreamUnavailable : .upstreamInvalid, detail: "\(exchange): HTTP status \(status.code)")
    }
}
