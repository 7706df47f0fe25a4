import Broker
import BrokerModel
import Foundation

extension LoginFlow {
    // MARK: Departing

    /// Stores a login that began at a site's own host and goes on at the broker's.
    ///
    /// The site's host keeps a cookie of its own: the session comes back to the browser that has it, and to no other.
    func depart(
        _ draft: LoginTransaction, _ kept: SealedLogin, _ request: LoginStart, binding: String
    ) async throws -> StartedLogin {
        var (draft, kept) = (draft, kept)
        let ticket = environment.randomness.token(bytes: 32)
        draft.phase = .departing
        draft.departure = LoginTransaction.Departure(
            ticketHash: Self.hash(ticket, "ticket"),
            expiresAt: min(draft.createdAt + LoginTransaction.Departure.lifetime, draft.expiresAt))
        kept.departure = SealedLogin.Departed(
            connectionHint: request.connectionHint?.bounded(toOctets: 320),
            domainHint: request.domainHint?.bounded(toOctets: 320),
            mayReuse: !request.isAnew && request.requirements == .none)
        let login = try await whileStoreAnswers { [draft, kept] in try await insert(draft, kept) }
        return StartedLogin(
            reference: login.reference, binding: Secret(binding), handle: "", expiresAt: login.expiresAt,
            next: .depart(ticket: Secret(ticket)))
    }

    // MARK: Arriving

    /// A browser came from a site's host.
    ///
    /// Its ticket counts once. It proves nothing of the browser, so what happens here opens nothing: what is signed in
    /// here goes back with a code that only the browser with the site's cookie can redeem.
    package func arrive(_ arrival: LoginArrival) async throws -> ArrivedLogin {
        try await whileStoreAnswers {
            try await limits.admit(.init([.network(LoginThrottles.callbacks, arrival.network)]))
        }
        guard (1...256).contains(arrival.ticket.utf8.count) else {
            throw await refuse(nil, LoginError(.stateMismatch, detail: "no login has this ticket"))
        }
        let fresh = Fresh(
            binding: environment.randomness.token(), handle: environment.randomness.token(),
            code: environment.randomness.token(bytes: 32))
        return try await whileStoreAnswers {
            try await live.reload()
            switch try await admit(arrival, fresh) {
            case .nobody(let login, let reason): throw await refuse(login, reason)
            case .reused(let login): return .handOff(Secret(fresh.code), site: login.site)
            case .waiting(let login, let sealed):
                return .login(try await begin(login, sealed, arrival, fresh), site: login.site)
            }
        }
    }

    /// The values that an arrival gets.
    private struct Fresh: Sendable {
        let binding: String
        let handle: String
        let code: String
    }

    private enum Admission: Sendable {
        /// The ticket opens nothing, and why.
        case nobody(LoginTransaction?, LoginError)
        /// A session that was there already goes to the site.
        case reused(LoginTransaction)
        /// The person has to sign in.
        case waiting(LoginTransaction, SealedLogin)
    }

    /// Uses the ticket and, where a live session may enter the site, ends the login with a code for it.
    private func admit(_ arrival: LoginArrival, _ fresh: Fresh) async throws -> Admission {
        let (ticketHash, now) = (Self.hash(arrival.ticket, "ticket"), environment.time.now)
        return try await environment.store.write { writer in
            let arrived = try writer.arriveLogin(
                ticketHash: ticketHash, bindingHash: Self.hash(fresh.binding, "binding"),
                handleHash: Self.hash(fresh.handle, "handle"), at: now)
            guard let login = arrived else {
                let login = try writer.login(ticketHash: ticketHash)
                return .nobody(login, self.reason(login))
            }
            var sealed: SealedLogin
            do { sealed = try SealedLogin.open(login, with: environment) } catch {
                return .nobody(login, Self.unreadable(error))
            }
            if let session = try reusable(arrival.handle, for: login, sealed, at: now, in: writer) {
                try writer.insert(handOff(fresh.code, of: session.id, ending: login, at: now))
                try writer.finish(login.reference)
                return .reused(login)
            }
            sealed.arrivedHandleHash = arrival.handle.map(SessionHandle.hash)
            sealed.network = arrival.network?.text ?? sealed.network
            return .waiting(login, sealed)
        }
    }

    private func reason(_ login: LoginTransaction?) -> LoginError {
        guard let login else { return LoginError(.stateMismatch, detail: "no login has this ticket") }
        return login.phase == .departing
            ? LoginError(.loginExpired, detail: "the way to the broker's host took too long")
            : LoginError(.loginAlreadyUsed, detail: "the login's ticket was used before")
    }

    /// The session behind a handle at the broker's host, where it stands for a sign-in: nobody asked for a new one, and
    /// everything that lets its owner in still holds.
    private func reusable(
        _ handle: String?, for login: LoginTransaction, _ sealed: SealedLogin, at now: Timestamp,
        in reader: any StoreReader
    ) throws -> Session? {
        guard sealed.departure?.mayReuse == true, let handle, let site = live.resources.sites[login.site],
            let session = try reader.session(handleHash: SessionHandle.hash(handle), at: hosts.brokerPlace),
            let owner = try sessions.owner(session.id, at: now, in: reader),
            site.admits(owner.customer.organization)
        else { return nil }
        return owner.session
    }

    private func begin(
        _ login: LoginTransaction, _ sealed: SealedLogin, _ arrival: LoginArrival, _ fresh: Fresh
    ) async throws -> StartedLogin {
        guard let site = live.resources.sites[login.site] else {
            throw await refuse(login, LoginError(.notConfigured, detail: "the site is gone"))
        }
        var login = login
        login.sealed = try sealed.seal(for: login.reference, with: environment)
        let (stored, round) = (login, login.round)
        guard try await environment.store.write({ try $0.advance(stored, from: .choosing, round: round) }) else {
            throw await refuse(login, LoginError(.loginAlreadyUsed, detail: "the login moved on in another tab"))
        }
        let next = try await firstTurn(
            login: login, sealed: sealed, connectionHint: sealed.departure?.connectionHint,
            domainHint: sealed.departure?.domainHint, locales: arrival.locales, site: site)
        return StartedLogin(
            reference: login.reference, binding: Secret(fresh.binding), handle: fresh.handle,
            expiresAt: login.expiresAt, next: next)
    }
}
