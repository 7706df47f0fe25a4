public import Broker
import SAML

extension SAMLProvider: UnsolicitedLogin {
    /// Reads a login that the IdP started.
    ///
    /// Off unless configured: nothing ties such a message to a browser that asked for it, so whoever holds one can put
    /// their own session into somebody else's browser.
    public func receiveUnsolicited(_ callback: LoginCallback) async throws(LoginError) -> UnsolicitedOutcome {
        switch settings.idpInitiated {
        case .off: return .notConfigured
        case .restart:
            // Whatever it says is dropped; that it is one is looked at, so that a bare visit begins nothing.
            _ = try responseOctets(callback)
            return .begin(loginHint: nil)
        case .accept: return try await accept(callback)
        }
    }

    /// Every check of a solicited login but the request; a message that answers one is not unsolicited.
    private func accept(_ callback: LoginCallback) async throws(LoginError) -> UnsolicitedOutcome {
        guard callback.endpoint == .login, callback.method == .post else {
            throw SAMLError("binding_not_allowed", "a Response comes by HTTP-POST to the ACS").loginError
        }
        let ticket = LoginTicket(
            idpEntityID: settings.entityID, spEntityID: entityID, acsURL: acsURL, isFresh: false,
            contextClasses: settings.authnContext)
        let expected = expectations(ticket, requestID: nil, startedAt: context.time.now)
        switch try await read(responseOctets(callback), expecting: expected) {
        case .denied(let denial):
            throw LoginError(.upstreamError, detail: denial.detail, rule: "status_not_success")
        case .content(let content):
            return .identity(try mapping { () throws(SAMLError) in try identity(content) })
        }
    }
}
