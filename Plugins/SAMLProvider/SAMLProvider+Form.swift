public import Broker

extension SAMLProvider {
    /// Every setting.
    public static let form = SettingsForm(identity + trustFields + requestFields + responseFields)

    private static let identity = [
        SettingsField(
            "entityID", .text, label: "IdP entityID",
            help: "The IdP's entityID exactly as its metadata writes it.", example: "https://idp.globex.example/saml",
            isRequired: true),
        SettingsField(
            "spEntityID", .text, label: "SP entityID",
            help: "The broker's entityID at this IdP; the address of the broker's metadata unless said."),
    ]

    private static let trustFields = [
        SettingsField(
            "trust", .choice(Settings.Trust.allCases.map(\.rawValue)), label: "Trust",
            help: "Where the IdP's keys come from: this configuration, an address that TLS vouches for (it may replace "
                + "keys), or an address whose document a pinned key signs.", standard: "manual"),
        SettingsField(
            "metadata", .text, label: "Metadata", help: "The IdP's metadata, pasted.",
            showWhen: .init("trust", isOneOf: ["manual"])),
        SettingsField(
            "metadataFile", .secret, label: "Metadata file", help: "The file that holds the IdP's metadata.",
            example: "file:/etc/vestibule/globex-idp.xml", showWhen: .init("trust", isOneOf: ["manual"])),
        SettingsField(
            "metadataURL", .url, label: "Metadata address", help: "Where the IdP publishes its metadata.",
            example: "https://idp.globex.example/metadata",
            showWhen: .init("trust", isOneOf: ["tls", "pinned-signature"])),
        SettingsField(
            "metadataCertificate", .text, label: "Metadata certificate",
            help: "The certificate, as PEM, whose key signs the metadata.",
            showWhen: .init("trust", isOneOf: ["pinned-signature"])),
        SettingsField(
            "ssoURL", .url, label: "SSO address", help: "Where AuthnRequests go, where there is no metadata.",
            example: "https://idp.globex.example/sso", showWhen: .init("trust", isOneOf: ["manual"])),
        SettingsField(
            "ssoBinding", .choice(Settings.Binding.allCases.map(\.rawValue)), label: "SSO binding",
            help: "By which binding the SSO address takes them.", standard: "redirect"),
        SettingsField(
            "sloURL", .url, label: "SLO address", help: "Where logout messages go, where there is no metadata.",
            example: "https://idp.globex.example/slo", showWhen: .init("trust", isOneOf: ["manual"])),
        SettingsField(
            "sloBinding", .choice(Settings.Binding.allCases.map(\.rawValue)), label: "SLO binding",
            help: "By which binding the SLO address takes them.", standard: "redirect"),
        SettingsField(
            "signingCertificates", .list(.text), label: "Signing certificates",
            help: "Certificates, as PEM, whose keys sign, where there is no metadata. Two while the IdP changes keys.",
            showWhen: .init("trust", isOneOf: ["manual"])),
    ]

    private static let requestFields = [
        SettingsField(
            "requestBinding", .choice(Settings.Binding.allCases.map(\.rawValue)), label: "Request binding",
            help: "By which binding AuthnRequests are sent.", standard: "redirect"),
        SettingsField(
            "signRequests", .flag, label: "Sign requests", help: "Whether AuthnRequests are signed.", standard: "true"),
        SettingsField(
            "forceAuthn", .flag, label: "Force sign-in",
            help: "Whether the IdP must ask the person to sign in again at every login.", standard: "false"),
        SettingsField(
            "authnContext", .list(.text), label: "Authentication context",
            help: "Authentication context classes, one of which the sign-in must have.",
            example: "[urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport]"),
        SettingsField(
            "nameIDFormat", .text, label: "NameID format",
            help: "The NameID format to ask for; the IdP decides unless said.",
            example: "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"),
    ]

    private static let responseFields = [
        SettingsField(
            "require", .choice(Settings.Requirement.allCases.map(\.rawValue)), label: "Required signature",
            help: "What must be signed. Something always must.", standard: "either"),
        SettingsField(
            "subject", .choice(Settings.Subject.allCases.map(\.rawValue)), label: "Subject",
            help: "What tells one person from another for good: the NameID, or an attribute.", standard: "nameID"),
        SettingsField(
            "subjectAttribute", .text, label: "Subject attribute",
            help: "The attribute that tells one person from another.",
            example: "urn:oasis:names:tc:SAML:attribute:subject-id",
            showWhen: .init("subject", isOneOf: ["attribute"])),
        SettingsField(
            "attributes",
            .form(
                SettingsForm([
                    SettingsField("email", .text, label: "E-mail", help: "Attribute of the address."),
                    SettingsField("name", .text, label: "Name", help: "Attribute of the name."),
                    SettingsField("groups", .text, label: "Groups", help: "Attribute that lists the person's groups."),
                ])), label: "Attribute names", help: "Names of attributes, where they are not the usual ones."),
        SettingsField(
            "attributeNameFormat", .text, label: "Attribute name format",
            help: "The NameFormat that the named attributes must have; any unless said."),
        SettingsField(
            "emailEvidence", .choice(Settings.EmailEvidence.allCases.map(\.rawValue)), label: "E-mail evidence",
            help: "What speaks for an address: that the IdP's operator alone decides who has an address of the domain, "
                + "or nothing.", standard: "tenantOwnsDomain"),
        SettingsField(
            "idpInitiated", .choice(Settings.IdPInitiated.allCases.map(\.rawValue)), label: "IdP-initiated login",
            help: "Refuse it, start an ordinary login instead, or take it after asking the person.", standard: "off"),
        SettingsField(
            "exceptions",
            .form(
                SettingsForm([
                    SettingsField(
                        "sha1", .text, label: "SHA-1", help: "Signatures with SHA-1, until this day.",
                        example: "2027-01-31"),
                    SettingsField(
                        "aesCBC", .text, label: "AES-CBC", help: "AES-CBC inside a signed Response, until this day."),
                    SettingsField(
                        "aesCBCUnsigned", .text, label: "AES-CBC, unsigned",
                        help: "AES-CBC around a signed assertion where the Response is not signed, until this day."),
                    SettingsField(
                        "rsa15", .text, label: "RSA 1.5", help: "RSA 1.5 inside a signed Response, until this day."),
                ])), label: "Dated exceptions",
            help: "Weak algorithms that are taken until the end of a day (UTC). Each is recorded and warned about."),
    ]
}
