public import Broker
import Foundation
import Logging
public import OpenIDConnect

extension EntraProvider {
    /// Keys the person by `tid` and `oid`, weighs the address, and completes the groups.
    public func identity(
        _ identity: VerifiedIdentity, from tokens: VerifiedTokens
    ) async throws(LoginError) -> LoginOutcome {
        var identity = identity
        identity.subject.tenant = try tenant(of: tokens.idToken)
        identity.subject.subject = try person(of: tokens.idToken)
        identity.email = email(identity.email, tokens.idToken.claims)
        identity.groups = await groups(tokens)
        return .identity(identity)
    }

    /// The token's tenant: configured, and the one that its issuer names.
    ///
    /// A tenant signs with the keys of all; only `iss` and `tid` together say whose token it is.
    func tenant(of token: IDToken) throws(LoginError) -> String {
        guard let tenant = token.claims.string("tid"), issuers.issuer(of: tenant) == token.issuer else {
            throw LoginError(.issuerMismatch, detail: "tid is not a configured tenant, or not the issuer's")
        }
        return tenant
    }

    /// The person: `oid` is one per tenant, whereas `sub` is another for each application.
    func person(of token: IDToken) throws(LoginError) -> String {
        guard let person = token.claims.string("oid").flatMap(GUIDText.canonical) else {
            throw LoginError(.subjectInvalid, detail: "oid is absent or not a GUID")
        }
        return person
    }
}

// MARK: The address

extension EntraProvider {
    /// The address of `email` with what speaks for it; else the one of `preferred_username`, for which nothing does.
    ///
    /// An administrator of any tenant can write any address to an account (nOAuth).
    private func email(_ said: Email?, _ claims: ClaimSet) -> Email? {
        guard let said else {
            let name = claims.contains("email") ? nil : claims.string("preferred_username")
            return name.flatMap { EmailAddress($0) }.map { Email($0, evidence: .none) }
        }
        if isDomainOwnerVerified(claims) { return Email(said.address, evidence: .idpVerified) }
        return Email(said.address, evidence: settings.emailEvidence == .tenantOwnsDomain ? .tenantOwnsDomain : .none)
    }

    /// `xms_edov`, in each of the forms in which Microsoft has sent it.
    private func isDomainOwnerVerified(_ claims: ClaimSet) -> Bool {
        claims.bool("xms_edov") == true || claims.integer("xms_edov") == 1
            || ["1", "true"].contains(claims.string("xms_edov"))
    }
}

// MARK: Groups

extension EntraProvider {
    private func groups(_ tokens: VerifiedTokens) async -> GroupSet {
        let claims = tokens.idToken.claims
        let isTooLong = isLeftOut(claims)
        if !isTooLong, claims.contains("groups") { return listed(claims) }
        guard settings.graphGroups else { return isTooLong ? GroupSet([], completeness: .overage) : .unsupported }
        let answer = await graph.groups(accessToken: tokens.accessToken)
        if let problem = answer.problem {
            context.logger.warning("groups are unknown", metadata: ["cause": "\(problem)"])
        }
        return answer.groups
    }

    /// Whether the token has left out groups because there are too many (200 in a JWT; 6 in the implicit flow, which
    /// says `hasgroups`).
    private func isLeftOut(_ claims: ClaimSet) -> Bool {
        if claims.contains("hasgroups") { return true }
        guard claims.contains("_claim_names") else { return false }
        return claims.object("_claim_names")?.contains("groups") ?? true
    }

    /// The claim's groups: object ids.
    ///
    /// An application can be set to send names instead, which are neither unique nor stable; those are no groups here.
    private func listed(_ claims: ClaimSet) -> GroupSet {
        guard let values = claims.strings("groups") else { return GroupSet([], completeness: .failed) }
        let ids = values.compactMap(GUIDText.canonical)
        guard ids.count == values.count else {
            context.logger.warning("groups are unknown", metadata: ["cause": "the groups claim has other than ids"])
            return GroupSet([], completeness: .failed)
        }
        return GroupSet(ids, completeness: .complete)
    }
}
