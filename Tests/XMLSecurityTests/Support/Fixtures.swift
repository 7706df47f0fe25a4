import Foundation
import XMLSecurity

/// What `Fixtures/make.py` wrote: keys, and messages that other implementations made.
enum Fixtures {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Fixtures")

    static func octets(_ path: String) throws -> [UInt8] {
        Array(try Data(contentsOf: folder.appending(path: path)))
    }

    static func text(_ path: String) throws -> String { String(decoding: try octets(path), as: UTF8.self) }

    static func privateKey(_ name: String) throws -> PrivateKey {
        try PrivateKey(pkcs8: PEM.octets(text("keys/\(name).key.pem"), label: "PRIVATE KEY"))
    }

    static func publicKey(_ name: String) throws -> PublicKey {
        try PublicKey(subjectPublicKeyInfo: PEM.octets(text("keys/\(name).pub.pem"), label: "PUBLIC KEY"))
    }

    static func certificate(_ name: String) throws -> Certificate {
        try Certificate(text: text("keys/\(name).crt.pem"))
    }

    /// The root of a signed message.
    static func signed(_ name: String) throws -> XMLElement {
        try XMLDocument(parsing: octets("signed/\(name).xml"), limits: .message).root
    }
}

/// The error of a call that has to fail with one.
func refusal(_ body: () throws -> Void) -> XMLSecurityError? {
    do {
        try body()
        return nil
    } catch {
        return error as? XMLSecurityError
    }
}

/// A document of a text.
func parse(_ text: String, _ limits: XMLLimits = .message) throws -> XMLDocument {
    try XMLDocument(parsing: Array(text.utf8), limits: limits)
}
