// SPDX-License-Identifier: Apache-2.0

import Broker
import SAML
import XMLSecurity

extension SAMLSignIn {
    private static let emailNames = [
        "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress", "email",
    ]
    private static let displayNames = [
        "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name", "displayName", "name",
    ]

    func complete(
        _ callback: LoginCallback, resuming secrets: LoginSecrets, at addresses: PortalAddresses
    ) async throws(LoginError) -> SignedInCustomer {
        guard callback.method == .post else {
            throw SAMLError("binding_not_allowed", "a Response comes by HTTP-POST to the ACS").loginError
        }
        let idp = try await identityProvider.description()
        let expected = ResponseExpectations(
            idpEntityID: idp.entityID, spEntityID: entityID(addresses), acsURL: addresses.callback,
            requestID: secrets.requestID, now: context.time.now)
        return try refused { () throws(SAMLError) in
            let message = try PostMessage(callback.parameters)
            guard message.kind == .response else { throw SAMLError("message_kind_mismatch", "no SAMLResponse came") }
            return try customer(try content(message.unverifiedOctets, idp, expected))
        }
    }

    /// The Response itself must be signed; a signature on the assertion alone is not enough here.
    private func content(
        _ octets: [UInt8], _ idp: IdentityProviderDescription, _ expected: ResponseExpectations
    ) throws(SAMLError) -> AssertionContent {
        let reader = ResponseReader(
            keys: idp.signingKeys.map(\.key), decryptionKeys: [],
            policy: ResponsePolicy(requires: .response, signature: .standard, encryption: .standard))
        switch try reader.read(octets) {
        case .failed(let failed):
            try failed.check(expecting: expected)
            throw SAMLError("status_not_success", "the IdP said no")
        case .verified(let message):
            try ResponseCheck.run(on: message, expecting: expected)
            return try AssertionContent(message, skew: expected.skew)
        }
    }

    /// The NameID is the username and, by its format, an e-mail address.
    ///
    /// Data Center creates nobody without a display name; Cloud makes do with the address.
    private func customer(_ content: AssertionContent) throws(SAMLError) -> SignedInCustomer {
        guard let name = content.nameID else { throw SAMLError("name_id_missing", "the assertion names nobody") }
        guard name.format == SAMLURI.emailFormat else {
            throw SAMLError("name_id_format_mismatch", "the NameID's format is not emailAddress")
        }
        let reader = AttributeReader(content.attributes)
        let displayName = try reader.first(Self.displayNames)
        guard let displayName = displayName ?? (settings.flavour == .cloud ? name.value : nil) else {
            throw SAMLError("display_name_missing", "just-in-time provisioning needs a display name")
        }
        return SignedInCustomer(
            username: name.value, displayName: displayName, email: try reader.first(Self.emailNames) ?? name.value,
            groups: try settings.groupsAttribute.map { (name) throws(SAMLError) in
                try reader.list(AttributeName(name)) ?? []
            }, upstream: .saml(nameID: name, sessionIndex: content.sessionIndex))
    }
}

extension AttributeReader {
    /// The one value of the first of these attributes that is there.
    fileprivate func first(_ names: [String]) throws(SAMLError) -> String? {
        for name in names {
            if let value = try single(AttributeName(name)) { return value }
        }
        return nil
    }
}
