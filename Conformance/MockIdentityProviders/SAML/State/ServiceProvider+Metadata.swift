// SPDX-License-Identifier: Apache-2.0

import XMLSecurity

/// Why SP metadata cannot be taken.
package struct ServiceProviderMetadataError: Error, Sendable, CustomStringConvertible {
    package let description: String
}

extension ServiceProvider {
    private static let redirect = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"
    private static let post = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"

    /// Reads SP metadata (SAML Metadata 2.4.4), as an administrator pastes it into an IdP.
    package init(metadata: [UInt8]) throws {
        let root = try XMLDocument(parsing: metadata, limits: .metadata).root
        guard let entityID = root.attribute("entityID"),
            let role = root.only(XMLName(.md, "SPSSODescriptor"))
        else { throw ServiceProviderMetadataError(description: "no entityID or no SPSSODescriptor") }
        let services = role.children(XMLName(.md, "AssertionConsumerService"))
            .filter { $0.attribute("Binding", is: Self.post) }
            .sorted { ($0.attribute("isDefault") == "true" ? 0 : 1) < ($1.attribute("isDefault") == "true" ? 0 : 1) }
        let keys = try role.children(XMLName(.md, "KeyDescriptor")).map { descriptor in
            (use: descriptor.attribute("use"), key: try Self.key(of: descriptor))
        }
        self.init(
            entityID: entityID, acsURLs: services.compactMap { $0.attribute("Location") }, logout: Self.logout(role),
            signingKeys: keys.filter { $0.use != "encryption" }.map(\.key),
            encryptionKey: keys.first { $0.use != "signing" }?.key)
    }

    private static func logout(_ role: XMLElement) -> Logout? {
        let services = role.children(XMLName(.md, "SingleLogoutService"))
        let chosen =
            services.first { $0.attribute("Binding", is: redirect) }
            ?? services.first { $0.attribute("Binding", is: post) }
        return chosen.flatMap { service in
            service.attribute("Location").map { Logout(url: $0, usesPost: service.attribute("Binding", is: post)) }
        }
    }

    private static func key(of descriptor: XMLElement) throws -> PublicKey {
        let data = descriptor.only(XMLName(.dsig, "KeyInfo"))?.first(XMLName(.dsig, "X509Data"))
        guard let text = data?.first(XMLName(.dsig, "X509Certificate"))?.text else {
            throw ServiceProviderMetadataError(description: "a KeyDescriptor without a certificate")
        }
        return try Certificate(text: text).key
    }
}
