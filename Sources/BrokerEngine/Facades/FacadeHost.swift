package import Broker
package import BrokerModel
import Foundation
import JOSE
package import Logging

/// What a facade may use, and all that it may use.
///
/// `FacadeHost+Grants` keeps what it hands out under opaque values, `FacadeHost+Answer` is the one way to tell a site who
/// somebody is.
package struct FacadeHost: Sendable {
    /// The facade.
    package let address: FacadeAddress
    let environment: EngineEnvironment
    let live: LiveState
    let sessions: SessionService
    let audit: AuditLog

    init(
        _ address: FacadeAddress, environment: EngineEnvironment, live: LiveState, sessions: SessionService,
        audit: AuditLog
    ) {
        self.address = address
        self.environment = environment
        self.live = live
        self.sessions = sessions
        self.audit = audit
    }

    /// Where its URLs begin, such as `https://support.example/vestibule/openid/portal`.
    package var rootURL: String { "\(environment.settings.publicURL)/\(address)" }
    /// The clock.
    package var time: TimeSource { environment.time }
    /// Random octets.
    package var randomness: Randomness { environment.randomness }
    /// How far another machine's clock may be off.
    package var clockSkew: Duration { environment.settings.clockSkew }
    /// Opens references to secrets.
    package var secrets: SecretResolver { environment.secrets }
    /// The way to the site's server, under the site's own allowances.
    package var transport: any HTTPTransport { environment.siteTransport(address.site) }
    /// For what is not worth an audit event.
    package var logger: Logger { environment.logger }

    /// The site, as it is now.
    package func site() throws(FacadeError) -> Site {
        guard let site = live.resources.sites[address.site], site.facade(address.kind) != nil else {
            throw FacadeError(.notConfigured, detail: "the site or its facade is gone")
        }
        return site
    }

    // MARK: Who

    /// The live session that a browser has at the broker's host, where every facade is, with its owner.
    package func owner(handle: Secret<String>?) async throws(FacadeError) -> SessionService.Owner? {
        guard let handle else { return nil }
        let place = Hosts(environment, live.resources).brokerPlace
        return try await whileStoreAnswers { try await sessions.owner(handle: handle.reveal(), at: place) }
    }

    /// The owner of a session that still lives.
    package func owner(of session: SessionID) async throws(FacadeError) -> SessionService.Owner? {
        try await whileStoreAnswers { try await sessions.owner(session) }
    }

    /// What the site names so, by SAML's `SessionIndex` or the ID token's `sid`.
    package func session(named key: String) async throws(FacadeError) -> FacadeSession? {
        try await whileStoreAnswers {
            try await environment.store.read { try $0.facadeSession(address, key: key) }
        }
    }

    /// How the site was told of a session; nil where it was not.
    package func facadeSession(of session: SessionID) async throws(FacadeError) -> FacadeSession? {
        let address = address
        return try await whileStoreAnswers {
            try await environment.store.read { try $0.facadeSessions(of: session).first { $0.facade == address } }
        }
    }

    /// The organization that a customer belongs to, for its name and for whom to ask.
    package func organization(of customer: Customer) -> Organization? {
        live.resources.organizations[customer.organization]
    }

    // MARK: Keys

    /// The keys of the facade's use: the one that signs, then the next, then those that signed.
    package func keys() throws(FacadeError) -> [(key: PrivateKeyHandle, state: StoredKey.State)] {
        let order: [StoredKey.State] = [.active, .next, .retired]
        let stored = live.keys.stored.values.filter { $0.use.facade == address.kind }
            .sorted { ($0.publishedAt, $0.id) < ($1.publishedAt, $1.id) }
        let found = order.flatMap { state in stored.filter { $0.state == state } }.compactMap { key in
            live.keys.handle(key.id).map { (key: $0, state: key.state) }
        }
        guard found.first?.state == .active else {
            throw FacadeError(
                .configurationInvalid, detail: "the facade's key is not made yet; a running server makes it soon")
        }
        return found
    }

    // MARK: The store

    func whileStoreAnswers<Value>(_ step: () async throws -> Value) async throws(FacadeError) -> Value {
        do {
            return try await step()
        } catch let error as FacadeError {
            throw error
        } catch let error as StoreError {
            throw FacadeError(.storeUnavailable, detail: error.detail, underlying: error)
        } catch {
            throw FacadeError(.configurationInvalid, detail: "a step of ours failed", underlying: error)
        }
    }
}
