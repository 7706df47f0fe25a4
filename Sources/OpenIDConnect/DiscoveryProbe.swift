package import Broker
import Foundation
import HTTPTypes
import TrustDocuments

/// What an OP's metadata says at this moment, for an operator to compare; nothing of it is believed.
package struct DiscoveryProbe: Sendable, Hashable {
    /// The issuer that the document names, if it names one.
    package let issuer: String?
    /// How far the OP's clock is before ours, by the `Date` of its answer (RFC 9110 6.6.1); negative where it is behind.
    package let clockLead: Duration?

    /// Reads an answer that came at a moment.
    package init?(_ response: OutboundResponse, at now: Timestamp) {
        guard response.status == .ok else { return nil }
        do throws(LoginError) {
            issuer = try Wire.jsonObject(response, of: "discovery").string("issuer")
        } catch {
            issuer = nil
        }
        // `Date` has whole seconds: half of one is what it leaves out on average.
        clockLead = response.headerFields[.date].flatMap(HTTPDate.parse).map { $0 + .milliseconds(500) - now }
    }
}

extension RelyingParty {
    /// Asks for the metadata past everything that is remembered; nil where there is no answer.
    package func probe() async -> DiscoveryProbe? {
        let request = OutboundRequest(
            url: configuration.discoveryURL, headerFields: [.accept: "application/json"])
        do throws(LoginError) {
            let response = try await context.transport.exchange(request, "discovery")
            return DiscoveryProbe(response, at: context.time.now)
        } catch {
            return nil
        }
    }
}
