public import Broker
import Foundation
public import OIDCProvider
import OpenIDConnect

extension EntraProvider {
    /// What an operator configures for Entra ID.
    public struct Settings: Codable, Sendable, Hashable {
        /// Which of Microsoft's clouds.
        public enum Cloud: String, Codable, Sendable, CaseIterable {
            /// The one that nearly everybody is in.
            case global
            /// Azure Government (GCC High).
            case usGovernment
            /// Operated by 21Vianet.
            case china
        }

        /// How the application says who it is.
        public enum Credential: String, Codable, Sendable, CaseIterable {
            /// A client secret.
            case secret = "client_secret_post"
            /// An assertion signed with a key whose certificate was uploaded.
            case certificate = "private_key_jwt"
        }

        /// What speaks for an address where `xms_edov` does not.
        public enum EmailEvidence: String, Codable, Sendable, CaseIterable {
            /// Nothing: an address counts where `xms_edov` says that its domain's owner was verified.
            case verifiedClaim
            /// The tenant alone decides who has an address of the domain.
            case tenantOwnsDomain
        }

        /// The tenants whose people may come.
        public var tenants: [String]
        /// The application's id.
        public var clientID: String
        /// Where the client secret is.
        public var clientSecret: SecretReference?
        /// How the application says who it is.
        public var tokenEndpointAuthMethod = Credential.secret
        /// The last day of the client secret, `YYYY-MM-DD` in UTC, for the lint.
        public var clientSecretExpires: String?
        /// Whether Entra ID's page may end the session that it names.
        public var frontChannelLogout = false
        /// Which of Microsoft's clouds.
        public var cloud = Cloud.global
        /// What speaks for an address where `xms_edov` does not.
        public var emailEvidence = EmailEvidence.verifiedClaim
        /// Whether Graph is asked for the groups that a token leaves out.
        public var graphGroups = false
        /// Whether sessions are checked again at Entra ID.
        public var offlineAccess = false
        /// How the browser is sent to sign out.
        public var endSession = OIDCProvider.Settings.EndSessionMethod.formPost
        /// Whether and how the tenants' people are listed.
        public var directory: Directory?
        /// Stands in for Microsoft's hosts in tests on one machine.
        public var endpoint: String?

        /// Settings with the standard values for all but these.
        public init(tenants: [String], clientID: String, clientSecret: SecretReference?) {
            self.tenants = tenants
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
                tenants: try values.decode([String].self, forKey: .tenants),
                clientID: try values.decode(String.self, forKey: .clientID),
                clientSecret: try values.decodeIfPresent(SecretReference.self, forKey: .clientSecret))
            tokenEndpointAuthMethod = try value(.tokenEndpointAuthMethod, tokenEndpointAuthMethod)
            clientSecretExpires = try values.decodeIfPresent(String.self, forKey: .clientSecretExpires)
            frontChannelLogout = try value(.frontChannelLogout, frontChannelLogout)
            cloud = try value(.cloud, cloud)
            emailEvidence = try value(.emailEvidence, emailEvidence)
            graphGroups = try value(.graphGroups, graphGroups)
            offlineAccess = try value(.offlineAccess, offlineAccess)
            endSession = try value(.endSession, endSession)
            directory = try values.decodeIfPresent(Directory.self, forKey: .directory)
            endpoint = try values.decodeIfPresent(String.self, forKey: .endpoint)
        }
    }
}

extension EntraProvider.Settings {
    /// The tenant of all personal Microsoft accounts.
    static let consumers = "9188040d-6c67-4c5b-b112-36a304b66dad"

    /// The tenants, each once, as tokens write them.
    var canonicalTenants: [String] { Set(tenants.compactMap(GUIDText.canonical)).sorted() }

    /// Where people sign in.
    var loginURL: String {
        if let endpoint { return endpoint.hasSuffix("/") ? String(endpoint.dropLast()) : endpoint }
        return switch cloud {
        case .global: "https://login.microsoftonline.com"
        case .usGovernment: "https://login.microsoftonline.us"
        case .china: "https://login.partner.microsoftonline.cn"
        }
    }

    /// Where groups are asked for.
    var graphURL: String {
        guard endpoint == nil else { return loginURL }
        return switch cloud {
        case .global: "https://graph.microsoft.com"
        case .usGovernment: "https://graph.microsoft.us"
        case .china: "https://microsoftgraph.chinacloudapi.cn"
        }
    }

    /// The issuer, whatever the tenant.
    var issuerTemplate: String { "\(loginURL)/\(TenantIssuers.placeholder)/v2.0" }

    /// Whose metadata is read: the one tenant's; for several the one that serves organizations, or also personal
    /// accounts where they are configured.
    var authority: String {
        let tenants = canonicalTenants
        if tenants.count == 1, let tenant = tenants.first { return tenant }
        return tenants.contains(Self.consumers) ? "common" : "organizations"
    }

    /// What the connection below is configured with.
    ///
    /// It finds no evidence for an address and asks no UserInfo: neither `email_verified` nor UserInfo's address means
    /// anything at Entra ID.
    var oidc: OIDCProvider.Settings {
        let tenants = canonicalTenants
        var below = OIDCProvider.Settings(
            issuer: tenants.count == 1 ? "\(loginURL)/\(authority)/v2.0" : issuerTemplate, clientID: clientID,
            clientSecret: clientSecret)
        below.tokenEndpointAuthMethod = tokenEndpointAuthMethod == .secret ? .post : .privateKeyJWT
        below.clientSecretExpires = clientSecretExpires
        // What Entra ID documents for assertions: PS256, and the token endpoint as the audience.
        below.clientAssertionAlgorithm = .ps256
        below.clientAssertionAudience = .endpoint
        below.frontChannelLogout = frontChannelLogout
        below.scopes += offlineAccess ? ["offline_access"] : []
        below.scopes += graphGroups ? ["GroupMember.Read.All"] : []
        below.signingAlgorithms = ["RS256"]
        below.userInfo = .never
        below.emailEvidence = .none
        below.endSession = endSession
        return below
    }

    /// What the form cannot see.
    var problems: [SettingsError.Problem] {
        var problems: [SettingsError.Problem] = []
        if tenants.isEmpty {
            problems.append(.init(path: ["tenants"], text: "must name at least one tenant"))
        }
        for (index, tenant) in tenants.enumerated() where GUIDText.canonical(tenant) == nil {
            problems.append(
                .init(
                    path: ["tenants", String(index)],
                    text: "must be a tenant's id (a GUID); a name, common, organizations or consumers is none"))
        }
        if emailEvidence == .tenantOwnsDomain {
            problems += ownershipProblems
        }
        problems += directoryProblems
        if let endpoint, !Self.isOnThisMachine(endpoint) {
            problems.append(.init(path: ["endpoint"], text: "must be on this machine; it is for tests"))
        }
        return problems
    }

    /// An administrator may write any address to an account; only of one tenant can it be said that this is its right.
    private var ownershipProblems: [SettingsError.Problem] {
        let text: String? =
            if canonicalTenants.count > 1 {
                "tenantOwnsDomain is for one tenant: each could claim addresses of the others"
            } else if canonicalTenants == [Self.consumers] {
                "tenantOwnsDomain cannot be: the tenant of personal accounts owns nobody's domain"
            } else {
                nil
            }
        return text.map { [.init(path: ["emailEvidence"], text: $0)] } ?? []
    }

    private static func isOnThisMachine(_ endpoint: String) -> Bool {
        guard let url = Discovery.endpoint(endpoint), url.query() == nil, let host = url.host() else { return false }
        return LoopbackHost.matches(host)
    }
}
