public import Broker
import Foundation
import SAML
import XMLSecurity

extension SAMLProvider {
    /// Sends the browser to the IdP with an AuthnRequest (SAML Profiles 4.1).
    public func beginLogin(_ request: LoginRequest) async throws(LoginError) -> LoginStep {
        let idp = try await trust.current().description
        guard let endpoint = idp.endpoint(in: idp.singleSignOn, preferring: settings.requestBinding) else {
            throw LoginError(.configurationInvalid, detail: "the IdP has no SSO endpoint that takes our bindings")
        }
        let ticket = LoginTicket(
            idpEntityID: idp.entityID, spEntityID: entityID, acsURL: request.callbackURL.absoluteString,
            isFresh: settings.forceAuthn || request.requirements.isFresh,
            contextClasses: try contextClasses(request.requirements))
        let message = AuthnRequest(
            id: request.secrets.requestID, issueInstant: context.time.now, destination: endpoint.location,
            acsURL: ticket.acsURL, issuer: ticket.spEntityID, forceAuthn: ticket.isFresh,
            nameIDFormat: settings.nameIDFormat, contextClasses: ticket.contextClasses)
        let isSigned = settings.signRequests || idp.wantsSignedRequests
        let signer = isSigned ? try signer() : nil
        let delivery = try mapping { () throws(SAMLError) in
            try message.message(relayState: RelayState(request.secrets.state))
                .delivery(by: endpoint.binding, to: endpoint.location, signedBy: signer)
        }
        return LoginStep(delivery.loginAction, state: ticket.state)
    }

    /// What is asked for at this login, within what the connection takes at all.
    private func contextClasses(_ requirements: AuthenticationRequirements) throws(LoginError) -> [String] {
        let wanted = requirements.acrValues
        guard !wanted.isEmpty, !settings.authnContext.isEmpty else { return wanted + settings.authnContext }
        let both = wanted.filter(settings.authnContext.contains)
        guard !both.isEmpty else {
            throw LoginError(.requirementsNotMet, detail: "authnContext allows none of the classes that are asked for")
        }
        return both
    }

    /// Reads the Response that the browser brought, from the octets that were signed.
    public func completeLogin(
        _ callback: LoginCallback, resuming login: PendingLogin
    ) async throws(LoginError) -> LoginOutcome {
        guard callback.endpoint == .login, callback.method == .post else {
            throw SAMLError("binding_not_allowed", "a Response comes by HTTP-POST to the ACS").loginError
        }
        let ticket = try LoginTicket(login.state)
        guard ticket.idpEntityID == settings.entityID, ticket.acsURL == acsURL else {
            throw LoginError(.configurationInvalid, detail: "the request was for another IdP or ACS")
        }
        let octets = try responseOctets(callback)
        let expected = expectations(ticket, requestID: login.sent.requestID, startedAt: login.startedAt)
        switch try await read(octets, expecting: expected) {
        case .denied(let denial): return .denied(denial)
        case .content(let content): return .identity(try mapping { () throws(SAMLError) in try identity(content) })
        }
    }

    // MARK: Reading, for every way in

    enum Reading { case content(AssertionContent), denied(Denial) }

    func responseOctets(_ callback: LoginCallback) throws(LoginError) -> [UInt8] {
        try mapping { () throws(SAMLError) in
            let message = try PostMessage(callback.parameters)
            guard message.kind == .response else { throw SAMLError("message_kind_mismatch", "no SAMLResponse came") }
            return message.unverifiedOctets
        }
    }

    func expectations(_ ticket: LoginTicket, requestID: String?, startedAt: Timestamp) -> ResponseExpectations {
        ResponseExpectations(
            idpEntityID: ticket.idpEntityID, spEntityID: ticket.spEntityID, acsURL: ticket.acsURL, requestID: requestID,
            now: context.time.now, skew: Self.skew, authenticatedSince: ticket.isFresh ? startedAt : nil,
            contextClasses: ticket.contextClasses)
    }

    /// Verifies and checks; where no key verifies, the IdP's metadata may have a newer one: one look, one more try.
    func read(_ octets: [UInt8], expecting expected: ResponseExpectations) async throws(LoginError) -> Reading {
        let known = try await trust.current()
        do throws(SAMLError) {
            return try attempt(octets, known.description, expected)
        } catch {
            guard error.rule == Self.unknownKeyRule, let newer = await trust.newer(than: known) else {
                throw error.loginError
            }
            return try mapping { () throws(SAMLError) in try attempt(octets, newer.description, expected) }
        }
    }

    /// The one rule behind which a new key can stand.
    static let unknownKeyRule = XMLSecurityError.Code.signatureInvalid.rawValue

    private func attempt(
        _ octets: [UInt8], _ idp: IdentityProviderDescription, _ expected: ResponseExpectations
    ) throws(SAMLError) -> Reading {
        let reader = ResponseReader(
            keys: idp.signingKeys.map(\.key), decryptionKeys: try decryptionKeys(),
            policy: weak.policy(settings.signatureRequirement, at: expected.now))
        switch try reader.read(octets) {
        case .failed(let failed):
            try failed.check(expecting: expected)
            return .denied(try denial(failed.status))
        case .verified(let message):
            try ResponseCheck.run(on: message, expecting: expected)
            return .content(try AssertionContent(message, skew: expected.skew))
        }
    }

    private func decryptionKeys() throws(SAMLError) -> [PrivateKey] {
        do throws(LoginError) { return try ownKeys() } catch { throw SAMLError("own_key_unreadable", error.detail) }
    }

    /// A no of the IdP is an answer; a technical failure is not.
    private func denial(_ status: FailedStatus) throws(SAMLError) -> Denial {
        let codes = status.codes.joined(separator: " / ")
        guard status.isDenial else { throw SAMLError("status_not_success", "the IdP answered \(codes)") }
        return Denial(
            status.isRequirementNotMet ? .requirementsNotMet : .refusedByIdP, detail: "the IdP answered \(codes)")
    }
}

/// Runs a step of the protocol and makes of its refusal what the engine is told.
func mapping<Value>(_ step: () throws(SAMLError) -> Value) throws(LoginError) -> Value {
    do throws(SAMLError) { return try step() } catch { throw error.loginError }
}

extension IdentityProviderDescription {
    /// The endpoint of the wanted binding, else the first.
    func endpoint(
        in endpoints: [Endpoint], preferring binding: SAMLProvider.Settings.Binding
    ) -> Endpoint? {
        endpoints.first { $0.binding.rawValue == binding.rawValue } ?? endpoints.first
    }
}
