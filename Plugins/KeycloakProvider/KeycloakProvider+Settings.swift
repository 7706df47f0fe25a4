public import Broker
import Foundation
public import OIDCProvider

extension KeycloakProvider {
    /// What an operator configures for one realm.
    public struct Settings: Codable, Sendable, Hashable {
        /// Which roles of the access token become groups.
        public enum Roles: String, Codable, Sendable, CaseIterable {
            /// Roles of the realm.
            case realm
            /// Roles of clients.
            case client
            /// Both.
            case both
            /// None.
            case none
        }

        /// Where the server is, without the path of a realm.
        public var baseURL: String
        /// The realm's name.
        public var realm: String
        /// Our id in the realm.
        public var clientID: String
        /// Where the client secret is.
        public var clientSecret: SecretReference?
        /// Whether `/auth` stands before the realm, as before Keycloak 17.
        public var legacyPath = false
        /// How we authenticate at the token endpoint.
        public var tokenEndpointAuthMethod = OIDCProvider.Settings.TokenEndpointAuthMethod.basic
        /// The last day of the client secret, `YYYY-MM-DD` in UTC, for the lint.
        public var clientSecretExpires: String?
        /// What the connection's own key signs assertions with.
        public var clientAssertionAlgorithm = OIDCProvider.Settings.ClientAssertionAlgorithm.es256
        /// Scopes in order.
        public var scopes = ["openid", "profile", "email"]
        /// Algorithms that the realm may sign with.
        public var signingAlgorithms = ["RS256", "ES256"]
        /// Which roles become groups.
        public var roles = Roles.realm
        /// The claim of a group membership mapper, where the client has one.
        public var groupsClaim: String?
        /// What speaks for an e-mail address.
        public var emailEvidence = OIDCProvider.Settings.EmailEvidence.verifiedClaim
        /// The identity provider of the realm that people are sent to at once.
        public var idpHint: String?
        /// Whether a logout token may come as `JWT`, as before Keycloak 25.
        public var untypedLogoutTokens = false
        /// Whether and how the realm's people are listed.
        public var directory: Directory?

        /// Settings with the standard values for all but these.
        public init(baseURL: String, realm: String, clientID: String, clientSecret: SecretReference?) {
            self.baseURL = baseURL
            self.realm = realm
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
                baseURL: try values.decode(String.self, forKey: .baseURL),
                realm: try values.decode(String.self, forKey: .realm),
                clientID: try values.decode(String.self, forKey: .clientID),
                clientSecret: try values.decodeIfPresent(SecretReference.self, forKey: .clientSecret))
            legacyPath = try value(.legacyPath, legacyPath)
            tokenEndpointAuthMethod = try value(.tokenEndpointAuthMethod, tokenEndpointAuthMethod)
            clientSecretExpires = try values.decodeIfPresent(String.self, forKey: .clientSecretExpires)
            clientAssertionAlgorithm = try value(.clientAssertionAlgorithm, clientAssertionAlgorithm)
            scopes = try value(.scopes, scopes)
            signingAlgorithms = try value(.signingAlgorithms, signingAlgorithms)
            roles = try value(.roles, roles)
            groupsClaim = try values.decodeIfPresent(String.self, forKey: .groupsClaim)
            emailEvidence = try value(.emailEvidence, emailEvidence)
            idpHint = try values.decodeIfPresent(String.self, forKey: .idpHint)
            untypedLogoutTokens = try value(.untypedLogoutTokens, untypedLogoutTokens)
            directory = try values.decodeIfPresent(Directory.self, forKey: .directory)
        }
    }
}
