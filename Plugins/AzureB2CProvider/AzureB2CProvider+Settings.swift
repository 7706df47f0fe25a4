public import Broker
import Foundation
public import OIDCProvider
import OpenIDConnect

extension AzureB2CProvider {
    /// What an operator configures for Azure AD B2C.
    public struct Settings: Codable, Sendable, Hashable {
        /// How the policy writes its issuer.
        public enum IssuerForm: String, Codable, Sendable, CaseIterable {
            /// One issuer for the tenant.
            case `default`
            /// One issuer per policy.
            case tfp
        }

        /// The tenant's name, what stands before `.onmicrosoft.com`.
        public var tenant: String
        /// The tenant's id.
        public var tenantID: String
        /// Policies that may sign a person in; the first is where people are sent.
        public var policies: [String]
        /// The application's id.
        public var clientID: String
        /// Where the client secret is.
        public var clientSecret: SecretReference
        /// How the policy writes its issuer.
        public var issuerForm = IssuerForm.default
        /// The tenant's own host, where it has one.
        public var customDomain: String?
        /// Whether every allowed policy verifies an address before it sends it.
        public var emailVerifiedByPolicy = false
        /// Whether sessions are checked again at B2C.
        public var offlineAccess = false
        /// How the browser is sent to sign out.
        public var endSession = OIDCProvider.Settings.EndSessionMethod.formPost
        /// Stands in for Microsoft's host in tests on one machine.
        public var endpoint: String?

        /// Settings with the standard values for all but these.
        public init(
            tenant: String, tenantID: String, policies: [String], clientID: String, clientSecret: SecretReference
        ) {
            self.tenant = tenant
            self.tenantID = tenantID
            self.policies = policies
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
                tenant: try values.decode(String.self, forKey: .tenant),
                tenantID: try values.decode(String.self, forKey: .tenantID),
                policies: try values.decode([String].self, forKey: .policies),
                clientID: try values.decode(String.self, forKey: .clientID),
                clientSecret: try values.decode(SecretReference.self, forKey: .clientSecret))
            issuerForm = try value(.issuerForm, issuerForm)
            customDomain = try values.decodeIfPresent(String.self, forKey: .customDomain)
            emailVerifiedByPolicy = try value(.emailVerifiedByPolicy, emailVerifiedByPolicy)
            offlineAccess = try value(.offlineAccess, offlineAccess)
            endSession = try value(.endSession, endSession)
            endpoint = try values.decodeIfPresent(String.self, forKey: .endpoint)
        }
    }
}

extension AzureB2CProvider.Settings {
    /// The tenant's id as B2C writes it.
    var canonicalTenantID: String? { GUIDText.canonical(tenantID) }

    private var policy: String { policies.first ?? "" }

    private var host: String {
        if let endpoint { return endpoint.hasSuffix("/") ? String(endpoint.dropLast()) : endpoint }
        return "https://\((customDomain ?? "\(tenant).b2clogin.com").lowercased())"
    }

    /// What the policy's metadata stands behind; the issuer is another address.
    var authority: String { "\(host)/\(tenant).onmicrosoft.com/\(policy)/v2.0" }

    /// The issuer with the slash that B2C ends it with.
    ///
    /// In the form per policy, the policy is written as the operator writes it.
    var issuer: String {
        let id = canonicalTenantID ?? ""
        return switch issuerForm {
        case .default: "\(host)/\(id)/v2.0/"
        case .tfp: "\(host)/tfp/\(id)/\(policy)/v2.0/"
        }
    }

    /// What the connection below is configured with.
    ///
    /// B2C gives an access token, which the protocol demands, only with a scope that is the application's own id. The
    /// address is read here, because it comes as a list.
    var oidc: OIDCProvider.Settings {
        var below = OIDCProvider.Settings(issuer: issuer, clientID: clientID, clientSecret: clientSecret)
        below.tokenEndpointAuthMethod = .post
        below.scopes = ["openid", clientID] + (offlineAccess ? ["offline_access"] : [])
        below.signingAlgorithms = ["RS256"]
        below.userInfo = .never
        below.emailEvidence = .none
        below.endSession = endSession
        return below
    }

    /// What the form cannot see.
    var problems: [SettingsError.Problem] {
        var problems: [SettingsError.Problem] = []
        if !Self.isName(tenant) {
            problems.append(
                .init(path: ["tenant"], text: "must be the name alone: what stands before .onmicrosoft.com"))
        }
        if canonicalTenantID == nil {
            problems.append(.init(path: ["tenantID"], text: "must be the tenant's id, a GUID"))
        }
        if policies.isEmpty {
            problems.append(.init(path: ["policies"], text: "must name at least one policy"))
        }
        for (index, policy) in policies.enumerated() where !Self.isPolicy(policy) {
            problems.append(.init(path: ["policies", String(index)], text: "is not the name of a policy"))
        }
        if let customDomain, !Self.isHost(customDomain) {
            problems.append(.init(path: ["customDomain"], text: "must be a host name alone"))
        }
        if let endpoint, !Self.isOnThisMachine(endpoint) {
            problems.append(.init(path: ["endpoint"], text: "must be on this machine; it is for tests"))
        }
        return problems
    }

    private static func isName(_ text: String) -> Bool {
        (1...63).contains(text.utf8.count) && text.utf8.allSatisfy { isAlphanumeric($0) || $0 == UInt8(ascii: "-") }
    }

    private static func isPolicy(_ text: String) -> Bool {
        (1...128).contains(text.utf8.count)
            && text.utf8.allSatisfy { isAlphanumeric($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") }
    }

    private static func isHost(_ text: String) -> Bool {
        let labels = text.split(separator: ".", omittingEmptySubsequences: false)
        return labels.count >= 2 && text.utf8.count <= 253 && labels.allSatisfy { isName(String($0)) }
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"):
            true
        default: false
        }
    }

    private static func isOnThisMachine(_ endpoint: String) -> Bool {
        guard let url = Discovery.endpoint(endpoint), url.query() == nil, let host = url.host() else { return false }
        return LoopbackHost.matches(host)
    }
}
