public import Broker
public import OpenIDConnect

extension CognitoProvider {
    /// AWS, "Verifying JSON web tokens", step 3: an access token of the same pool is signed by the same key, so only
    /// `token_use` says which of the two it is.
    public func checkIDToken(_ token: IDToken) throws(LoginError) -> Denial? {
        guard token.claims.string("token_use") == "id" else {
            let said = token.claims.string("token_use").map(Wire.quoted) ?? "absent"
            throw LoginError(.upstreamInvalid, detail: "Cognito: token_use is \(said), not id")
        }
        return nil
    }

    /// Adds the pool's groups and says what speaks for the address.
    public func identity(
        _ identity: VerifiedIdentity, from tokens: VerifiedTokens
    ) async throws(LoginError) -> LoginOutcome {
        var identity = identity
        let groups = groups(tokens)
        identity.groups = groups
        identity.email?.evidence = isVerified(tokens, groups) ? .idpVerified : .none
        return .identity(identity)
    }

    /// `email_verified` is a boolean in the ID token and the text "true" or "false" in UserInfo.
    private func isVerified(_ tokens: VerifiedTokens, _ groups: GroupSet) -> Bool {
        guard settings.trustFederatedEmail || !isFederated(tokens, groups) else { return false }
        return reader(tokens).isEmailVerified(.jsonTrueOrString)
    }

    /// Whether another identity provider vouched for the person: then the address, and where it is mapped the word for
    /// it, are that provider's, and a pool takes what it says.
    ///
    /// A Lambda can take `identities` out of a token; Cognito's group for the people of a provider is a second sign.
    private func isFederated(_ tokens: VerifiedTokens, _ groups: GroupSet) -> Bool {
        let isSaid = tokens.idToken.claims.contains("identities") || tokens.userInfo?.contains("identities") == true
        return isSaid || groups.values.contains { $0.hasPrefix("\(settings.userPoolID)_") }
    }

    /// The groups of the ID token.
    ///
    /// Without the claim there are none only where the operator says that Cognito tells.
    private func groups(_ tokens: VerifiedTokens) -> GroupSet {
        var names = ClaimReader.Names()
        names.groups = "cognito:groups"
        let groups = ClaimReader([ClaimSource(tokens.idToken.claims, from: .idToken)], names: names).groups()
        let isNone = groups.completeness == .unsupported && settings.usesGroups
        return isNone ? GroupSet([], completeness: .complete) : groups
    }

    private func reader(_ tokens: VerifiedTokens) -> ClaimReader {
        ClaimReader(
            [ClaimSource(tokens.idToken.claims, from: .idToken)]
                + (tokens.userInfo.map { [ClaimSource($0, from: .userInfo)] } ?? []))
    }
}
