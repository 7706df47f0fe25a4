public import Broker
import Foundation
public import OIDCProvider

extension OktaProvider {
    /// What an operator configures for one connection to Okta.
    public struct Settings: Codable, Sendable, Hashable {
        /// Where groups are in tokens.
        public struct Groups: Codable, Sendable, Hashable {
            /// The claim; `groups` unless said.
            public var claim: String?
            /// The scope that brings it; unless said `groups` at the org server, none at a custom one.
            public var scope: String?

            /// A claim and its scope.
            public init(claim: String? = nil, scope: String? = nil) {
                self.claim = claim
                self.scope = scope
            }
        }

        /// What speaks for an e-mail address.
        public enum EmailEvidence: String, Codable, Sendable, CaseIterable {
            /// `email_verified`, JSON `true`.
            case verifiedClaim
            /// The org's administrators alone decide who has an address of the domain.
            case tenantOwnsDomain
        }

        /// The host of the org, or its custom domain.
        public var domain: String
        /// The id of a custom authorization server; nil is the org's own.
        public var authorizationServer: String?
        /// Our client id.
        public var clientID: String
        /// Where the client secret is.
        public var clientSecret: SecretReference?
        /// How we authenticate at the token endpoint.
        public var tokenEndpointAuthMethod = OIDCProvider.Settings.TokenEndpointAuthMethod.basic
        /// The last day of the client secret, `YYYY-MM-DD` in UTC, for the lint.
        public var clientSecretExpires: String?
        /// What the connection's own key signs assertions with.
        public var clientAssertionAlgorithm = OIDCProvider.Settings.ClientAssertionAlgorithm.es256
        /// Where groups are; nil asks for none.
        public var groups: Groups?
        /// What speaks for an e-mail address.
        public var emailEvidence = EmailEvidence.verifiedClaim
        /// Whether Okta is asked again about live sessions.
        public var offlineAccess = false
        /// How the browser is sent to sign out.
        public var endSession = OIDCProvider.Settings.EndSessionMethod.formPost
        /// A stand-in for the org on this machine.
        public var endpoint: String?

        /// Settings with the standard values for all but these.
        public init(domain: String, clientID: String, clientSecret: SecretReference?) {
            self.domain = domain
            self.clientID = clientID
            self.clientSecret = clientSecret
        }

        /// Reads settings; a key that is absent means its standard value.
        public init(from decoder: any Decoder) throws {
            let values = try decoder.container(keyedBy: CodingKeys.self)
            self.init(
                domain: try values.decode(String.self, forKey: .domain),
                clientID: try values.decode(String.self, forKey: .clientID),
                clientSecret: try values.decodeIfPresent(SecretReference.self, forKey: .clientSecret))
            tokenEndpointAuthMethod =
                try values.decodeIfPresent(
                    OIDCProvider.Settings.TokenEndpointAuthMethod.self, forKey: .tokenEndpointAuthMethod)
                ?? tokenEndpointAuthMethod
            clientSecretExpires = try values.decodeIfPresent(String.self, forKey: .clientSecretExpires)
            clientAssertionAlgorithm =
                try values.decodeIfPresent(
                    OIDCProvider.Settings.ClientAssertionAlgorithm.self, forKey: .clientAssertionAlgorithm)
                ?? clientAssertionAlgorithm
            authorizationServer = try values.decodeIfPresent(String.self, forKey: .authorizationServer)
            groups = try values.decodeIfPresent(Groups.self, forKey: .groups)
            emailEvidence = try values.decodeIfPresent(EmailEvidence.self, forKey: .emailEvidence) ?? emailEvidence
            offlineAccess = try values.decodeIfPresent(Bool.self, forKey: .offlineAccess) ?? offlineAccess
            endSession =
                try values.decodeIfPresent(OIDCProvider.Settings.EndSessionMethod.self, forKey: .endSession)
                ?? endSession
            endpoint = try values.decodeIfPresent(String.self, forKey: .endpoint)
        }
    }
}

extension OktaProvider.Settings {
    /// The issuer octet for octet: the org server, a custom one and a custom domain are three different ones.
    var issuer: String {
        (endpoint ?? "https://\(domain)") + (authorizationServer.map { "/oauth2/\($0)" } ?? "")
    }

    /// What the form cannot see.
    var problems: [SettingsError.Problem] {
        let problems: [(path: [String], text: String?)] = [
            (["domain"], domainProblem), (["authorizationServer"], serverProblem), (["endpoint"], endpointProblem),
        ]
        return problems.compactMap { path, text in text.map { .init(path: path, text: $0) } }
    }

    private var domainProblem: String? {
        guard let host = EmailDomain(domain), host.ascii == domain else {
            return "must be the org's host alone, in lower case, such as acme.okta.com"
        }
        let isAdmin = domain.split(separator: ".").first?.hasSuffix("-admin") ?? false
        return isAdmin && Self.isOktaHost(domain) ? "is the admin console's host; leave -admin out" : nil
    }

    private var serverProblem: String? {
        guard let id = authorizationServer else { return nil }
        let isID =
            (1...64).contains(id.utf8.count)
            && id.unicodeScalars.allSatisfy {
                ("a"..."z").contains($0) || ("A"..."Z").contains($0) || ("0"..."9").contains($0) || $0 == "-"
                    || $0 == "_"
            }
        return isID ? nil : "must be default or the server's id, what stands behind /oauth2/ in its issuer"
    }

    private var endpointProblem: String? {
        guard let endpoint else { return nil }
        guard let url = URL(string: endpoint), let host = url.host(), LoopbackHost.matches(host), url.path().isEmpty,
            url.query() == nil
        else { return "must be a URL on this machine, without a final slash" }
        return nil
    }

    private static func isOktaHost(_ host: String) -> Bool {
        ["okta.com", "oktapreview.com", "okta-emea.com", "okta-gov.com", "okta.mil"].contains {
            host.hasSuffix(".\($0)")
        }
    }

    /// The scope that brings groups.
    var groupsScope: String? {
        groups.flatMap { $0.scope ?? (authorizationServer == nil ? "groups" : nil) }
    }

    /// The settings of the connection below.
    var oidc: OIDCProvider.Settings {
        var settings = OIDCProvider.Settings(issuer: issuer, clientID: clientID, clientSecret: clientSecret)
        settings.tokenEndpointAuthMethod = tokenEndpointAuthMethod
        settings.clientSecretExpires = clientSecretExpires
        settings.clientAssertionAlgorithm = clientAssertionAlgorithm
        // Okta wants the address that the assertion is sent to.
        settings.clientAssertionAudience = .endpoint
        settings.scopes += (offlineAccess ? ["offline_access"] : []) + (groupsScope.map { [$0] } ?? [])
        settings.signingAlgorithms = ["RS256"]
        settings.emailEvidence = emailEvidence == .verifiedClaim ? .verifiedClaim : .tenantOwnsDomain
        settings.claims.groups = groups.map { $0.claim ?? "groups" }
        settings.endSession = endSession
        return settings
    }
}
