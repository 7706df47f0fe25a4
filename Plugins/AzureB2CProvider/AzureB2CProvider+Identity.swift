public import Broker
public import OpenIDConnect

extension AzureB2CProvider {
    /// Completes the identity with the address.
    public func identity(
        _ identity: VerifiedIdentity, from tokens: VerifiedTokens
    ) async throws(LoginError) -> LoginOutcome {
        var identity = identity
        identity.subject.tenant = settings.canonicalTenantID
        identity.email = try address(identity.email?.address, tokens.idToken.claims).map {
            Email($0, evidence: settings.emailVerifiedByPolicy ? .idpVerified : .none)
        }
        return .identity(identity)
    }

    /// The one address of `emails`; `email`, which custom policies send, where there is no such list.
    ///
    /// Of several none is taken: which comes first is chance, and the policy may have verified another.
    private func address(_ single: EmailAddress?, _ claims: ClaimSet) throws(LoginError) -> EmailAddress? {
        guard claims.contains("emails") else { return single }
        guard let emails = claims.strings("emails"), emails.count == 1, let text = emails.first else { return nil }
        guard let address = EmailAddress(text) else {
            throw LoginError(.emailMalformed, detail: "emails has no well-formed address")
        }
        return address
    }
}
