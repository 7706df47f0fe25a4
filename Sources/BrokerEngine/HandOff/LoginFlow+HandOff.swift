import Broker
import BrokerModel
import Foundation

extension LoginFlow {
    /// The code that ends a login which began at a site's own host.
    func handOff(_ code: String, of session: SessionID, ending login: LoginTransaction, at now: Timestamp) -> HandOff {
        HandOff(
            codeHash: Self.hash(code, "hand-off"), login: login.reference, session: session, site: login.site,
            createdAt: now, expiresAt: now + HandOff.lifetime)
    }

    /// A browser brings a session to a site's host.
    ///
    /// The browser is checked before the code is used, so that a stranger who learned one cannot burn it; the code is
    /// used in one statement, so that of a hundred replays one gets through.
    package func redeem(_ arrival: HandOffReturn) async throws -> HandedOff {
        let (login, handOff) = try await whileStoreAnswers { try await claim(arrival) }
        do {
            try await live.reload()
            let key = try sessions.tokenKey()
            let handed = try await hand(handOff, of: login, arrival)
            sessions.didEnd(handed.replaced, reason: .replaced)
            let (now, site) = (environment.time.now, handed.site)
            let token = try sessions.token(
                for: handed.owner.session, customer: handed.owner.customer, site: site, at: now, key: key)
            return HandedOff(
                credentials: SessionService.Credentials(handle: handed.handle, token: token), site: site.id,
                returnTarget: login.returnTarget, session: handed.owner.session, reference: login.reference,
                remaining: handed.owner.session.absoluteDeadline - now)
        } catch let error as LoginError {
            throw await refuse(login, error)
        } catch let error as StoreError {
            throw await refuse(
                login, LoginError(.storeUnavailable, detail: error.detail, underlying: error))
        }
    }

    // MARK: Before anything is used

    private func claim(_ arrival: HandOffReturn) async throws -> (LoginTransaction, HandOff) {
        guard (1...256).contains(arrival.code.utf8.count) else {
            throw await refuse(nil, LoginError(.stateMismatch, detail: "there is no such hand-off"))
        }
        let hash = Self.hash(arrival.code, "hand-off")
        let found = try await environment.store.read { reader in
            try reader.handOff(codeHash: hash).flatMap { handOff in
                try reader.login(handOff.login).map { ($0, handOff) }
            }
        }
        guard let (login, handOff) = found else {
            throw await refuse(nil, LoginError(.stateMismatch, detail: "there is no such hand-off"))
        }
        do throws(LoginError) {
            try checkBrowser(login.bindingHash, arrival.binding(login.reference))
            try checkSite(handOff, arrival.site)
            try checkUse(handOff)
        } catch {
            throw await refuse(login, error)
        }
        return (login, handOff)
    }

    /// A code opens the site that the login was for, and no other.
    private func checkSite(_ handOff: HandOff, _ site: SiteID) throws(LoginError) {
        guard handOff.site == site else {
            throw LoginError(.stateMismatch, detail: "the hand-off is for another site than \(site)")
        }
    }

    private func checkUse(_ handOff: HandOff) throws(LoginError) {
        guard handOff.usedAt == nil else { throw Self.wasUsed }
        guard environment.time.now < handOff.expiresAt else {
            throw LoginError(.loginExpired, detail: "the hand-off was made at \(handOff.createdAt.rfc3339)")
        }
    }

    private static let wasUsed = LoginError(.loginAlreadyUsed, detail: "the hand-off was used before")

    // MARK: The transaction

    private struct Handed: Sendable {
        var owner: SessionService.Owner
        var site: Site
        var handle: Secret<String>
        var replaced: [Session]
    }

    private func hand(
        _ handOff: HandOff, of login: LoginTransaction, _ arrival: HandOffReturn
    ) async throws -> Handed {
        guard let site = live.resources.sites[handOff.site] else {
            throw LoginError(.notConfigured, detail: "the site is gone")
        }
        let (handle, now) = (environment.randomness.token(bytes: 32), environment.time.now)
        let prior = arrival.priorHandle.map(SessionHandle.hash)
        return try await environment.store.write { writer in
            guard let used = try writer.redeemHandOff(codeHash: handOff.codeHash, at: now) else { throw Self.wasUsed }
            let owner = try owner(of: used, site: site, at: now, in: writer)
            let replaced = try endOther(prior, than: used.session, login: login, site: site, at: now, in: writer)
            try writer.insertHandle(SessionHandle.hash(handle), of: used.session, at: .site(site.id), now: now)
            try audit.append(handedOff(owner, login: login, site: site, at: now), in: writer)
            return Handed(owner: owner, site: site, handle: Secret(handle), replaced: replaced)
        }
    }

    /// Whatever ended or was disabled since the code was made refuses (M56).
    private func owner(
        of handOff: HandOff, site: Site, at now: Timestamp, in reader: any StoreReader
    ) throws -> SessionService.Owner {
        guard let owner = try sessions.owner(handOff.session, at: now, in: reader) else {
            let customer = try reader.session(handOff.session).flatMap { try reader.customer($0.customer) }
            throw customer.map { $0.status == .active } == false
                ? LoginError(.customerDisabled, detail: "the customer was disabled before the hand-off")
                : LoginError(.loginExpired, detail: "the session ended before the hand-off")
        }
        guard site.admits(owner.customer.organization) else {
            throw LoginError(
                .notAdmitted, detail: "the site \(site.id) does not admit \(owner.customer.organization)")
        }
        return owner
    }

    /// The other session that this browser had at the site ends: two people's work must not mix (M47).
    private func endOther(
        _ hash: Data?, than session: SessionID, login: LoginTransaction, site: Site, at now: Timestamp,
        in writer: any StoreWriter
    ) throws -> [Session] {
        guard let hash, let prior = try writer.session(handleHash: hash, at: .site(site.id)), prior.id != session,
            prior.endedAt == nil
        else { return [] }
        return try sessions.end(
            .session(prior.id), reason: .replaced, actor: .customer, reference: login.reference, at: now, in: writer)
    }

    private func handedOff(
        _ owner: SessionService.Owner, login: LoginTransaction, site: Site, at now: Timestamp
    ) -> AuditEvent {
        AuditEvent(
            .sessionHandedOff, at: now, actor: .customer, reference: login.reference, customer: owner.customer.id,
            organization: owner.customer.organization, connection: owner.session.subject.connection, site: site.id,
            session: owner.session.id)
    }
}
