// SPDX-License-Identifier: Apache-2.0

import XMLSecurity

extension SAMLProfile {
    /// The plainest IdP.
    package static let plain = SAMLProfile("plain")

    /// Okta: both signed, typed values, `saml2` prefixes, NameID as configured for the application.
    package static let okta = SAMLProfile(
        "okta", signs: .both, typesValues: true, keepsTypePrefix: true, nameID: .email,
        email: .init("email", format: Formats.unspecified), personName: .init("name", format: Formats.unspecified),
        groups: .init("groups", format: Formats.unspecified), writesFractions: true,
        vocabulary: .init(protocol: "saml2p", assertion: "saml2"))

    /// Entra ID: assertion signed, claim URIs without a format, default namespaces.
    package static let entra = SAMLProfile(
        "entra", email: .init(Claims.email),
        personName: .init("http://schemas.microsoft.com/identity/claims/displayname"),
        groups: .init("http://schemas.microsoft.com/ws/2008/06/identity/claims/groups"),
        further: [
            (.init("http://schemas.microsoft.com/identity/claims/tenantid"), "5d1f1b2e-0000-4000-8000-000000000001"),
            (
                .init("http://schemas.microsoft.com/claims/authnmethodsreferences"),
                "http://schemas.microsoft.com/ws/2008/06/identity/authenticationmethod/password"
            ),
        ], contextClass: password, writesFractions: true, vocabulary: .init(assertion: "", signature: ""))

    /// ADFS: assertion signed, claim URIs, default namespaces.
    package static let adfs = SAMLProfile(
        "adfs", nameID: .userName, email: .init(Claims.email), personName: .init(Claims.name),
        groups: .init("http://schemas.xmlsoap.org/claims/Group"), writesFractions: true,
        vocabulary: .init(assertion: ""))

    /// Google Workspace: the Response signed, attributes as mapped by the administrator.
    package static let google = SAMLProfile(
        "google", signs: .response, nameID: .email, email: .init("email"), personName: .init("name"),
        groups: .init("groups"), contextClass: "urn:oasis:names:tc:SAML:2.0:ac:classes:unspecified",
        writesFractions: true, vocabulary: .init(protocol: "saml2p", assertion: "saml2"))

    /// OneLogin: assertion signed, typed values, basic names.
    package static let oneLogin = SAMLProfile(
        "onelogin", typesValues: true, nameID: .email, email: .init("User.email", format: Formats.basic),
        personName: .init("User.name", format: Formats.basic), groups: .init("memberOf", format: Formats.basic))

    /// PingFederate: assertion signed, no certificate, basic names.
    package static let ping = SAMLProfile(
        "ping", sendsCertificate: false, typesValues: true, keepsTypePrefix: true, nameID: .userName,
        email: .init("mail", format: Formats.basic), personName: .init("displayName", format: Formats.basic),
        groups: .init("memberOf", format: Formats.basic), writesFractions: true)

    /// Shibboleth: the Response signed, the assertion encrypted, object identifiers, a qualified persistent name.
    package static let shibboleth = SAMLProfile(
        "shibboleth", signs: .response, encryption: .init(.aes128GCM), nameID: .persistent, qualifiesNameID: true,
        email: .init("urn:oid:0.9.2342.19200300.100.1.3", format: Formats.uri, friendlyName: "mail"),
        personName: .init("urn:oid:2.16.840.1.113730.3.1.241", format: Formats.uri, friendlyName: "displayName"),
        groups: .init("urn:oid:1.3.6.1.4.1.5923.1.5.1.1", format: Formats.uri, friendlyName: "isMemberOf"),
        writesFractions: true, writesAddress: true, vocabulary: .init(protocol: "saml2p", assertion: "saml2"))

    /// SimpleSAMLphp: both signed, basic names.
    package static let simpleSAMLphp = SAMLProfile(
        "simplesamlphp", signs: .both, typesValues: true, nameID: .persistent, qualifiesNameID: true,
        email: .init("mail", format: Formats.basic), personName: .init("displayName", format: Formats.basic),
        groups: .init("eduPersonAffiliation", format: Formats.basic), contextClass: password)

    /// Every vendor's.
    package static let vendors = [okta, entra, adfs, google, oneLogin, ping, shibboleth, simpleSAMLphp]

    /// One by its name.
    package static func named(_ name: String) -> SAMLProfile? { (vendors + [plain]).first { $0.name == name } }

    private enum Formats {
        static let basic = "urn:oasis:names:tc:SAML:2.0:attrname-format:basic"
        static let uri = "urn:oasis:names:tc:SAML:2.0:attrname-format:uri"
        static let unspecified = "urn:oasis:names:tc:SAML:2.0:attrname-format:unspecified"
    }

    private enum Claims {
        static let email = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress"
        static let name = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name"
    }
}
