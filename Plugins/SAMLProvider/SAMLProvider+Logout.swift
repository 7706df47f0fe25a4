public import Broker
import SAML
import XMLSecurity

extension SAMLProvider: UpstreamLogout {
    /// Asks the IdP to end its session (SAML Profiles 4.4): always signed, the name exactly as the assertion had it.
    public func beginLogout(_ request: LogoutRequest) async throws(LoginError) -> LogoutStep {
        let idp = try await trust.current().description
        guard let endpoint = idp.singleLogout.first, let handle = UpstreamHandle(request.session.handle) else {
            return .notConfigured
        }
        let now = context.time.now
        let message = LogoutRequestMessage(
            id: request.requestID, issueInstant: now, destination: endpoint.location, issuer: entityID,
            notOnOrAfter: now + .seconds(300), reason: LogoutRequestMessage.Reason.user, nameID: handle.nameID,
            sessionIndexes: handle.sessionIndex.map { [$0] } ?? [])
        let signer = try signer()
        return try mapping { () throws(SAMLError) in
            try message.message(relayState: RelayState(request.state))
                .delivery(by: endpoint.binding, to: endpoint.location, signedBy: signer)
        }.logoutStep
    }

    /// Reads the IdP's LogoutResponse.
    public func completeLogout(
        _ callback: LoginCallback, resuming pending: PendingLogout
    ) async throws(LoginError) -> LogoutResult {
        let answer = try await readLogout { (reader, expected) throws(SAMLError) in
            try reader.response(InboundMessage(callback), expecting: expected.answering(pending.requestID))
        }
        return answer.status == .success ? .complete : .partial
    }
}

extension SAMLProvider: LogoutReceiver {
    /// Verifies a LogoutRequest and says whose sessions end; the answer goes back with the browser.
    ///
    /// Whose they are is decided by the signed name and never by the browser that carries the message.
    public func receiveLogout(_ callback: LoginCallback) async throws(LoginError) -> LogoutNotice {
        let received = try await readLogout { (reader, expected) throws(SAMLError) in
            try reader.request(InboundMessage(callback), expecting: expected)
        }
        let answer = try await self.answer(to: received)
        return try mapping { () throws(SAMLError) in
            LogoutNotice(
                target: .principal(
                    issuer: settings.entityID,
                    principal: received.message.nameID.principal(idp: settings.entityID, sp: entityID),
                    sessionIDs: received.message.sessionIndexes),
                answer: answer, oneTime: [received.oneTime])
        }
    }

    /// An IdP without a place for answers gets none; the sessions end all the same.
    private func answer(to received: LogoutReader.ReceivedRequest) async throws(LoginError) -> LogoutNotice.Answer {
        let idp = try await trust.current().description
        guard let endpoint = idp.singleLogout.first else { return .ok }
        let location = endpoint.responseLocation ?? endpoint.location
        let message = LogoutResponseMessage(
            id: "_" + context.randomness.token(), issueInstant: context.time.now, destination: location,
            issuer: entityID, inResponseTo: received.message.id, status: .success)
        let signer = try signer()
        return try mapping { () throws(SAMLError) in
            try message.message(relayState: received.relayState)
                .delivery(by: endpoint.binding, to: location, signedBy: signer)
        }.logoutAnswer
    }

    /// Reads a logout message; where no key verifies, one look for a newer one and one more try.
    private func readLogout<Message>(
        _ step: (LogoutReader, LogoutExpectations) throws(SAMLError) -> Message
    ) async throws(LoginError) -> Message {
        let known = try await trust.current()
        let decryptor = Decryptor(
            keys: try ownKeys(), policy: weak.policy(.either, at: context.time.now).encryption)
        let expected = LogoutExpectations(
            issuer: settings.entityID, endpoint: logoutURL, now: context.time.now, skew: Self.skew)
        let policy = weak.policy(.either, at: context.time.now).signature
        func attempt(_ idp: IdentityProviderDescription) throws(SAMLError) -> Message {
            try step(
                LogoutReader(keys: idp.signingKeys.map(\.key), policy: policy, decryptor: decryptor), expected)
        }
        do throws(SAMLError) {
            return try attempt(known.description)
        } catch {
            guard error.rule == Self.unknownKeyRule, let newer = await trust.newer(than: known) else {
                throw error.loginError
            }
            return try mapping { () throws(SAMLError) in try attempt(newer.description) }
        }
    }
}

extension LogoutExpectations {
    fileprivate func answering(_ requestID: String) -> LogoutExpectations {
        var expected = self
        expected.requestID = requestID
        return expected
    }
}
