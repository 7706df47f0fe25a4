public import Broker

extension CognitoProvider {
    /// Every setting.
    public static let form = SettingsForm([
        SettingsField(
            "region", .text, label: "Region", help: "The AWS region of the user pool.", example: "eu-central-1",
            isRequired: true),
        SettingsField(
            "userPoolID", .text, label: "User pool ID",
            help: "The user pool's id. The Cognito console shows it in the pool's overview.",
            example: "eu-central-1_AbCdEfGhI", isRequired: true),
        SettingsField(
            "clientID", .text, label: "Client ID",
            help: "The id of the app client that was made for the broker: App clients in the Cognito console.",
            example: "1example23456789", isRequired: true),
        SettingsField(
            "clientSecret", .secret, label: "Client secret",
            help: "Where the app client's secret is kept. Leave it out for a public app client, which has none.",
            example: "env:COGNITO_CLIENT_SECRET"),
        SettingsField(
            "domain", .text, label: "Domain",
            help:
                "The pool's domain: the prefix of the Cognito domain, or the host of a custom domain. With it, endpoints "
                + "elsewhere are refused, and people are signed out. Without it they stay signed in at Cognito.",
            example: "acme-login"),
        SettingsField(
            "logoutURI", .url, label: "Sign-out URL",
            help:
                "Where Cognito sends the browser after a sign-out, exactly as it stands in the app client's allowed "
                + "sign-out URLs. Without it, the connection's logout URL, which has to stand there.",
            example: "https://support.example/vestibule/cb/acme/logout"),
        SettingsField(
            "identityProvider", .text, label: "Identity provider",
            help: "Name of an identity provider of the pool that people are sent to without Cognito's own page.",
            example: "AcmeSAML"),
        SettingsField(
            "scopes", .list(.text), label: "Scopes", help: "Scopes to ask for; the app client must allow each.",
            example: "[openid, email]", standard: "[openid, profile, email]"),
        SettingsField(
            "usesGroups", .flag, label: "Uses groups",
            help:
                "Cognito leaves its groups claim out for a person without groups. Say true if the pool has groups and no "
                + "Lambda takes them out; otherwise such a person's groups count as unknown.", standard: "false"),
        SettingsField(
            "trustFederatedEmail", .flag, label: "Trust federated e-mail",
            help:
                "Let email_verified count for people who come to the pool from another identity provider. Only if each of "
                + "them proves the addresses that it sends.", standard: "false"),
        SettingsField(
            "directory", .form(directoryForm), label: "Directory",
            help: "How the pool's people are listed, so that who leaves is noticed without a sign-in."),
        SettingsField(
            "endpoint", .url, label: "Endpoint",
            help: "A test server on this machine, such as moto, that stands for the pool's address.",
            example: "http://127.0.0.1:5000"),
    ])
}
