extension OIDCProvider.Profile {
    /// PingOne, the cloud service.
    package static let pingOne: Self = {
        var profile = Self(
            name: "pingone", title: "PingOne", version: 1, issuer: "https://auth.pingone.{tld}/{environment}/as")
        profile.variables = [
            "tld": Variable(
                help: "The end of the region's domain.", example: "eu",
                oneOf: ["com", "ca", "eu", "com.au", "sg", "asia"]),
            "environment": Variable(
                help: "The environment's id: Settings, Environment, Environment Properties.",
                example: "0a1b2c3d-0000-4000-8000-000000000000", pattern: .uuid),
            "groupsClaim": groupsClaim(
                help: "The attribute that the application maps to the names of groups.", example: "groups"),
        ]
        profile.scopes = ["openid", "profile", "email"]
        profile.signingAlgorithms = ["RS256"]
        profile.tokenEndpointAuthMethods = [.basic, .post]
        profile.claims = .init(
            email: "email", emailVerified: "email_verified", name: "name", groups: "{groupsClaim}")
        profile.emailEvidence = [.verifiedClaim, .tenantOwnsDomain, .none]
        profile.logout = Logout(method: .query, metadata: "ping_end_session_endpoint")
        profile.notes = [
            "PingOne: an environment with several external identity providers speaks for all of them; map what tells "
                + "them apart, or give the customers an environment of their own."
        ]
        profile.help = [
            "Applications, Add Application, OIDC Web App.",
            "Configuration: the connection's callback URL as Redirect URI, the same with /logout behind it as Signoff URL; "
                + "Token Auth Method Client Secret Basic.",
            "Attribute Mappings: email, name and, for groups, an attribute with Group Names.",
        ]
        return profile
    }()
}
