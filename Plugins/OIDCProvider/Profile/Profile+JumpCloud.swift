extension OIDCProvider.Profile {
    /// JumpCloud, whose one issuer serves every customer.
    package static let jumpCloud: Self = {
        var profile = Self(
            name: "jumpcloud", title: "JumpCloud", version: 1, issuer: "https://oauth.id.jumpcloud.com/")
        profile.variables = [
            "groupsClaim": groupsClaim(
                help: "The name given in the application's SSO tab to include group attribute; no groups come without.",
                example: "groups")
        ]
        profile.scopes = ["openid", "profile", "email"]
        profile.signingAlgorithms = ["RS256"]
        profile.tokenEndpointAuthMethods = [.post, .basic]
        profile.claims = .init(
            email: "email", emailVerified: "email_verified", name: "name", groups: "{groupsClaim}")
        profile.emailEvidence = [.verifiedClaim, .tenantOwnsDomain, .none]
        profile.soleAudience = true
        profile.notes = [
            "JumpCloud: nothing but the client id tells this customer's people from another's; check that it is the "
                + "application's own."
        ]
        profile.help = [
            "SSO Applications, Add New Application, Custom Application, SSO with OIDC.",
            "SSO tab: the connection's callback URL as Redirect URI, Client Secret Post, the scopes Email and Profile.",
            "For groups tick include group attribute and name it; bind the user groups to the application.",
        ]
        return profile
    }()
}
