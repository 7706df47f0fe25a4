import Broker
import OIDCProvider
import OpenIDConnect

extension KeycloakProvider {
    /// The groups of verified claims, and the roles of the access token where they are wanted.
    func groups(besides said: GroupSet, _ tokens: VerifiedTokens) async -> GroupSet {
        let groups = GroupNames.unmistakable(isMissing(said) ? GroupSet([], completeness: .failed) : said)
        guard settings.roles != .none else { return groups }
        let roles = await roles(tokens)
        let completeness = groups.completeness == .unsupported ? .complete : groups.completeness
        return GroupSet(
            groups.values + roles.values,
            completeness: roles.completeness == .complete ? completeness : roles.completeness)
    }

    /// Where the operator says that there is a mapper, a login without its claim is one whose groups nobody knows.
    private func isMissing(_ said: GroupSet) -> Bool {
        settings.groupsClaim != nil && said.completeness == .unsupported
    }

    /// The roles of the access token, once its signature, issuer, party, time and person are verified.
    ///
    /// It came over a connection to the realm, but may be anybody's. A token that fails gives nothing and ends no
    /// login; the person's groups are then unknown.
    private func roles(_ tokens: VerifiedTokens) async -> GroupSet {
        do throws(LoginError) {
            let claims = try await oidc.relyingParty.verify(
                accessToken: tokens.accessToken, of: tokens.idToken.subject)
            try require("Bearer", in: claims)
            return RoleReader.roles(settings.roles, in: claims)
        } catch {
            return GroupSet([], completeness: .failed)
        }
    }
}
