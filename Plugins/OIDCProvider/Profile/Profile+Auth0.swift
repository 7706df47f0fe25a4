extension OIDCProvider.Profile {
    /// Auth0, or Okta Customer Identity Cloud.
    package static let auth0: Self = {
        var profile = Self(name: "auth0", title: "Auth0", version: 1, issuer: "https://{domain}/")
        profile.variables = [
            "domain": Variable(
                help: "The tenant's domain, or its custom domain: Applications, the application, Settings, Domain.",
                example: "acme.eu.auth0.com", pattern: .host),
            "organization": Variable(
                help: "The id of the one organization whose members may sign in: Organizations, Organization ID.",
                example: "org_a1B2c3D4e5F6g7H8", pattern: .word, optional: true),
            "groupsClaim": groupsClaim(
                help: "The namespaced claim in which an Action puts groups or roles; Auth0 has none by itself.",
                example: "https://acme.example/roles"),
        ]
        profile.scopes = ["openid", "profile", "email"]
        profile.authorizationParameters = ["organization": "{organization}"]
        profile.signingAlgorithms = ["RS256"]
        profile.tokenEndpointAuthMethods = [.post, .basic]
        profile.claims = .init(
            email: "email", emailVerified: "email_verified", name: "name", groups: "{groupsClaim}")
        profile.emailEvidence = [.verifiedClaim]
        profile.requiredClaims = ["org_id": "{organization}"]
        profile.logout = Logout(
            link: "https://{domain}/v2/logout?client_id={clientID}&returnTo={returnURL}%3Fstate%3D{state}")
        profile.notes = [
            "Auth0: without the variable organization everybody whom the tenant's connections admit may sign in.",
            "Auth0: the application must sign with RS256 (Advanced Settings, OAuth).",
            "Auth0: the connection's logout URL must be among Allowed Logout URLs.",
        ]
        profile.help = [
            "Create an application of type Regular Web Application.",
            "Allowed Callback URLs: the connection's callback URL. Allowed Logout URLs: the same with /logout behind it.",
            "Tenant Settings, Advanced: switch on RP-Initiated Logout End Session Endpoint Discovery.",
        ]
        return profile
    }()
}
