import OpenIDConnect

extension OIDCProvider.Profile {
    /// Active Directory Federation Services, 2016 or later.
    package static let adfs: Self = {
        var profile = Self(name: "adfs", title: "AD FS", version: 1, issuer: "https://{host}/adfs")
        profile.variables = [
            "host": Variable(
                help: "The federation service's name, as in its certificate.", example: "adfs.acme.example",
                pattern: .host),
            "resource": Variable(
                help: "The identifier of the Web API where it is not the client id.",
                example: "https://support.example",
                pattern: .claim, optional: true),
            "groupsClaim": groupsClaim(
                help: "The outgoing claim type in which an issuance transform rule puts groups.", example: "group"),
        ]
        profile.scopes = ["openid", "profile", "email", "allatclaims"]
        profile.authorizationParameters = ["resource": "{resource}"]
        profile.responseMode = .formPost
        profile.signingAlgorithms = ["RS256"]
        profile.tokenEndpointAuthMethods = [.post, .basic]
        profile.claims = .init(
            email: "email", emailVerified: "email_verified", name: "name", groups: "{groupsClaim}")
        profile.emailEvidence = [.tenantOwnsDomain, .none]
        profile.userInfo = .never
        profile.logout = Logout(method: .query)
        profile.notes = [
            "AD FS: upn is a sign-in name and never taken for an address; a rule must issue E-Mail Address as email.",
            "AD FS: claims come in the ID token only, with the scope allatclaims granted and form_post.",
        ]
        profile.help = [
            "Application Groups, Add, Server application accessing a web API; the connection's callback URL as Redirect URI.",
            "Web API: the client id as identifier, Issuance Transform Rules for E-Mail Address, Name and groups.",
            "Client Permissions: openid, profile, email and allatclaims.",
        ]
        return profile
    }()
}
