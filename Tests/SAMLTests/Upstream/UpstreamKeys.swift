import Foundation
import XMLSecurity

@testable import SAML

/// Keys that entries name, from wherever the corpora keep them.
enum UpstreamKeys {
    /// The keys of a reference; none where the file holds none that can be read, which then refuses everything.
    static func keys(_ reference: String, decryptingWith keys: [PrivateKey]) throws -> [PublicKey] {
        let parts = reference.split(separator: "#", maxSplits: 1).map(String.init)
        let octets = try UpstreamVectors.octets(parts[0])
        switch parts.dropFirst().first {
        case nil: return [try certificate(octets)]
        case "signing": return try signingKeys(octets)
        case "keyinfo": return certificates(in: try XMLDocument(parsing: xml(octets), limits: lenient).root)
        case "inner-keyinfo": return certificates(in: try inner(octets, keys))
        case let pointer?: return [try Certificate(text: text(at: pointer, in: octets)).key]
        }
    }

    static func privateKey(_ file: String) throws -> PrivateKey {
        let text = String(decoding: try UpstreamVectors.octets(file), as: UTF8.self)
        let label = text.contains("BEGIN RSA PRIVATE KEY") ? "RSA PRIVATE KEY" : "PRIVATE KEY"
        return try PrivateKey(pkcs8: PEM.octets(text, label: label))
    }

    private static let lenient = XMLLimits(bytes: 4 << 20, elements: 50_000, allowsRemarks: true)

    private static func certificate(_ octets: [UInt8]) throws -> PublicKey {
        if octets.first == 0x30 { return try Certificate(der: octets).key }
        let text = String(decoding: octets, as: UTF8.self)
        guard text.contains("BEGIN RSA PUBLIC KEY") else { return try Certificate(text: text).key }
        return try rsa(PEM.octets(text, label: "RSA PUBLIC KEY"))
    }

    /// An RSAPublicKey (RFC 8017 A.1.1) of 270 octets, as every one of 2048 bits is, in its SubjectPublicKeyInfo.
    private static func rsa(_ key: [UInt8]) throws -> PublicKey {
        let algorithm: [UInt8] = [
            0x30, 0x0D, 0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x01, 0x05, 0x00,
        ]
        return try PublicKey(
            subjectPublicKeyInfo: [0x30, 0x82, 0x01, 0x22] + algorithm + [0x03, 0x82, 0x01, 0x0F, 0x00] + key)
    }

    private static func xml(_ octets: [UInt8]) throws -> [UInt8] {
        let isXML = octets.first { !$0.isBlank } == UInt8(ascii: "<")
        return isXML ? octets : try Base64.decode(octets)
    }

    /// The signing keys of metadata, whoever it describes and however short they are.
    private static func signingKeys(_ octets: [UInt8]) throws -> [PublicKey] {
        let root = try XMLDocument(parsing: octets, limits: lenient).root
        let roles = root.all { $0.isNamed(.identityProviderRole) }
        let descriptors = roles.flatMap { $0.children(.keyDescriptor) }
        return descriptors.filter { $0.attribute("use") != "encryption" }.flatMap(certificates)
    }

    private static func certificates(in element: XMLElement) -> [PublicKey] {
        element.all { $0.isNamed(.x509Certificate) }.compactMap {
            try? Certificate(der: Base64.decode(Array(($0.text ?? "").utf8))).key
        }
    }

    private static func inner(_ octets: [UInt8], _ keys: [PrivateKey]) throws -> XMLElement {
        let root = try XMLDocument(parsing: xml(octets), limits: lenient).root
        let encrypted = try unwrap(root.all { $0.isNamed(.encryptedAssertion) }.first)
        let policy = EncryptionPolicy(allowsCBC: true, allowsRSA15: true)
        let plain = try Decryptor(keys: keys, policy: policy).decrypt(encrypted, isSigned: true)
        return try XMLDocument(parsing: plain, limits: lenient).root
    }

    private static func text(at pointer: String, in octets: [UInt8]) throws -> String {
        var value = try JSONSerialization.jsonObject(with: Data(octets))
        for step in pointer.split(separator: "/") {
            value = try unwrap((value as? [String: Any])?[String(step)])
        }
        return try unwrap(value as? String)
    }
}

extension XMLElement {
    /// Every element that is wanted, at any depth: for tests, which take keys as configuration; the library has no
    /// such search.
    func all(where isWanted: (XMLElement) -> Bool) -> [XMLElement] {
        (isWanted(self) ? [self] : []) + children.flatMap { $0.all(where: isWanted) }
    }
}

extension UInt8 {
    fileprivate var isBlank: Bool { self == 0x20 || (0x9...0xD).contains(self) }
}
