import Broker
import Foundation
import SAML
import SAMLFuzzing
import XMLSecurity

/// Octets as metadata: typed in by an operator, from a URL, and under a pinned signature.
///
/// The entityID is the pinned one, there is a key, every address is https, and what a pinned key vouches for is what that
/// key has signed.
struct MetadataTarget: FuzzTarget {
    static let name = "metadata"
    private static let entityID = "https://idp-a.example/saml"
    private let reader: MetadataReader
    private let signedReader: MetadataReader
    private let key: PublicKey
    private let signed: Facts

    /// What is taken from metadata.
    private struct Facts: Hashable {
        let keys: [[UInt8]]
        let endpoints: [IdentityProviderDescription.Endpoint]
        let validUntil: Timestamp?

        init(_ description: IdentityProviderDescription) {
            keys = description.signingKeys.map(\.key.subjectPublicKeyInfo)
            endpoints = description.singleSignOn + description.singleLogout
            validUntil = description.validUntil
        }
    }

    init(_ own: OwnDev) throws {
        reader = MetadataReader(entityID: Self.entityID, now: own.now)
        signedReader = MetadataReader(entityID: Self.entityID, now: own.now, lifetime: .signed)
        key = try own.signingKey.publicKey
        signed = Facts(try signedReader.read(Self.signedSeed(own), signedBy: key))
    }

    func problem(with input: [UInt8]) -> String? {
        if let description = try? signedReader.read(input, signedBy: key), Facts(description) != signed {
            return "a pinned signature vouches for what it does not cover"
        }
        guard let description = try? reader.read(input) else { return nil }
        let facts = Facts(description)
        if description.entityID != Self.entityID { return "another entityID" }
        if facts.keys.isEmpty { return "no signing key" }
        let addresses = facts.endpoints.flatMap { [$0.location] + [$0.responseLocation].compactMap { $0 } }
        let isSafe = addresses.allSatisfy { URL(string: $0)?.scheme?.lowercased() == "https" }
        return isSafe ? nil : "an endpoint is not https"
    }

    private static func signedSeed(_ own: OwnDev) throws -> [UInt8] {
        var root = try MarkupParser.parse(own.octets("ok-metadata.xml"))
        root["ID"] = "_metadata"
        return try SignatureMaker(key: own.signingKey).sign(root.octets, id: "_metadata")
    }

    static func seeds(_ own: OwnDev) throws -> [[UInt8]] {
        let good = try MarkupParser.parse(own.octets("ok-metadata.xml"))
        let several = MarkupElement(
            "md:EntitiesDescriptor", [("xmlns:md", "urn:oasis:names:tc:SAML:2.0:metadata")],
            [.element(good.replacing(entityID, with: "https://other.example")), .element(good)])
        return try own.cases.filter { $0.kind == "metadata" }.map { try own.octets($0.file) }
            + [signedSeed(own), several.octets]
    }
}
