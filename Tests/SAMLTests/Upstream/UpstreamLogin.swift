import Broker
import XMLSecurity

@testable import SAML

/// A connection as an entry wants it, and a login through everything that this room checks.
struct UpstreamLogin {
    let entry: UpstreamVectors.Entry
    var exceptions: Set<String>
    var minimumRSABits = 2048

    init(_ entry: UpstreamVectors.Entry) {
        self.entry = entry
        exceptions = entry.exceptions
    }

    /// What the message says, once it passed every check.
    func content(_ xml: [UInt8]) throws -> AssertionContent {
        guard case .verified(let message) = try reader().read(xml) else {
            throw SAMLError("status_not_success", "")
        }
        try ResponseCheck.run(on: message, expecting: expectations)
        let content = try AssertionContent(message, skew: .seconds(180))
        let reader = AttributeReader(content.attributes)
        for name in ["email", entry.identity?.email_attribute].compactMap({ $0 }) {
            _ = try reader.single(AttributeName(name))
        }
        return content
    }

    /// The rule that refuses, or nil.
    func rule(_ xml: () throws -> [UInt8]) throws -> String? {
        try refusingRule { _ = try content(xml()) }
    }

    /// The rule that refuses by structure, signature or encryption, or nil.
    func signatureRule(_ xml: () throws -> [UInt8]) throws -> String? {
        try refusingRule {
            guard case .verified = try reader().read(xml()) else { throw SAMLError("status_not_success", "") }
        }
    }

    func keys() throws -> [PublicKey] {
        let decryption = try decryptionKeys()
        return try (entry.needs?.certificates ?? []).flatMap {
            try UpstreamKeys.keys($0, decryptingWith: decryption)
        }
    }

    private func decryptionKeys() throws -> [PrivateKey] {
        try [entry.needs?.decryption_key].compactMap { try $0.map(UpstreamKeys.privateKey) }
    }

    private func reader() throws -> ResponseReader {
        ResponseReader(
            keys: try keys(), decryptionKeys: try decryptionKeys(),
            policy: ResponsePolicy(exceptions: exceptions, minimumRSABits: minimumRSABits))
    }

    private var expectations: ResponseExpectations {
        ResponseExpectations(
            idpEntityID: entry.needs?.idp_entity_id ?? "", spEntityID: entry.needs?.audience ?? "",
            acsURL: entry.needs?.acs ?? "", requestID: entry.needs?.in_response_to, now: entry.now)
    }
}
