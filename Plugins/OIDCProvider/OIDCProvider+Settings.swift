public import Broker
public import OpenIDConnect

extension OIDCProvider {
    /// What an operator configures for one OpenID Provider.
    public struct Settings: Codable, Sendable, Hashable {
        /// How we authenticate at the token endpoint (OpenID Connect Core 9).
        public enum TokenEndpointAuthMethod: String, Codable, Sendable, CaseIterable {
            /// HTTP Basic.
            case basic = "client_secret_basic"
            /// In the form.
            case post = "client_secret_post"
            /// An assertion signed with a key of the connection's own.
            case privateKeyJWT = "private_key_jwt"
            /// An assertion signed with the client secret (HS256).
            case clientSecretJWT = "client_secret_jwt"
            /// A public client: PKCE alone.
            case none
        }

        /// What the connection's own key signs assertions with.
        public enum ClientAssertionAlgorithm: String, Codable, Sendable, CaseIterable {
            /// ECDSA on P-256.
            case es256 = "ES256"
            /// RSA, PKCS #1 1.5.
            case rs256 = "RS256"
            /// RSA-PSS.
            case ps256 = "PS256"
        }

        /// Whom an assertion names as its audience.
        public enum ClientAssertionAudience: String, Codable, Sendable, CaseIterable {
            /// The issuer (RFC 7523 3, as OpenID providers take it today).
            case issuer
            /// The address of the endpoint that is asked.
            case endpoint
        }

        /// When the request is pushed (RFC 9126).
        public enum PushedAuthorization: String, Codable, Sendable, CaseIterable {
            /// Where the OP offers it; a push that fails is followed by an ordinary request unless the OP wants none.
            case whenOffered
            /// Always; without a push there is no login.
            case always
            /// Never.
            case never
        }

        /// When UserInfo is asked.
        public enum UserInfoUse: String, Codable, Sendable, CaseIterable {
            /// When the ID token lacks a claim that is needed.
            case whenMissing
            /// At every login.
            case always
            /// Never.
            case never
        }

        /// What speaks for an e-mail address.
        public enum EmailEvidence: String, Codable, Sendable, CaseIterable {
            /// The OP's `email_verified`, JSON `true`.
            case verifiedClaim
            /// The OP's tenant alone decides who has an address of the domain.
            case tenantOwnsDomain
            /// Nothing.
            case none
        }

        /// How the browser is sent to sign out.
        public enum EndSessionMethod: String, Codable, Sendable, CaseIterable {
            /// By a posted form, so that the ID token stands in no URL.
            case formPost = "form_post"
            /// By a link, for an OP that loses its own cookie on a cross-site POST.
            case query
        }

        /// Names of claims.
        public struct ClaimNames: Codable, Sendable, Hashable {
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
                email: String? = nil, emailVerified: String? = nil, name: String? = nil, groups: String? = nil
            ) {
                self.email = email
                self.emailVerified = emailVerified
                self.name = name
                self.groups = groups
            }
        }

        /// The issuer, octet for octet as the OP writes it.
        public var issuer: String
        /// Our id at the OP.
        public var clientID: String
        /// Where the client secret is.
        public var clientSecret: SecretReference?
        /// How we authenticate at the token endpoint.
        public var tokenEndpointAuthMethod = TokenEndpointAuthMethod.basic
        /// The last day of the client secret, `YYYY-MM-DD` in UTC, for the lint.
        public var clientSecretExpires: String?
        /// What the connection's own key signs assertions with.
        public var clientAssertionAlgorithm = ClientAssertionAlgorithm.es256
        /// Whom an assertion names as its audience.
        public var clientAssertionAudience = ClientAssertionAudience.issuer
        /// When the request is pushed.
        public var pushedAuthorization = PushedAuthorization.whenOffered
        /// Scopes in order.
        public var scopes = ["openid", "profile", "email"]
        /// How the browser comes back.
        public var responseMode = ResponseMode.query
        /// Algorithms that tokens may be signed with.
        public var signingAlgorithms = ["RS256", "ES256"]
        /// When UserInfo is asked.
        public var userInfo = UserInfoUse.whenMissing
        /// What speaks for an e-mail address.
        public var emailEvidence = EmailEvidence.verifiedClaim
        /// Names of claims.
        public var claims = ClaimNames()
        /// The longest time since sign-in, in seconds.
        public var maxAge: Int?
        /// What the OP asks the person at every login: `login`, `consent` or `select_account`.
        public var prompt: String?
        /// Further parameters of the authorization request.
        public var authorizationParameters: [String: String] = [:]
        /// Whether a logout token may come without `typ` or as `JWT`.
        public var untypedLogoutTokens = false
        /// Whether the OP's page may end the session that it names.
        public var frontChannelLogout = false
        /// How the browser is sent to sign out.
        public var endSession = EndSessionMethod.formPost
        /// What is peculiar to the vendor, as a document.
        package var profile: Profile?
        /// What the profile asks of the operator, by name.
        package var variables: [String: String] = [:]

        /// Settings with the standard values for all but these.
        public init(issuer: String, clientID: String, clientSecret: SecretReference?) {
            self.issuer = issuer
            self.clientID = clientID
            self.clientSecret = clientSecret
        }

        /// Reads settings; a key that is absent means its standard value.
        public init(from decoder: any Decoder) throws {
            let values = try decoder.container(keyedBy: CodingKeys.self)
            func value<Value: Decodable>(_ key: CodingKeys, _ standard: Value) throws -> Value {
                try values.decodeIfPresent(Value.self, forKey: key) ?? standard
            }
            self.init(
                // Absent where a profile builds it; `resolved` refuses settings in which neither gives one.
                issuer: try value(.issuer, ""),
                clientID: try values.decode(String.self, forKey: .clientID),
                clientSecret: try values.decodeIfPresent(SecretReference.self, forKey: .clientSecret))
            profile = try values.decodeIfPresent(Profile.self, forKey: .profile)
            variables = try value(.variables, variables)
            if issuer.isEmpty { issuer = profile?.issuer(with: variables) ?? "" }
            tokenEndpointAuthMethod = try value(
                .tokenEndpointAuthMethod, profile?.usualAuthMethod ?? tokenEndpointAuthMethod)
            clientSecretExpires = try values.decodeIfPresent(String.self, forKey: .clientSecretExpires)
            clientAssertionAlgorithm = try value(.clientAssertionAlgorithm, clientAssertionAlgorithm)
            clientAssertionAudience = try value(.clientAssertionAudience, clientAssertionAudience)
            pushedAuthorization = try value(.pushedAuthorization, pushedAuthorization)
            scopes = try value(.scopes, scopes)
            responseMode = try value(.responseMode, responseMode)
            signingAlgorithms = try value(.signingAlgorithms, signingAlgorithms)
            userInfo = try value(.userInfo, userInfo)
            emailEvidence = try value(.emailEvidence, emailEvidence)
            claims = try value(.claims, claims)
            maxAge = try values.decodeIfPresent(Int.self, forKey: .maxAge)
            prompt = try values.decodeIfPresent(String.self, forKey: .prompt)
            authorizationParameters = try value(.authorizationParameters, authorizationParameters)
            untypedLogoutTokens = try value(.untypedLogoutTokens, untypedLogoutTokens)
            frontChannelLogout = try value(.frontChannelLogout, frontChannelLogout)
            endSession = try value(.endSession, endSession)
        }
    }
}

extension OIDCProvider.Settings {
    /// OpenID Connect Discovery 4: where the document stands below the issuer.
    private static let discoverySuffix = "/.well-known/openid-configuration"

    /// What the form cannot see because it takes two fields, or the protocol, to see it.
    var problems: [SettingsError.Problem] {
        var problems: [SettingsError.Problem] = []
        if issuer.hasSuffix(Self.discoverySuffix) {
            problems.append(
                .init(
                    path: ["issuer"],
                    text:
                        "is the discovery document's address; the issuer is what stands before \(Self.discoverySuffix)")
            )
        }
        problems += tokenEndpointAuthMethod.problems(secret: clientSecret, expires: clientSecretExpires)
        if !scopes.contains("openid") {
            problems.append(.init(path: ["scopes"], text: "must contain openid (OpenID Connect Core 3.1.2.1)"))
        }
        if signingAlgorithms.isEmpty {
            problems.append(.init(path: ["signingAlgorithms"], text: "must name at least one algorithm"))
        }
        for (index, name) in signingAlgorithms.enumerated() where !RelyingParty.algorithms.contains(name) {
            problems.append(
                .init(path: ["signingAlgorithms", String(index)], text: "is not a signature algorithm here"))
        }
        for name in authorizationParameters.keys.sorted() where AuthorizationRequest.reserved.contains(name) {
            problems.append(
                .init(path: ["authorizationParameters", name], text: "is set by the protocol and cannot be replaced"))
        }
        return problems
    }

    /// The names that are read, the standard ones filled in.
    var claimNames: ClaimReader.Names {
        var names = ClaimReader.Names()
        names.email = claims.email ?? names.email
        names.emailVerified = claims.emailVerified ?? names.emailVerified
        names.name = claims.name ?? names.name
        names.groups = claims.groups ?? names.groups
        return names
    }
}
