// SPDX-License-Identifier: Apache-2.0

import Broker
import Foundation
import HTTPTypes
import SAML
import Synchronization
import XMLSecurity

/// The one SAML IdP that the portal knows: read at first use and kept, as a certificate that an administrator pasted.
final class KnownIdentityProvider: Sendable {
    private let source: MockPortal.Configuration.IdentityProvider
    private let context: ProviderContext
    private let known = Mutex<IdentityProviderDescription?>(nil)

    init(_ source: MockPortal.Configuration.IdentityProvider, context: ProviderContext) {
        self.source = source
        self.context = context
    }

    /// Its name, keys and addresses.
    func description() async throws(LoginError) -> IdentityProviderDescription {
        if let known = known.withLock({ $0 }) { return known }
        let read =
            switch source {
            case .metadataURL(let url): try parse(try await fetch(url))
            case .metadata(let text): try parse(Array(text.utf8))
            case .manual(let entityID, let ssoURL, let sloURL, let certificatePEM):
                try manual(entityID, ssoURL, sloURL, certificatePEM)
            }
        known.withLock { $0 = read }
        return read
    }

    private func fetch(_ text: String) async throws(LoginError) -> [UInt8] {
        let request = OutboundRequest(url: try PortalAddresses.url(text))
        let response: OutboundResponse
        do throws(TransportError) {
            response = try await context.transport.send(request)
        } catch {
            throw LoginError(.upstreamUnavailable, detail: "metadata: \(error)", underlying: error)
        }
        guard response.status.code == 200 else {
            throw LoginError(.upstreamUnavailable, detail: "metadata: status \(response.status.code)")
        }
        return Array(response.body)
    }

    /// Believes the document's own name: whoever configured it has looked at it.
    private func parse(_ octets: [UInt8]) throws(LoginError) -> IdentityProviderDescription {
        let entityID: String?
        do throws(XMLSecurityError) {
            entityID = try XMLDocument(parsing: octets, limits: .metadata).root.attribute("entityID")
        } catch {
            throw LoginError(.upstreamInvalid, detail: "metadata is no XML", rule: error.code.rawValue)
        }
        guard let entityID else { throw LoginError(.upstreamInvalid, detail: "metadata has no entityID") }
        return try refused { () throws(SAMLError) in
            try MetadataReader(entityID: entityID, now: context.time.now).read(octets)
        }
    }

    private func manual(
        _ entityID: String, _ ssoURL: String, _ sloURL: String?, _ certificatePEM: String
    ) throws(LoginError) -> IdentityProviderDescription {
        do throws(XMLSecurityError) {
            let certificate = try Certificate(text: certificatePEM)
            return IdentityProviderDescription(
                entityID: entityID,
                signingKeys: [.init(key: certificate.key, notAfter: Timestamp(seconds: certificate.notAfter))],
                singleSignOn: [.init(binding: .redirect, location: ssoURL)],
                singleLogout: sloURL.map { [.init(binding: .redirect, location: $0)] } ?? [])
        } catch {
            throw LoginError(.configurationInvalid, detail: "the IdP's certificate", rule: error.code.rawValue)
        }
    }
}

/// Runs a step of SAML and names its refusal for the page.
func refused<Value>(_ step: () throws(SAMLError) -> Value) throws(LoginError) -> Value {
    do throws(SAMLError) { return try step() } catch { throw error.loginError }
}
