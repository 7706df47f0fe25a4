extension OIDCProvider.Profile {
    /// OneLogin, version 2 of its OpenID Connect.
    package static let oneLogin: Self = {
        var profile = Self(
            name: "onelogin", title: "OneLogin", version: 1, issuer: "https://{subdomain}.onelogin.com/oidc/2")
        profile.variables = [
            "subdomain": Variable(
                help: "What stands before .onelogin.com in the address of the account.", example: "acme",
                pattern: .label)
        ]
        profile.scopes = ["openid", "profile", "email", "groups"]
        profile.refusedScopes = ["offline_access"]
        profile.signingAlgorithms = ["RS256"]
        profile.tokenEndpointAuthMethods = [.basic, .post]
        profile.claims = .init(email: "email", emailVerified: "email_verified", name: "name", groups: "groups")
        profile.emailEvidence = [.tenantOwnsDomain, .none]
        profile.logout = Logout(method: .query)
        profile.notes = [
            "OneLogin never says whether an address was verified: tenantOwnsDomain holds only where administrators "
                + "alone set people's addresses.",
            "OneLogin: groups arrive only where the application's Parameters map them.",
        ]
        profile.help = [
            "Applications, Add App, OpenId Connect (OIDC).",
            "Configuration: the connection's callback URL as Redirect URI, the same with /logout behind it as Post Logout "
                + "Redirect URI.",
            "SSO: Token Endpoint Authentication Method Basic. Parameters: map Groups.",
        ]
        return profile
    }()
}
