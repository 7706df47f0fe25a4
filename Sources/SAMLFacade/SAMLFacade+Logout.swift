import Broker
import BrokerEngine
import BrokerModel
import Foundation
import SAML
import XMLSecurity

extension SAMLFacade {
    /// A logout message: the site's wish, or its answer to ours (SAML Profiles 4.4).
    func singleLogout(_ request: FacadeRequest) async throws(FacadeError) -> FacadeResponse {
        let message = try InboundMessage(request)
        switch message.kind {
        case .request: return try await signOut(message)
        case .response: return try signedOut(message, state: try request.parameters()["RelayState"])
        }
    }

    // MARK: The site's wish

    /// Whose session ends is decided by the signed name and the signed index, never by the browser that carries them.
    private func signOut(_ message: InboundMessage) async throws(FacadeError) -> FacadeResponse {
        let received = try read { (reader, expected) throws(SAMLError) in
            try reader.request(message, expecting: expected)
        }
        guard try await host.takeOnce(received.oneTime) else {
            throw FacadeError(.replayed, detail: "the LogoutRequest came before")
        }
        let ask = received.message
        var conclusion = LogoutConclusion(inResponseTo: ask.id, relayState: received.relayState)
        guard !ask.sessionIndexes.isEmpty else {
            return .step(
                try respond(to: conclusion, .failed),
                refusal: FacadeError(
                    .messageRefused, detail: "the LogoutRequest names no session", rule: "session_index_missing"))
        }
        let named = try await sessions(named: ask)
        guard let told = named.first else { return .step(try respond(to: conclusion, .success)) }
        conclusion.isPartial = named.count > 1
        // A site without a place for answers gets none; the session ends all the same, on a page of ours.
        let kept = settings.logoutURL == nil ? nil : try conclusion.data()
        return .signOut(FacadeSignOut(session: told.session, conclusion: kept))
    }

    /// The sessions that a LogoutRequest names.
    ///
    /// - Throws: Where one of them is somebody else's: then nothing of the message counts.
    private func sessions(named ask: LogoutRequestMessage) async throws(FacadeError) -> [FacadeSession] {
        var found: [FacadeSession] = []
        for index in Set(ask.sessionIndexes).sorted().prefix(Self.maximumIndexes) {
            guard let told = try await host.session(named: index) else { continue }
            guard isName(ask.nameID, of: told) else {
                throw FacadeError(
                    .messageRefused, detail: "the session is another person's", rule: "logout_name_mismatch")
            }
            found.append(told)
        }
        return found
    }

    private static let maximumIndexes = 8

    /// The name exactly as we gave it (SAML2Int SP29), less what SAML Core 8.3 lets a sender leave out.
    private func isName(_ name: NameID, of told: FacadeSession) -> Bool {
        func isAbsentOr(_ expected: String?, _ value: String?) -> Bool {
            value.map { value in expected.map { value.isSameText(as: $0) } ?? false } ?? true
        }
        return name.value.isSameText(as: told.name)
            && (isAbsentOr(settings.nameIDFormat.uri, name.format) || name.format == SAMLURI.unspecifiedFormat)
            && isAbsentOr(entityID, name.nameQualifier) && isAbsentOr(settings.entityID, name.spNameQualifier)
    }

    // MARK: The site's answer

    /// The state gives the identifier of our request, so that nothing is kept.
    private func signedOut(_ message: InboundMessage, state: String?) throws(FacadeError) -> FacadeResponse {
        guard let state, !state.isEmpty else {
            throw FacadeError(.malformedRequest, detail: "the LogoutResponse came without RelayState")
        }
        let answer = try read { (reader, expected) throws(SAMLError) in
            var expected = expected
            expected.requestID = Self.requestID(of: state)
            return try reader.response(message, expecting: expected)
        }
        return .signOutAnswered(state: state, isComplete: answer.status == .success)
    }

    // MARK: Reading

    /// Reads a message that the site signed (SAML2Int SP28, SP33).
    private func read<Message>(
        _ step: (LogoutReader, LogoutExpectations) throws(SAMLError) -> Message
    ) throws(FacadeError) -> Message {
        guard let entityID = settings.entityID, !site.keys.isEmpty else {
            throw FacadeError(
                .messageRefused, detail: "no certificate of the site is configured: nobody could have signed this",
                rule: "logout_unverifiable")
        }
        let expected = LogoutExpectations(issuer: entityID, endpoint: logoutURL, now: host.time.now, skew: skew)
        do throws(SAMLError) {
            return try step(LogoutReader(keys: site.keys, policy: .standard), expected)
        } catch {
            throw error.facadeError
        }
    }
}
