import Broker
import BrokerModel
import Foundation
import JOSE

/// What a login keeps between requests that nobody who reads the store may learn: the one-time values, the module's own
/// bytes, and the e-mail that was typed.
struct SealedLogin: Codable, Sendable {
    /// The address that was typed, if one was.
    var email: EmailAddress?
    /// Whether the look-up of the address was asked for, where a site's discovery puts it into a request of its own.
    var isLookedUp = false
    /// The hint that goes to the IdP.
    var loginHint: String?
    /// The organization, where the login came by its own link.
    var organization: OrganizationID?
    /// The hash of the session handle that the browser had when the login began.
    var priorHandleHash: Data?
    /// The hash of the session handle that the browser had at the broker's host when it arrived there from a site's.
    var arrivedHandleHash: Data?
    /// What the beginning at a site's own host leaves to decide at the broker's.
    var departure: Departed?
    /// Where the browser was last, for what is counted per network.
    var network: String?
    /// How many rounds this connection has had in this login.
    var round = 0
    /// The values of the round under way.
    var secrets: LoginSecrets?
    /// The module's bytes.
    var state = Data()
    /// For whom an IdP vouched without being asked.
    var identity: KeptIdentity?
    /// Which module, connection and settings wrote `state`; with another tag it is refused.
    var tag: String?

    /// What a browser brought to the site's host.
    struct Departed: Codable, Sendable {
        /// `connection`: the name of a connection.
        var connectionHint: String?
        /// `domain_hint`: a mail domain.
        var domainHint: String?
        /// Whether a live session at the broker's host may stand for a new sign-in.
        var mayReuse: Bool
    }

    /// Whether the address may lead anywhere yet.
    ///
    /// Until the look-up, nothing about it can be learned (M57).
    func mayRoute(on site: Site?) -> Bool { site?.discovery == .open || isLookedUp }

    /// Seals for one login: another login's bytes do not open.
    func seal(for reference: Reference, with environment: EngineEnvironment) throws -> Data {
        let octets = Array(try JSONEncoder().encode(self))
        return Data(
            try environment.keyring.seal(
                octets, purpose: "login", associatedData: Array(reference.rawValue.utf8),
                random: environment.randomness.bytes))
    }

    /// Opens what `seal` made.
    static func open(_ login: LoginTransaction, with environment: EngineEnvironment) throws -> SealedLogin {
        guard !login.sealed.isEmpty else { return SealedLogin() }
        let octets = try environment.keyring.open(
            Array(login.sealed), purpose: "login", associatedData: Array(login.reference.rawValue.utf8))
        return try JSONDecoder().decode(SealedLogin.self, from: Data(octets))
    }

    /// What ties a module's bytes to the settings that wrote them.
    static func tag(of connection: Connection) -> String {
        "\(connection.kind)/\(connection.id)/\(connection.revision)"
    }
}
