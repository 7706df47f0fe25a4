import Broker
import BrokerModel
import Foundation
import JOSE

/// What a browser keeps of a sign-out, sealed: that it is under way at the IdP, and then how it ended.
///
/// It is no credential. The sessions have ended before it is made, so whoever has one learns or changes nothing but the
/// sentence on a page.
struct LogoutTicket: Codable, Sendable {
    /// How far the sign-out is.
    enum Stage: Codable, Sendable {
        /// The browser is on its way from a site's host to the broker's.
        case departing(id: String)
        /// The browser is at a site and brings `state` back.
        case atSite(state: String, FacadeSession)
        /// The browser is at the IdP and brings `state` back.
        case pending(state: String, requestID: String)
        /// It is over; whether also at the IdP.
        case ended(isComplete: Bool)
    }

    /// How long a person may take at the IdP, and how long the page says how it ended.
    static let lifetime = Duration.seconds(600)

    var stage: Stage
    let connection: ConnectionID
    let site: SiteID
    let customer: CustomerID
    let session: SessionID
    let reference: Reference
    /// Where the browser goes after a complete sign-out: registered when it began, and compared again when it ends.
    let target: String?
    var expiresAt: Timestamp
    /// The sites that this browser still has to tell.
    var sites: [FacadeSession] = []
    /// The facade that asked, and what it concludes with.
    var conclusion: Conclusion?

    /// How a sign-out ends that a site asked for.
    struct Conclusion: Codable, Sendable {
        let facade: FacadeAddress
        let data: Data
    }

    /// Seals for the cookie.
    func seal(with environment: EngineEnvironment) throws -> Secret<String> {
        Secret(
            Base64URL.encode(
                try environment.keyring.seal(
                    Array(try JSONEncoder().encode(self)), purpose: "logout", random: environment.randomness.bytes)))
    }

    /// Opens what `seal` made, while it counts; nil for anything else that a cookie may hold.
    static func open(_ cookie: String?, with environment: EngineEnvironment) -> LogoutTicket? {
        guard let cookie, let sealed = try? Base64URL.decode(cookie),
            let octets = try? environment.keyring.open(sealed, purpose: "logout"),
            let ticket = try? JSONDecoder().decode(LogoutTicket.self, from: Data(octets)),
            environment.time.now < ticket.expiresAt
        else { return nil }
        return ticket
    }

    /// The same sign-out, over.
    func ended(isComplete: Bool) -> LogoutTicket {
        var ticket = self
        ticket.stage = .ended(isComplete: isComplete)
        return ticket
    }
}
