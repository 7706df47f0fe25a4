public import Broker

extension OAuth2Provider {
    /// What an operator configures for one OAuth 2.0 server.
    public struct Settings: Codable, Sendable, Hashable {
        /// Whose API tells who signed in.
        public enum Profile: String, Codable, Sendable, CaseIterable {
            /// One address that answers with claims.
            case custom
            /// GitHub, or a GitHub Enterprise Server.
            case github
        }

        /// How we authenticate at the token endpoint (RFC 6749 2.3.1).
        public enum Authentication: String, Codable, Sendable, CaseIterable {
            /// HTTP Basic.
            case basic
            /// In the form.
            case post
        }

        /// What speaks for an e-mail address.
        public enum EmailEvidence: String, Codable, Sendable, CaseIterable {
            /// The claim that says so, JSON `true`.
            case verifiedClaim
            /// The server's operator alone decides who has an address of the domain.
            case tenantOwnsDomain
            /// Nothing.
            case none
        }

        /// Names of claims, profile `custom`.
        public struct ClaimNames: Codable, Sendable, Hashable {
            /// What tells one person from another for good.
            public var subject: String
            /// The e-mail address; `email` unless said.
            public var email: String?
            /// The statement that the address was verified; `email_verified` unless said.
            public var emailVerified: String?
            /// The name to greet with; `name` unless said.
            public var name: String?
            /// Group memberships; not read unless said.
            public var groups: String?

            /// Names of claims; nil means the standard.
            public init(
                subject: String, email: String? = nil, emailVerified: String? = nil, name: String? = nil,
                groups: String? = nil
            ) {
                self.subject = subject
                self.email = email
                self.emailVerified = emailVerified
                self.name = name
                self.groups = groups
            }
        }

        /// Whose API tells who signed in.
        public var profile: Profile
        /// Our id at the server.
        public var clientID: String
        /// Where the client secret is.
        public var clientSecret: SecretReference
        /// Where the browser asks for a code.
        public var authorizationEndpoint: String?
        /// Where the code is redeemed.
        public var tokenEndpoint: String?
        /// Where the server says who signed in.
        public var userInfoURL: String?
        /// The server's issuer identifier, which every answer must then carry (RFC 9207).
        public var issuer: String?
        /// How we authenticate at the token endpoint.
        public var authentication: Authentication?
        /// Scopes in order.
        public var scopes: [String]?
        /// Names of claims, profile `custom`.
        public var claims: ClaimNames?
        /// What speaks for an e-mail address, profile `custom`.
        public var emailEvidence: EmailEvidence?
        /// The domain whose verified address counts, profile `github`.
        public var emailDomain: String?
        /// Organizations in all of which the person must be, profile `github`.
        public var requiredOrganizations: [String]?
        /// Whether teams become groups, profile `github`.
        public var teams: Bool?

        /// Settings with the standard values for all but these.
        public init(profile: Profile, clientID: String, clientSecret: SecretReference) {
            self.profile = profile
            self.clientID = clientID
            self.clientSecret = clientSecret
        }
    }
}

extension OAuth2Provider.Settings {
    var effectiveAuthorizationEndpoint: String? {
        authorizationEndpoint ?? (profile == .github ? "https://github.com/login/oauth/authorize" : nil)
    }

    var effectiveTokenEndpoint: String? {
        tokenEndpoint ?? (profile == .github ? "https://github.com/login/oauth/access_token" : nil)
    }

    var effectiveUserInfoURL: String? {
        userInfoURL ?? (profile == .github ? "https://api.github.com/user" : nil)
    }

    var effectiveAuthentication: Authentication { authentication ?? (profile == .github ? .post : .basic) }

    /// The least that what is configured needs.
    var effectiveScopes: [String] {
        if let scopes { return scopes }
        guard profile == .github else { return [] }
        let needsOrganizations = teams == true || requiredOrganizations?.isEmpty == false
        return ["user:email"] + (needsOrganizations ? ["read:org"] : [])
    }

    /// What `iss` must be where an answer has it.
    ///
    /// GitHub sends the address below which its endpoints are.
    var expectedIssuer: String? {
        if let issuer { return issuer }
        let suffix = "/authorize"
        guard profile == .github, let endpoint = effectiveAuthorizationEndpoint, endpoint.hasSuffix(suffix) else {
            return nil
        }
        return String(endpoint.dropLast(suffix.count))
    }
}
