import Broker
import TrustDocuments
import XMLSecurity

/// One check of an IdP's metadata, as a value, so that a run can drop one and see a test fail.
package struct MetadataCheck: Sendable {
    /// The check's name.
    package let name: String
    /// The clause that it enforces.
    package let clause: String
    let run: @Sendable (MetadataFacts) throws(SAMLError) -> Void

    /// Every check, in order.
    package static let all: [MetadataCheck] = [
        .role, .validUntil, .expiry, .lifetime, .certificates, .keys, .singleSignOn, .locations,
    ]
}

extension MetadataCheck {
    /// Exactly one role of a SAML 2.0 IdP: of two, another reader takes the other.
    static let role = MetadataCheck(
        name: "role", clause: "SAML Metadata 2.4.3"
    ) { facts throws(SAMLError) in
        guard facts.roles.count == 1 else {
            throw SAMLError(
                "metadata_role_missing",
                "EntityDescriptor has \(facts.roles.count) IDPSSODescriptor for SAML 2.0, and not one")
        }
    }

    /// A `validUntil` that cannot be read must not become one that never comes.
    static let validUntil = MetadataCheck(
        name: "validUntil", clause: "SAML Metadata 2.3.1, SAML Core 1.3.3"
    ) { facts throws(SAMLError) in
        for element in facts.enclosing {
            if let text = element.attribute("validUntil"), SAMLTime.parse(text) == nil {
                throw SAMLError(
                    "metadata_valid_until", "\(element.localName)'s validUntil is no xs:dateTime in UTC")
            }
        }
    }

    /// Old metadata may hold a key that was withdrawn because it was stolen.
    static let expiry = MetadataCheck(
        name: "expiry", clause: "SAML Metadata 2.3.1, 2.3.2, 2.4.1"
    ) { facts throws(SAMLError) in
        for element in facts.enclosing {
            if let end = element.attribute("validUntil").flatMap(SAMLTime.parse), end <= facts.now {
                throw SAMLError("metadata_expired", "\(element.localName)'s validUntil was \(SAMLTime.text(end))")
            }
        }
    }

    /// Without a near end, a signed copy replaces the original for ever.
    static let lifetime = MetadataCheck(
        name: "lifetime", clause: "SAML Deployment Profile SDP-MD03"
    ) { facts throws(SAMLError) in
        guard case .bounded(let longest) = facts.lifetime else { return }
        guard let end = facts.validUntil else {
            throw SAMLError("metadata_valid_until_missing", "signed metadata must have a validUntil")
        }
        guard end <= facts.now + longest else {
            throw SAMLError(
                "metadata_valid_until_too_far",
                "validUntil is \(SAMLTime.text(end)), more than \(longest.wholeSeconds / 86400) days ahead")
        }
    }

    /// A certificate that cannot be read may be the one that the next message is signed with; the operator must know.
    static let certificates = MetadataCheck(
        name: "certificates", clause: "SAML Metadata 2.4.1.1"
    ) { facts throws(SAMLError) in
        guard facts.keys.unreadable == 0 else {
            throw SAMLError(
                "metadata_certificate_unreadable", "KeyDescriptor has an X509Certificate that cannot be read")
        }
    }

    /// No key must never mean that no signature is asked for (CVE-2026-28323).
    static let keys = MetadataCheck(
        name: "keys", clause: "SAML Deployment Profile SDP-MD05, SDP-MD06"
    ) { facts throws(SAMLError) in
        guard facts.keys.usable.isEmpty else { return }
        guard let reason = facts.keys.ignored.first else {
            throw SAMLError("metadata_no_keys", "IDPSSODescriptor has no KeyDescriptor with a certificate for signing")
        }
        throw SAMLError("metadata_key_too_weak", "KeyDescriptor: \(reason), and there is no other key for signing")
    }

    /// There must be a place where logins begin.
    static let singleSignOn = MetadataCheck(
        name: "singleSignOn", clause: "SAML Metadata 2.4.3"
    ) { facts throws(SAMLError) in
        guard !facts.singleSignOn.isEmpty else {
            throw SAMLError(
                "metadata_single_sign_on_missing",
                "IDPSSODescriptor has no SingleSignOnService with HTTP-Redirect or HTTP-POST")
        }
    }

    /// Browsers are sent to these: https and nothing else, above all no `javascript:`.
    static let locations = MetadataCheck(
        name: "locations", clause: "SAML Metadata 2.2.2"
    ) { facts throws(SAMLError) in
        for (name, endpoints) in [
            ("SingleSignOnService", facts.singleSignOn), ("SingleLogoutService", facts.singleLogout),
        ] {
            for endpoint in endpoints {
                guard EndpointURL.parse(endpoint.location) != nil else {
                    throw SAMLError("metadata_location", "\(name)'s Location is not an https URL")
                }
                guard endpoint.responseLocation.map({ EndpointURL.parse($0) != nil }) ?? true else {
                    throw SAMLError("metadata_location", "\(name)'s ResponseLocation is not an https URL")
                }
            }
        }
    }
}
