public import Broker
import OIDCProvider

extension GoogleProvider {
    /// What an operator configures for one connection to Google.
    public struct Settings: Codable, Sendable, Hashable {
        /// How a person's groups are looked up.
        public struct Groups: Codable, Sendable, Hashable {
            /// Which memberships count.
            public enum Scope: String, Codable, Sendable, CaseIterable {
                /// Groups in which the person is.
                case direct
                /// Also groups that hold those groups.
                case indirect
            }

            /// Where the service account's JSON key file is.
            public var serviceAccount: SecretReference
            /// The administrator for whom the service account acts.
            public var subject: String
            /// Which memberships count; `direct` unless said.
            public var scope: Scope?

            /// A lookup.
            public init(serviceAccount: SecretReference, subject: String, scope: Scope? = nil) {
                self.serviceAccount = serviceAccount
                self.subject = subject
                self.scope = scope
            }
        }

        /// Our client id.
        public var clientID: String
        /// Where the client secret is.
        public var clientSecret: SecretReference
        /// Domains of the Workspaces whose people are admitted; with none, every Workspace's are.
        public var hostedDomains: [String] = []
        /// Whether Google accounts of no Workspace are admitted.
        public var allowConsumerAccounts = false
        /// Whether Google is asked again about live sessions.
        public var offlineAccess = false
        /// How groups are looked up; Google tells none otherwise.
        public var groups: Groups?
        /// How the Workspace's people are listed.
        public var directory: Directory?
        /// A stand-in for Google on this machine.
        public var endpoint: String?

        /// Settings with the standard values for all but these.
        public init(clientID: String, clientSecret: SecretReference) {
            self.clientID = clientID
            self.clientSecret = clientSecret
        }

        /// Reads settings; a key that is absent means its standard value.
        public init(from decoder: any Decoder) throws {
            let values = try decoder.container(keyedBy: CodingKeys.self)
            clientID = try values.decode(String.self, forKey: .clientID)
            clientSecret = try values.decode(SecretReference.self, forKey: .clientSecret)
            hostedDomains = try values.decodeIfPresent([String].self, forKey: .hostedDomains) ?? []
            allowConsumerAccounts = try values.decodeIfPresent(Bool.self, forKey: .allowConsumerAccounts) ?? false
            offlineAccess = try values.decodeIfPresent(Bool.self, forKey: .offlineAccess) ?? false
            groups = try values.decodeIfPresent(Groups.self, forKey: .groups)
            directory = try values.decodeIfPresent(Directory.self, forKey: .directory)
            endpoint = try values.decodeIfPresent(String.self, forKey: .endpoint)
        }
    }
}

extension GoogleProvider.Settings {
    /// What the form cannot see.
    var problems: [SettingsError.Problem] {
        var problems: [SettingsError.Problem] = []
        for (index, text) in hostedDomains.enumerated() {
            if let problem = Self.problem(ofDomain: text) {
                problems.append(.init(path: ["hostedDomains", String(index)], text: problem))
            }
        }
        if let groups, EmailAddress(groups.subject) == nil {
            problems.append(
                .init(path: ["groups", "subject"], text: "must be the e-mail address of a Workspace administrator"))
        }
        return problems + directoryProblems
    }

    static func problem(ofDomain text: String) -> String? {
        guard let domain = EmailDomain(text) else { return "is not a domain" }
        return GoogleProvider.consumerDomains.contains(domain.ascii)
            ? "is nobody's Workspace; allowConsumerAccounts admits such accounts" : nil
    }

    /// The settings of the connection below.
    func oidc(issuer: String) -> OIDCProvider.Settings {
        var settings = OIDCProvider.Settings(issuer: issuer, clientID: clientID, clientSecret: clientSecret)
        settings.tokenEndpointAuthMethod = .post
        settings.signingAlgorithms = ["RS256"]
        // Google has no offline_access, and gives a refresh token again only after consent.
        settings.prompt = offlineAccess ? "consent" : nil
        return settings
    }
}
