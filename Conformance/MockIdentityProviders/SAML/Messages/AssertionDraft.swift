// SPDX-License-Identifier: Apache-2.0

import XMLSecurity

/// An assertion in the making: every part can still be spoilt.
struct AssertionDraft: Sendable {
    var vocabulary: SAMLVocabulary
    var id: String
    var version: String? = "2.0"
    var issueInstant: String?
    /// What stands in Issuer, as written; nil leaves the element out.
    var issuer: [UInt8]?
    var names: [NameIDDraft]
    var confirmations: [ConfirmationDraft]
    var conditions: ConditionsDraft?
    /// What stands in `Advice`.
    var advice: [XMLText] = []
    var authentications: [AuthenticationDraft]
    var attributes: [AttributeDraft]
    /// Further attributes of the element, such as a second identifier.
    var pollution: [(String, String?)] = []
    /// What stands after everything else.
    var tail: [XMLText] = []
    /// Values are typed, as Java's IdPs write them; the prefix is then in scope at the assertion.
    var typesValues = false

    /// The element, with its signature where there is one.
    func xml(signature: XMLText? = nil) -> XMLText {
        XMLText(
            vocabulary.saml("Assertion"),
            [
                vocabulary.declaresAssertion, ("xmlns:xs", typesValues ? SAMLVocabulary.schemaNamespace : nil),
                ("ID", id), ("IssueInstant", issueInstant), ("Version", version),
            ] + pollution,
            [
                issuer.map { XMLText(vocabulary.saml("Issuer"), [], [XMLText(written: $0)]) }, signature, subject,
                conditions?.xml(vocabulary),
                advice.isEmpty ? nil : XMLText(vocabulary.saml("Advice"), [], advice),
            ] + authentications.map { $0.xml(vocabulary) } + [attributeStatement] + tail)
    }

    private var subject: XMLText? {
        guard !names.isEmpty || !confirmations.isEmpty else { return nil }
        return XMLText(
            vocabulary.saml("Subject"), [],
            names.map { $0.xml(vocabulary) } + confirmations.map { $0.xml(vocabulary) })
    }

    private var attributeStatement: XMLText? {
        guard !attributes.isEmpty else { return nil }
        return XMLText(
            vocabulary.saml("AttributeStatement"), [],
            attributes.map { $0.xml(vocabulary, isTyped: typesValues) })
    }
}

/// `saml:NameID`.
struct NameIDDraft: Sendable {
    var format: String?
    var nameQualifier: String?
    var spNameQualifier: String?
    /// What stands inside, as written; text is escaped by `init`.
    var content: [UInt8]

    init(_ text: String, format: String?, nameQualifier: String? = nil, spNameQualifier: String? = nil) {
        self.format = format
        self.nameQualifier = nameQualifier
        self.spNameQualifier = spNameQualifier
        content = MarkUp.escaped(text)
    }

    func xml(_ vocabulary: SAMLVocabulary) -> XMLText {
        XMLText(
            vocabulary.saml("NameID"),
            [("Format", format), ("NameQualifier", nameQualifier), ("SPNameQualifier", spNameQualifier)],
            [XMLText(written: content)])
    }
}

/// `saml:SubjectConfirmation`.
struct ConfirmationDraft: Sendable {
    var method: String? = "urn:oasis:names:tc:SAML:2.0:cm:bearer"
    var hasData = true
    var inResponseTo: String?
    var notBefore: String?
    var notOnOrAfter: String?
    var recipient: String?
    var address: String?
    var content: [XMLText] = []

    func xml(_ vocabulary: SAMLVocabulary) -> XMLText {
        let data = XMLText(
            vocabulary.saml("SubjectConfirmationData"),
            [
                ("Address", address), ("InResponseTo", inResponseTo), ("NotBefore", notBefore),
                ("NotOnOrAfter", notOnOrAfter), ("Recipient", recipient),
            ], content)
        return XMLText(vocabulary.saml("SubjectConfirmation"), [("Method", method)], [hasData ? data : nil])
    }
}

/// `saml:Conditions`.
struct ConditionsDraft: Sendable {
    var notBefore: String?
    var notOnOrAfter: String?
    /// One restriction for each; its audiences are alternatives.
    var restrictions: [[String]]
    var further: [XMLText] = []

    func xml(_ vocabulary: SAMLVocabulary) -> XMLText {
        XMLText(
            vocabulary.saml("Conditions"), [("NotBefore", notBefore), ("NotOnOrAfter", notOnOrAfter)],
            restrictions.map { audiences in
                XMLText(
                    vocabulary.saml("AudienceRestriction"), [],
                    audiences.map { XMLText(vocabulary.saml("Audience"), text: $0) })
            } + further)
    }
}

/// `saml:AuthnStatement`.
struct AuthenticationDraft: Sendable {
    var instant: String?
    var sessionIndex: String?
    var sessionNotOnOrAfter: String?
    var contextClass: String

    func xml(_ vocabulary: SAMLVocabulary) -> XMLText {
        XMLText(
            vocabulary.saml("AuthnStatement"),
            [
                ("AuthnInstant", instant), ("SessionIndex", sessionIndex),
                ("SessionNotOnOrAfter", sessionNotOnOrAfter),
            ],
            [
                XMLText(
                    vocabulary.saml("AuthnContext"), [],
                    [XMLText(vocabulary.saml("AuthnContextClassRef"), text: contextClass)])
            ])
    }
}

/// `saml:Attribute`.
struct AttributeDraft: Sendable {
    var name: String
    var format: String?
    var friendlyName: String?
    /// What stands in each value, as written.
    var values: [[UInt8]]

    init(_ name: String, format: String? = nil, friendlyName: String? = nil, _ values: [String]) {
        self.name = name
        self.format = format
        self.friendlyName = friendlyName
        self.values = values.map(MarkUp.escaped)
    }

    func xml(_ vocabulary: SAMLVocabulary, isTyped: Bool) -> XMLText {
        let type: [(String, String?)] =
            isTyped ? [("xmlns:xsi", SAMLVocabulary.instanceNamespace), ("xsi:type", "xs:string")] : []
        return XMLText(
            vocabulary.saml("Attribute"), [("FriendlyName", friendlyName), ("Name", name), ("NameFormat", format)],
            values.map { XMLText(vocabulary.saml("AttributeValue"), type, [XMLText(written: $0)]) })
    }
}

/// Text as it stands between tags.
enum MarkUp {
    static func escaped(_ text: String) -> [UInt8] {
        // The one writer escapes; its tags are cut off again.
        Array(XMLText("t", text: text).bytes.dropFirst(3).dropLast(4))
    }
}
