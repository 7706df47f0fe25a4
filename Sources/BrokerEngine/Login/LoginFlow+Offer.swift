import Broker
import BrokerModel
import Foundation
import JOSE

extension LoginFlow {
    /// What the page of an offered login shows.
    ///
    /// Reading it changes nothing.
    package func offer(_ visit: LoginVisit, priorHandle: String?) async throws -> LoginOffer {
        let (login, identity) = try await openOffer(visit)
        guard let connection = login.connection.flatMap({ live.resources.connections[$0] }) else {
            throw await refuse(login, LoginError(.connectionDisabled, detail: "the connection is gone"))
        }
        let other = try await whileStoreAnswers(login) { try await otherOwner(priorHandle, than: identity) }
        return LoginOffer(
            reference: login.reference, site: login.site, email: identity.email?.address.description ?? "",
            organization: live.resources.organizations[connection.organization], connection: connection,
            token: Secret(Self.offerToken(visit.binding(login.reference) ?? "")),
            signedInAs: other.map { $0.customer.email?.description ?? $0.customer.displayName ?? "" })
    }

    /// The person said yes: everything is looked at again, and the session opens.
    package func accept(_ visit: LoginVisit, token: String?, priorHandle: String?) async throws -> SignedIn {
        let (login, identity) = try await openOffer(visit)
        try await checkToken(token, login, visit)
        let connection = try await openConnection(login, login.connection ?? "")
        do {
            // Before the yes is spent: who signs out first may still say it.
            guard try await otherOwner(priorHandle, than: identity) == nil else {
                throw LoginCompletion.isSomebodyElses
            }
            try await end(login)
            return try await LoginCompletion(self).run(
                identity, login: login, connection: connection, startedAt: login.roundStartedAt ?? login.createdAt,
                priorHandle: priorHandle, origin: .offered)
        } catch let error as LoginError {
            throw await refuse(login, error, connection: connection)
        } catch let error as StoreError {
            throw await refuse(
                login, LoginError(.storeUnavailable, detail: error.detail, underlying: error), connection: connection)
        }
    }

    /// The person said no.
    ///
    /// - Returns: What to tell, should anybody ask; nobody is signed in.
    @discardableResult
    package func decline(_ visit: LoginVisit, token: String?) async throws -> LoginFailure {
        let (login, _) = try await openOffer(visit)
        try await checkToken(token, login, visit)
        do {
            try await whileStoreAnswers(login) { try await end(login) }
        } catch let error as LoginError {
            throw await refuse(login, error)
        }
        return await refuse(
            login, code: LoginError.Code(rawValue: Denial.Reason.cancelled.rawValue), kind: .loginDenied,
            facts: ["detail": "the person did not go on with a login that the IdP started"], connection: nil)
    }

    // MARK: Steps

    private func openOffer(_ visit: LoginVisit) async throws -> (LoginTransaction, VerifiedIdentity) {
        let (login, sealed) = try await whileStoreAnswers { try await find(visit) }
        guard login.phase == .offered, let kept = sealed.identity else {
            let code: LoginError.Code = login.phase == .finished ? .loginAlreadyUsed : .stateMismatch
            throw await refuse(login, LoginError(code, detail: "the login waits for no yes"))
        }
        return (login, kept.identity)
    }

    /// What a form carries that only this browser's page has: whoever cannot read the binding cookie cannot make it.
    private static func offerToken(_ binding: String) -> String {
        Base64URL.encode(Digests.sha256("login-offer-form\n" + binding))
    }

    private func checkToken(_ token: String?, _ login: LoginTransaction, _ visit: LoginVisit) async throws {
        let expected = Self.offerToken(visit.binding(login.reference) ?? "")
        guard let token, Digests.constantTimeEquals(Array(token.utf8), Array(expected.utf8)) else {
            throw await refuse(
                login, LoginError(.malformedRequest, detail: "a yes without the token of the login's own form"))
        }
    }

    /// Whose live session the browser has, where it is not the person's that the IdP vouches for.
    private func otherOwner(
        _ handle: String?, than identity: VerifiedIdentity
    ) async throws -> SessionService.Owner? {
        guard let handle, let owner = try await sessions.owner(handle: handle, at: hosts.brokerPlace) else {
            return nil
        }
        let meant = try await environment.store.read { reader in
            try reader.link(identity.subject)?.customer
                ?? identity.email.flatMap { try reader.customer(holding: $0.address)?.id }
        }
        return meant == owner.customer.id ? nil : owner
    }

    /// Of many answers one counts; what the IdP said is kept no longer.
    private func end(_ login: LoginTransaction) async throws {
        var ended = login
        (ended.phase, ended.sealed) = (.finished, Data())
        let (stored, round) = (ended, login.round)
        guard try await environment.store.write({ try $0.advance(stored, from: .offered, round: round) }) else {
            throw LoginError(.loginAlreadyUsed, detail: "the person answered before")
        }
    }
}
