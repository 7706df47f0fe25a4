// SPDX-License-Identifier: Apache-2.0

import Broker
import Foundation
import SAML
import XMLSecurity

/// A tenant's metadata, honest or spoilt.
struct SAMLMetadataMaker {
    let host: SAMLHost
    let tenant: SAMLTenantState
    let port: Int

    private var switches: SAMLMetadataSwitches { tenant.metadata }

    func document() throws -> [UInt8] {
        let honest = try metadata()
        let fault = switches.fault
        guard switches.isSigned || fault == .strangerSignature || fault == .tampered else {
            return spoilt(honest.document())
        }
        let key =
            fault == .strangerSignature
            ? try SAMLStranger.key(.rsa, named: "Somebody else") : tenant.keys.active
        let maker = SignatureMaker(key: key.privateKey, certificate: key.certificate)
        return spoilt(try honest.document(signedBy: maker, id: host.identifier()))
    }

    private func metadata() throws -> IdentityProviderMetadata {
        let base = host.base(tenant.definition.name, port: port)
        let (sso, slo) = ("\(base)/sso", "\(base)/slo")
        var metadata = IdentityProviderMetadata(
            entityID: host.entityID(tenant.definition.name, port: port), signingCertificates: try certificates(),
            singleSignOn: [.init(binding: .redirect, location: sso), .init(binding: .post, location: sso)],
            singleLogout: [.init(binding: .redirect, location: slo), .init(binding: .post, location: slo)])
        metadata.wantsSignedRequests = tenant.definition.wantsSignedRequests
        let now = host.configuration.now()
        metadata.validUntil = switches.validFor.map { Timestamp(seconds: now + $0) }
        switch switches.fault {
        case .entityIDWrong: metadata.entityID = "https://idp.invalid/saml"
        case .expired: metadata.validUntil = Timestamp(seconds: now - 3600)
        case .withoutSingleSignOn: metadata.singleSignOn = []
        case .scriptLocation: metadata.singleSignOn = [.init(binding: .redirect, location: "javascript:alert(1)")]
        default: break
        }
        return metadata
    }

    private func certificates() throws -> [[UInt8]] {
        switch switches.fault {
        case .withoutKeys: return []
        case .weakKey: return [try SAMLKey.rsa("A weak key", bits: 1024).certificate]
        case .certificateGarbage: return [Array("no certificate".utf8)]
        default: break
        }
        let keys = tenant.keys
        return switch switches.keys {
        case .active: [keys.active.certificate, keys.ec.certificate]
        case .activeAndNext: [keys.active.certificate, keys.next.certificate, keys.ec.certificate]
        case .next: [keys.next.certificate]
        }
    }

    private func spoilt(_ document: [UInt8]) -> [UInt8] {
        let text = String(decoding: document, as: UTF8.self)
        switch switches.fault {
        case .garbage: return Array("<html>not metadata</html>".utf8)
        case .huge: return document + [UInt8](repeating: UInt8(ascii: "\n"), count: 2 << 20)
        case .dtd:
            let start = text.range(of: "<md:EntityDescriptor")?.lowerBound ?? text.startIndex
            return Array((text[..<start] + "<!DOCTYPE md:EntityDescriptor []>" + text[start...]).utf8)
        case .withoutRole: return Array(text.replacingOccurrences(of: "IDPSSODescriptor", with: "PDPDescriptor").utf8)
        case .tampered: return Array(text.replacingOccurrences(of: "/sso\"", with: "/evil\"").utf8)
        default: return document
        }
    }
}
