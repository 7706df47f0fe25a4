public import Broker

extension CognitoProvider.Settings {
    /// How the pool's people are listed.
    public struct Directory: Codable, Sendable, Hashable {
        /// Where the access key's id is.
        public var accessKeyID: SecretReference
        /// Where the secret access key is.
        public var secretAccessKey: SecretReference
        /// Where the session token is, for keys that end.
        public var sessionToken: SecretReference?

        /// A directory.
        public init(
            accessKeyID: SecretReference, secretAccessKey: SecretReference, sessionToken: SecretReference? = nil
        ) {
            self.accessKeyID = accessKeyID
            self.secretAccessKey = secretAccessKey
            self.sessionToken = sessionToken
        }
    }
}

extension CognitoProvider {
    static let directoryForm = SettingsForm([
        SettingsField(
            "accessKeyID", .secret, label: "Access key ID",
            help: "Where the access key's id is kept: of an IAM user that may cognito-idp:ListUsers, AdminGetUser and "
                + "AdminListGroupsForUser on this pool, and nothing else.",
            example: "env:COGNITO_ACCESS_KEY_ID", isRequired: true),
        SettingsField(
            "secretAccessKey", .secret, label: "Secret access key", help: "Where the secret of that key is kept.",
            example: "env:COGNITO_SECRET_ACCESS_KEY", isRequired: true),
        SettingsField(
            "sessionToken", .secret, label: "Session token",
            help: "Where the session token is kept, if the key is a temporary one that something else renews.",
            example: "file:/run/vestibule/aws-session-token"),
    ])
}
