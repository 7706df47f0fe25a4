import Broker
import Foundation
import TrustDocuments
import XMLSecurity

@testable import SAML

/// The public corpora of other implementations with our verdicts on them.
///
/// The verdicts are in this repository (`Conformance/Vectors/upstream-saml.json`), the corpora are not:
/// `VESTIBULE_VECTORS` names a folder whose `saml` holds them.
struct UpstreamVectors: Decodable {
    struct Entry: Decodable, Sendable, CustomStringConvertible {
        enum Kind: String, Decodable {
            case response
            case assertionOnly = "assertion-only"
            case logoutRequest = "logout-request"
            case logoutResponse = "logout-response"
            case metadata
            case notAMessage = "not-a-message"
        }

        enum Verdict: String, Decodable { case accept, refuse }

        let file: String
        let kind: Kind
        let encoding: String
        let verdict: Verdict
        let rules: [String]?
        /// The name of our check that refuses first.
        let refused_by: String?
        let signature_layer: Verdict?
        let with_rsa1024: Verdict?
        let needs: Needs?
        let identity: Identity?
        let variants: [Variant]?
        let sso: [Endpoint]?
        let signing_keys: Int?
        let valid_until: String?
        let sha256: String
        var description: String { file }
    }

    struct Needs: Decodable, Sendable {
        let idp_entity_id: String?
        let certificates: [String]?
        let acs: String?
        let audience: String?
        let in_response_to: String?
        let slo: String?
        let now: String?
        let decryption_key: String?
        let exceptions: [String]?
    }

    /// SHA-256 of names.
    struct Identity: Decodable, Sendable {
        let nameID: String
        let email: String?
        let email_attribute: String?
        let sessionIndex: [String]?
    }

    struct Variant: Decodable, Sendable {
        let into: String
        let at: Int
        let insert: String
        let rule: String
    }

    struct Endpoint: Decodable, Sendable {
        let binding: String
        let location: String
    }

    let entries: [Entry]

    /// The verdicts.
    static let shared: UpstreamVectors? = {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../../Conformance/Vectors/upstream-saml.json")
        return try? JSONDecoder().decode(UpstreamVectors.self, from: Data(contentsOf: file))
    }()

    /// The corpora.
    static let folder: URL? = ProcessInfo.processInfo.environment["VESTIBULE_VECTORS"].map {
        URL(fileURLWithPath: $0).appendingPathComponent("saml")
    }.flatMap { FileManager.default.fileExists(atPath: $0.path) ? $0 : nil }

    static let absence = "VESTIBULE_VECTORS names no folder with saml, the public corpora"

    /// The entries; none where the corpora are not there.
    static func entries(_ kinds: Entry.Kind...) -> [Entry] {
        guard folder != nil else { return [] }
        return shared?.entries.filter { kinds.contains($0.kind) } ?? []
    }

    static func octets(_ file: String) throws -> [UInt8] {
        Array(try Data(contentsOf: unwrap(folder).appendingPathComponent(file)))
    }
}

extension UpstreamVectors.Entry {
    /// The XML of the file, decoded as our bindings decode.
    func xml() throws -> [UInt8] {
        let octets = try UpstreamVectors.octets(file)
        switch encoding {
        case "base64": return try Base64.decode(octets)
        case "base64-deflate":
            return try Deflate.inflate(Base64.decode(octets), limit: RedirectMessage.maximumInflatedBytes)
        default: return octets
        }
    }

    /// The file as it was when the verdict was given.
    var isKnownVersion: Bool {
        get throws { try Fingerprint.sha256Hex(UpstreamVectors.octets(file)) == sha256 }
    }

    var now: Timestamp { (needs?.now).flatMap(SAMLTime.parse) ?? Timestamp(seconds: 1_768_478_400) }

    /// The dated permissions that a connection can have; the rest of `exceptions` nothing permits.
    var exceptions: Set<String> {
        Set(needs?.exceptions ?? []).intersection(["sha1", "aesCBC", "aesCBCUnsigned", "rsa15"])
    }
}

extension ResponsePolicy {
    /// What a connection with these exceptions takes.
    init(exceptions: Set<String>, minimumRSABits: Int = 2048) {
        let until = Timestamp(seconds: 2)
        let weak = WeakAlgorithms(
            sha1: exceptions.contains("sha1") ? until : nil, aesCBC: exceptions.contains("aesCBC") ? until : nil,
            aesCBCUnsigned: exceptions.contains("aesCBCUnsigned") ? until : nil,
            rsa15: exceptions.contains("rsa15") ? until : nil)
        self = weak.policy(.either, at: Timestamp(seconds: 1))
        signature.minimumRSABits = minimumRSABits
    }
}
