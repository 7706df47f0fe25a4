public import Broker

extension GoogleProvider {
    /// Every setting.
    public static let form = SettingsForm([
        SettingsField(
            "clientID", .text, label: "Client ID",
            help: "Google Cloud console, APIs & Services, Credentials: the OAuth client of type Web application.",
            example: "1234-abc.apps.googleusercontent.com", isRequired: true),
        SettingsField(
            "clientSecret", .secret, label: "Client secret", help: "Where the secret of that client is kept.",
            example: "env:GOOGLE_CLIENT_SECRET", isRequired: true),
        SettingsField(
            "hostedDomains", .list(.text), label: "Workspace domains",
            help:
                "The primary domain of every Workspace whose people are admitted; further domains of theirs may stand "
                + "here too. Without any, people of every Workspace are admitted.",
            example: "[acme.example]", standard: "[]"),
        SettingsField(
            "allowConsumerAccounts", .flag, label: "Consumer accounts",
            help: "Also admit Google accounts of no Workspace. Only gmail.com addresses of theirs are believed.",
            standard: "false"),
        SettingsField(
            "offlineAccess", .flag, label: "Ask again",
            help:
                "Ask Google again about live sessions, so that a suspended account loses access. People are asked for "
                + "consent at every sign-in.", standard: "false"),
        SettingsField(
            "groups", .form(groupsForm), label: "Groups",
            help: "How groups are looked up. Google has them in no token; without this they are unknown."),
        SettingsField(
            "directory", .form(directoryForm), label: "Directory",
            help: "How the Workspace's people are listed, so that who leaves it is noticed without a sign-in."),
        SettingsField(
            "endpoint", .url, label: "Endpoint", help: "A stand-in for Google on this machine, for tests.",
            example: "http://google.localhost:9000"),
    ])

    private static let groupsForm = SettingsForm([
        SettingsField(
            "serviceAccount", .secret, label: "Service account",
            help: "The JSON key file of a service account with domain-wide delegation for the scope of the lookup.",
            example: "file:/etc/vestibule/google-directory.json", isRequired: true),
        SettingsField(
            "subject", .text, label: "Acts for",
            help: "The address of an administrator who may read groups; the service account acts for that one.",
            example: "directory-reader@acme.example", isRequired: true),
        SettingsField(
            "scope", .choice(Settings.Groups.Scope.allCases.map(\.rawValue)), label: "Memberships",
            help: "direct: groups in which the person is. indirect: also groups that hold those; the Workspace must be "
                + "one of Google's larger editions.", standard: "direct"),
    ])
}
