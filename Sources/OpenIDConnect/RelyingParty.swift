package import Broker
package import Foundation
package import JOSE
import TrustDocuments

/// Our side of one connection: sends what the pure parts build and hands them what comes back.
package struct RelyingParty: Sendable {
    /// What a connection is configured with.
    package struct Configuration: Sendable {
        /// The issuer, octet for octet.
        package var issuer: String
        /// Where its discovery document is.
        package var discoveryURL: URL
        /// Our id there.
        package var clientID: String
        /// Names of the algorithms that tokens may be signed with.
        package var algorithms: [String]
        /// The tenants among which `issuer` is a template; nil where it is an issuer.
        package let tenantIssuers: TenantIssuers?
        /// Whether a logout token may come without `typ`.
        package var allowsUntypedLogoutTokens = false
        /// How far the OP's clock may be from ours, both ways.
        package var skew: Duration = .seconds(60)

        /// A configuration; nil where the issuer is no https URL (Discovery 3).
        package init?(issuer: String, clientID: String, algorithms: [String]) {
            guard let url = Discovery.documentURL(issuer: issuer), url.query() == nil else { return nil }
            self.issuer = issuer
            discoveryURL = url
            self.clientID = clientID
            self.algorithms = algorithms
            tenantIssuers = nil
        }

        init(
            issuer: String, discoveryURL: URL, clientID: String, algorithms: [String], tenantIssuers: TenantIssuers?
        ) {
            self.issuer = issuer
            self.discoveryURL = discoveryURL
            self.clientID = clientID
            self.algorithms = algorithms
            self.tenantIssuers = tenantIssuers
        }
    }

    /// The algorithms that a connection may allow.
    ///
    /// HMAC is none of them: its key would be the client secret.
    package static let algorithms = JWAlgorithm.allCases.map(\.rawValue)

    /// What the connection is configured with.
    package let configuration: Configuration
    let context: ProviderContext
    private let discovery: RemoteDocument<ProviderMetadata>
    private let keySet: RemoteDocument<JWKSet>
    let allowed: Set<JWAlgorithm>

    /// A relying party; does no I/O.
    package init(_ configuration: Configuration, context: ProviderContext) {
        self.configuration = configuration
        self.context = context
        allowed = Set(configuration.algorithms.compactMap(JWAlgorithm.init(rawValue:)))
        let issuer = configuration.issuer
        discovery = RemoteDocument("discovery", policy: .metadata, context: context) { response throws(LoginError) in
            try Discovery.process(response, issuer: issuer)
        }
        let tenantIssuers = configuration.tenantIssuers
        keySet = RemoteDocument("jwks", policy: .keys, context: context) { response throws(LoginError) in
            try KeySetResponse.process(response, of: tenantIssuers)
        }
    }

    /// What the OP says about itself.
    package func metadata() async throws(LoginError) -> ProviderMetadata {
        try await discovery.current(at: configuration.discoveryURL).value
    }

    /// Redeems a code.
    package func redeem(
        code: Secret<String>, redirectURI: URL, codeVerifier: String, authentication: ClientAuthentication
    ) async throws(LoginError) -> TokenResponse {
        let request = TokenRequest.redeeming(code: code, redirectURI: redirectURI, codeVerifier: codeVerifier)
        return try TokenResponse.process(try await send(request, authentication))
    }

    /// Asks for new tokens.
    package func refresh(
        _ refreshToken: Secret<String>, authentication: ClientAuthentication
    ) async throws(LoginError) -> TokenResponse.Refreshed {
        try TokenResponse.processRefresh(try await send(.refreshing(refreshToken), authentication))
    }

    /// Asks for UserInfo; nil where the OP has no such endpoint.
    package func userInfo(accessToken: Secret<String>, subject: String) async throws(LoginError) -> ClaimSet? {
        guard let endpoint = try await metadata().userInfoEndpoint else { return nil }
        let request = UserInfo.request(at: endpoint, accessToken: accessToken)
        return try UserInfo.process(try await context.transport.exchange(request, "UserInfo"), subject: subject)
    }

    private func send(
        _ request: TokenRequest, _ authentication: ClientAuthentication
    ) async throws(LoginError) -> OutboundResponse {
        let request = request.request(
            at: try await metadata().tokenEndpoint, clientID: configuration.clientID, authentication: authentication)
        return try await context.transport.exchange(request, "token endpoint")
    }
}

// MARK: Tokens

extension RelyingParty {
    /// What every token is held against.
    package func expectations() -> TokenExpectations {
        var expected = TokenExpectations(
            issuer: configuration.issuer, clientID: configuration.clientID, now: context.time.now,
            skew: configuration.skew)
        expected.tenantIssuers = configuration.tenantIssuers
        return expected
    }

    /// Verifies an ID token; keys that turn out to be stale are refreshed once.
    package func verify(
        idToken: Secret<String>, expecting expected: TokenExpectations
    ) async throws(LoginError) -> IDToken {
        let verifier = IDTokenVerifier(algorithms: allowed)
        return try await withKeys(for: .login) { keys throws(LoginError) in
            try verifier.verify(idToken.reveal(), keys: keys, expecting: expected)
        }
    }

    /// Verifies a logout token.
    package func verify(logoutToken: String) async throws(LoginError) -> LogoutToken {
        let verifier = LogoutTokenVerifier(
            algorithms: allowed, allowsUntyped: configuration.allowsUntypedLogoutTokens)
        let expected = expectations()
        return try await withKeys(for: .logout) { keys throws(LoginError) in
            try verifier.verify(logoutToken, keys: keys, expecting: expected)
        }
    }

    /// OpenID Connect Core 10.1.1: an unknown key id, or a signature that no longer fits its key, may be a rotation.
    func withKeys<Token>(
        for budget: RemoteDocument<JWKSet>.Budget, _ verify: (JWKSet) throws(LoginError) -> Token
    ) async throws(LoginError) -> Token {
        let source = try await metadata().jwksURI
        var snapshot = try await keySet.current(at: source)
        while true {
            do throws(LoginError) {
                return try verify(snapshot.value)
            } catch {
                guard error.code == .unknownKey || error.code == .signatureInvalid,
                    let newer = await keySet.newer(than: snapshot, at: source, for: budget)
                else { throw error }
                snapshot = newer
            }
        }
    }
}

// MARK: Trust

extension RelyingParty {
    /// How many keys of the OP are left out because they are too weak.
    package func weakKeyCount() async -> Int {
        do throws(LoginError) {
            let keys = try await keySet.current(at: try await metadata().jwksURI).value
            return keys.skipped.count { $0.reason == .keyWeak }
        } catch {
            return 0
        }
    }

    /// Fetches discovery and JWKS now and says what is trusted; the last good state stays where a fetch fails.
    package func refreshTrust() async -> TrustStatus {
        do throws(LoginError) {
            let metadata = try await discovery.refresh(at: configuration.discoveryURL).value
            let keys = try await keySet.refresh(at: metadata.jwksURI)
            let problem = if let below = await discovery.problem { below } else { await keySet.problem }
            return TrustStatus(
                keys: keys.value.keys.map { key in
                    TrustStatus.Key(
                        id: key.kid ?? key.thumbprint,
                        algorithm: key.algorithms.map(\.rawValue).sorted().joined(separator: " "))
                },
                lastGood: keys.fetchedAt, nextRefresh: await keySet.nextRefresh, problem: problem?.detail)
        } catch {
            return TrustStatus(keys: [], lastGood: nil, nextRefresh: nil, problem: error.detail)
        }
    }
}

/// The JWKS of an OP (RFC 7517 section 5).
package enum KeySetResponse {
    /// Reads an answer.
    ///
    /// A set without one usable key is no set: it must not push out the last good one.
    package static func process(
        _ response: OutboundResponse, of tenants: TenantIssuers? = nil
    ) throws(LoginError) -> JWKSet {
        try response.requireOK(of: "jwks")
        let set: JWKSet
        do throws(JOSEError) {
            set =
                if let tenants {
                    try JWKSet.parse(tenants.filter(try JSONObject.parse(response.body)).serialized())
                } else {
                    try JWKSet.parse(response.body)
                }
        } catch {
            throw LoginError(.upstreamInvalid, detail: "jwks: \(error.code.rawValue)", underlying: error)
        }
        guard !set.keys.isEmpty else {
            throw LoginError(.upstreamInvalid, detail: "jwks: none of \(set.skipped.count) keys can be used")
        }
        return set
    }
}
