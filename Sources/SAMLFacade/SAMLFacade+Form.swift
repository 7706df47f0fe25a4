package import Broker
import SAML

extension SAMLFacade {
    /// Every setting.
    package static let form = SettingsForm(addresses + trust + answers)

    private static let addresses = [
        SettingsField(
            "entityID", .text, label: "SP entityID",
            help: "JSM's entityID, which Atlassian's console calls the service provider entity URL. Leave it out until "
                + "the console shows it: our metadata is there without it, and sign-in waits.",
            example: "https://auth.atlassian.com/saml/0f5c"),
        SettingsField(
            "acsURL", .url, label: "ACS URL",
            help: "Where JSM takes Responses: the service provider assertion consumer service URL. Leave it out until "
                + "the console shows it.",
            example: "https://auth.atlassian.com/login/callback?connection=saml-0f5c"),
        SettingsField(
            "logoutURL", .url, label: "SLO address",
            help: "Where JSM takes logout messages. Without it a sign-out here cannot end the session in JSM.",
            example: "https://jira.acme.example/plugins/servlet/samlsp/logout"),
        SettingsField(
            "logoutBinding", .choice(Settings.Binding.allCases.map(\.rawValue)), label: "SLO binding",
            help: "By which binding the SLO address takes messages.", standard: "redirect"),
    ]

    private static let trust = [
        SettingsField(
            "certificates", .list(.text), label: "SP certificates",
            help: "Certificates, as PEM, whose keys sign JSM's messages. Two while JSM changes keys. A signed "
                + "AuthnRequest is verified with them; without any, no LogoutRequest is taken."),
        SettingsField(
            "requireSignedRequests", .flag, label: "Require signed requests",
            help: "Whether an AuthnRequest that is not signed is refused.", standard: "false"),
        SettingsField(
            "encryptTo", .text, label: "Encryption certificate",
            help:
                "JSM's certificate, as PEM, with an RSA key: assertions are then encrypted to it with AES-256-GCM and "
                + "RSA-OAEP."),
    ]

    private static let answers = [
        SettingsField(
            "sign", .choice(ResponseWriter.Signing.allCases.map(\.rawValue)), label: "Signature",
            help: "What is signed. JSM Cloud wants the Response signed; some SPs look at the assertion only.",
            standard: "both"),
        SettingsField(
            "nameIDFormat", .choice(Settings.NameIDFormat.allCases.map(\.rawValue)), label: "NameID format",
            help: "What the NameID calls itself. Its value is always the name under which JSM knows the person, an "
                + "e-mail address.", standard: "emailAddress"),
        SettingsField(
            "sendGroups",
            .form(
                SettingsForm([
                    SettingsField(
                        "name", .text, label: "Attribute", help: "The attribute that lists the groups.",
                        example: "groups", isRequired: true),
                    SettingsField(
                        "prefix", .text, label: "Prefix",
                        help: "What stands before each group's name, so that no customer's IdP can name a group of "
                            + "yours; ${organization} stands for the organization's id.",
                        example: "vestibule-${organization}:", isRequired: true),
                ])), label: "Groups",
            help: "Tells the person's groups, all of them or, where the list is not complete, not at all. Off unless "
                + "present."),
        SettingsField(
            "attributes", .map(.text), label: "Attributes",
            help: "Further attributes, name and template. A template may hold "
                + PersonTemplate.variables.joined(separator: ", ")
                + "; where one of them has no value for a person, the attribute is left out. A name of the standard set "
                + "replaces that one.",
            example: "{department: '${attribute.department}'}"),
    ]
}
