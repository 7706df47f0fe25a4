public import Broker
public import OpenIDConnect

extension GoogleProvider {
    /// Domains in which Google itself gives out addresses.
    static let consumerDomains: Set<String> = ["gmail.com", "googlemail.com"]

    /// Whether the account is of a Workspace that this connection admits.
    public func checkIDToken(_ token: IDToken) throws(LoginError) -> Denial? {
        guard let domain = try Self.hostedDomain(token.claims) else {
            return settings.allowConsumerAccounts
                ? nil : Denial(.notAdmitted, detail: "Google hd: absent, so that the account is of no Workspace")
        }
        guard hostedDomains.isEmpty || hostedDomains.contains(domain) else {
            return Denial(.notAdmitted, detail: "Google hd: \(domain) is none of hostedDomains")
        }
        return nil
    }

    /// The identity, its address judged by whose account it is, and its groups.
    public func identity(
        _ identity: VerifiedIdentity, from tokens: VerifiedTokens
    ) async throws(LoginError) -> LoginOutcome {
        let domain = try Self.hostedDomain(tokens.idToken.claims)
        var identity = identity
        identity.email = identity.email.map { Email($0.address, evidence: evidence(for: $0, of: domain)) }
        identity.groups = domain == nil ? .unsupported : await groups(of: identity)
        return .identity(identity)
    }

    /// Google vouches for addresses that it serves itself.
    ///
    /// Anybody's account can carry an address of another mail system, verified when the account was made: whoever left
    /// a company since then keeps it.
    private func evidence(for email: Email, of hostedDomain: EmailDomain?) -> Email.Evidence {
        guard email.evidence == .idpVerified else { return .none }
        guard hostedDomain != nil else {
            return Self.consumerDomains.contains(email.address.domain.ascii) ? .idpVerified : .none
        }
        return hostedDomains.contains(email.address.domain) ? .tenantOwnsDomain : .idpVerified
    }

    /// `hd` of an ID token, nil where the account is of no Workspace.
    private static func hostedDomain(_ claims: ClaimSet) throws(LoginError) -> EmailDomain? {
        guard claims.contains("hd") else { return nil }
        guard let text = claims.string("hd"), let domain = EmailDomain(text) else {
            throw LoginError(.upstreamInvalid, detail: "Google hd: is not one domain")
        }
        return domain
    }
}
