import Broker
import Foundation
import SAML

extension SAMLProvider {
    /// Names under which IdPs send an address, where the operator names none: Entra ID and AD FS, then LDAP's, then plain.
    private static let emailNames = [
        "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress", "urn:oid:0.9.2342.19200300.100.1.3",
        "email", "mail", "emailAddress", "Email", "User.email",
    ]
    /// Names under which IdPs send a name to greet with.
    private static let displayNames = [
        "http://schemas.microsoft.com/identity/claims/displayname", "urn:oid:2.16.840.1.113730.3.1.241", "displayName",
        "name", "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name", "cn", "urn:oid:2.5.4.3",
    ]
    /// Entra ID leaves the groups out when there are more than 150, and says so by this attribute.
    private static let overageNames = [
        "http://schemas.microsoft.com/claims/groups.link",
        "http://schemas.microsoft.com/ws/2008/06/identity/claims/groups.link",
    ]

    /// The identity that a checked assertion gives.
    func identity(_ content: AssertionContent) throws(SAMLError) -> VerifiedIdentity {
        let reader = AttributeReader(content.attributes)
        let subject = try subject(content, reader)
        var identity = VerifiedIdentity(
            subject: subject, email: try email(content, reader).map { Email($0, evidence: evidence) },
            displayName: try displayName(reader), groups: try groups(reader), authentication: content.authentication,
            upstream: try upstream(content), claims: reader.claims)
        identity.keyID = content.keyID
        identity.oneTime = [OneTimeIdentifier("assertion:\(content.assertionID)", until: content.replayableUntil)]
        return identity
    }

    // MARK: Who

    private func subject(_ content: AssertionContent, _ reader: AttributeReader) throws(SAMLError) -> SubjectKey {
        switch settings.subject {
        case .attribute:
            let name = attribute(settings.subjectAttribute ?? "")
            guard let value = try reader.single(name) else {
                throw SAMLError("subject_missing", "the attribute that is the person's key is absent")
            }
            return SubjectKey(connection: id, issuer: settings.entityID, subject: value)
        case .nameID:
            guard let name = content.nameID else {
                throw SAMLError("name_id_missing", "the assertion names nobody")
            }
            guard settings.nameIDFormat.map({ $0 == name.format ?? SAMLURI.unspecifiedFormat }) ?? true else {
                throw SAMLError("name_id_format_mismatch", "the NameID has another format than was asked for")
            }
            guard name.format != SAMLURI.transientFormat else {
                throw SAMLError("name_id_transient", "a transient NameID is another one at every login")
            }
            // Another assigner than the IdP itself: its names are in a space of their own.
            let assigner = name.nameQualifier.flatMap { $0 == settings.entityID ? nil : $0 }
            return SubjectKey(connection: id, issuer: settings.entityID, tenant: assigner, subject: name.value)
        }
    }

    private func attribute(_ name: String) -> AttributeName {
        AttributeName(name, format: settings.attributeNameFormat)
    }

    // MARK: E-mail and name

    private var evidence: Email.Evidence { settings.emailEvidence == .tenantOwnsDomain ? .tenantOwnsDomain : .none }

    private func email(_ content: AssertionContent, _ reader: AttributeReader) throws(SAMLError) -> EmailAddress? {
        guard let text = try emailText(content, reader) else { return nil }
        guard let address = EmailAddress(text) else {
            throw SAMLError("email_malformed", "the e-mail attribute is not one e-mail address")
        }
        return address
    }

    /// The configured attribute and no other; else the first usual one; else a NameID that says it is an address.
    private func emailText(_ content: AssertionContent, _ reader: AttributeReader) throws(SAMLError) -> String? {
        if let configured = settings.attributes.email { return try reader.single(attribute(configured)) }
        for name in Self.emailNames {
            if let text = try reader.single(AttributeName(name)) { return text }
        }
        guard let nameID = content.nameID else { return nil }
        // Of another format it may be a name that the person chose.
        return nameID.format == SAMLURI.emailFormat ? nameID.value : nil
    }

    /// A name to greet with, bounded; it decides nothing.
    private func displayName(_ reader: AttributeReader) throws(SAMLError) -> String? {
        let names = settings.attributes.name.map { [attribute($0)] } ?? Self.displayNames.map { AttributeName($0) }
        for name in names {
            if let text = try? reader.single(name) { return String(text.prefix(200)) }
        }
        return nil
    }

    // MARK: Groups

    /// Complete where the attribute is there; an attribute that is absent says nothing.
    private func groups(_ reader: AttributeReader) throws(SAMLError) -> GroupSet {
        guard let configured = settings.attributes.groups else { return .unsupported }
        if let values = try reader.list(attribute(configured)) { return GroupSet(values, completeness: .complete) }
        let isElsewhere = Self.overageNames.contains { (try? reader.list(AttributeName($0))) != nil }
        return isElsewhere ? GroupSet([], completeness: .overage) : .unsupported
    }

    // MARK: The session there

    private func upstream(_ content: AssertionContent) throws(SAMLError) -> UpstreamSession? {
        guard let name = content.nameID else { return nil }
        let handle = UpstreamHandle(nameID: name, sessionIndex: content.sessionIndex)
        return UpstreamSession(
            sessionID: content.sessionIndex, principal: name.principal(idp: settings.entityID, sp: entityID),
            handle: handle.octets)
    }
}
