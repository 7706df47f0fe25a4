public import Broker
import Foundation

extension CognitoProvider {
    /// What an operator configures for one user pool.
    public struct Settings: Codable, Sendable, Hashable {
        /// The AWS region.
        public var region: String
        /// The pool's id, which begins with its region.
        public var userPoolID: String
        /// The app client's id.
        public var clientID: String
        /// Where the app client's secret is; nil for a public client.
        public var clientSecret: SecretReference?
        /// The pool's domain: the prefix, or the host of a custom domain.
        public var domain: String?
        /// Where Cognito sends the browser after a sign-out, byte for byte as registered there; the connection's logout
        /// endpoint unless said.
        public var logoutURI: String?
        /// The pool's own identity provider that people are sent to at once.
        public var identityProvider: String?
        /// Scopes in order.
        public var scopes = ["openid", "profile", "email"]
        /// Whether a token without groups is of a person without groups.
        public var usesGroups = false
        /// Whether `email_verified` counts for people of the pool's own identity providers too.
        public var trustFederatedEmail = false
        /// How the pool's people are listed.
        public var directory: Directory?
        /// A test server on this machine in place of the pool's address.
        public var endpoint: String?

        /// Settings with the standard values for all but these.
        public init(region: String, userPoolID: String, clientID: String, clientSecret: SecretReference?) {
            self.region = region
            self.userPoolID = userPoolID
            self.clientID = clientID
            self.clientSecret = clientSecret
        }

        /// Reads settings; a key that is absent means its standard value.
        public init(from decoder: any Decoder) throws {
            let values = try decoder.container(keyedBy: CodingKeys.self)
            self.init(
                region: try values.decode(String.self, forKey: .region),
                userPoolID: try values.decode(String.self, forKey: .userPoolID),
                clientID: try values.decode(String.self, forKey: .clientID),
                clientSecret: try values.decodeIfPresent(SecretReference.self, forKey: .clientSecret))
            domain = try values.decodeIfPresent(String.self, forKey: .domain)
            logoutURI = try values.decodeIfPresent(String.self, forKey: .logoutURI)
            identityProvider = try values.decodeIfPresent(String.self, forKey: .identityProvider)
            scopes = try values.decodeIfPresent([String].self, forKey: .scopes) ?? scopes
            usesGroups = try values.decodeIfPresent(Bool.self, forKey: .usesGroups) ?? usesGroups
            trustFederatedEmail =
                try values.decodeIfPresent(Bool.self, forKey: .trustFederatedEmail) ?? trustFederatedEmail
            directory = try values.decodeIfPresent(Directory.self, forKey: .directory)
            endpoint = try values.decodeIfPresent(String.self, forKey: .endpoint)
        }
    }
}
