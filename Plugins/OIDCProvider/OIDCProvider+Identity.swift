import Broker
import OpenIDConnect

extension OIDCProvider {
    /// What the ID token of a login is held against.
    func expectations(for login: PendingLogin) -> TokenExpectations {
        var expected = relyingParty.expectations()
        expected.nonce = login.sent.nonce
        expected.maximumAge = [settings.maximumAge, login.requirements.maximumAge].compactMap { $0 }.min()
        expected.authenticatedSince = login.requirements.isFresh ? login.startedAt : nil
        expected.acrValues = login.requirements.acrValues
        return expected
    }

    /// Asks UserInfo where the settings say so.
    func userInfo(
        beside idToken: IDToken, accessToken: Secret<String>
    ) async throws(LoginError) -> ClaimSet? {
        let isWanted =
            switch settings.userInfo {
            case .always: true
            case .never: false
            case .whenMissing: reader(idToken, nil).lacksAny(of: neededClaims)
            }
        guard isWanted else { return nil }
        return try await relyingParty.userInfo(accessToken: accessToken, subject: idToken.subject)
    }

    /// The identity that the standard claims give.
    func identity(_ idToken: IDToken, _ userInfo: ClaimSet?) throws(LoginError) -> VerifiedIdentity {
        let reader = reader(idToken, userInfo)
        return VerifiedIdentity(
            subject: SubjectKey(connection: id, issuer: idToken.issuer, subject: idToken.subject),
            email: try reader.emailAddress().map { address in
                let isDenied = isVerificationDenied([idToken.claims] + [userInfo].compactMap(\.self))
                return Email(address, evidence: isDenied ? .none : evidence(reader))
            },
            displayName: reader.displayName(), groups: reader.groups(), authentication: reader.authentication(),
            claims: reader.claims())
    }

    private func evidence(_ reader: ClaimReader) -> Email.Evidence {
        switch settings.emailEvidence {
        case .verifiedClaim: reader.isEmailVerified() ? .idpVerified : .none
        case .tenantOwnsDomain: .tenantOwnsDomain
        case .none: .none
        }
    }

    private func reader(_ idToken: IDToken, _ userInfo: ClaimSet?) -> ClaimReader {
        let sources =
            [ClaimSource(idToken.claims, from: .idToken)] + (userInfo.map { [ClaimSource($0, from: .userInfo)] } ?? [])
        return ClaimReader(sources, names: settings.claimNames)
    }

    /// Groups are needed only where the operator named their claim; many OPs have none.
    private var neededClaims: [String] {
        let names = settings.claimNames
        let verified = settings.emailEvidence == .verifiedClaim ? [names.emailVerified] : []
        return [names.email, names.name] + verified + (settings.claims.groups.map { [$0] } ?? [])
            + (profile?.attributes ?? [])
    }
}
