import Broker
import SAML
import Testing
import XMLSecurity

private typealias World = MetadataWorld

@Suite struct MetadataSignatureTests {
    private let until = World.now + .seconds(86400)

    private func signed(by key: PrivateKey, keys: [PrivateKey?] = [World.keys.first]) throws -> [UInt8] {
        try World.metadata(keys: keys, validUntil: until).document(signedBy: SignatureMaker(key: key), id: "_m1")
    }

    private func rule(_ octets: [UInt8], pinned: PrivateKey) throws -> String? {
        try World.rule { try World.reader(.signed).read(octets, signedBy: pinned.publicKey) }
    }

    private func change(_ octets: [UInt8], _ old: String, _ new: String) -> [UInt8] {
        Array(String(decoding: octets, as: UTF8.self).replacing(old, with: new).utf8)
    }

    @Test func `signed by the pinned key is read`() throws {
        let document = try signed(by: World.key(1))
        let description = try World.reader(.signed).read(document, signedBy: World.key(1).publicKey)
        #expect(description.signingKeys.map(\.key.subjectPublicKeyInfo) == [try World.key(0).subjectPublicKeyInfo])
        #expect(description.validUntil == until)
    }

    @Test func `signed by another key, even by the one that it publishes, is refused`() throws {
        let document = try signed(by: World.key(0))
        #expect(try rule(document, pinned: World.key(1)) == "signature_invalid")
    }

    @Test func `unsigned or changed is refused`() throws {
        let unsigned = try World.metadata(validUntil: until).document()
        #expect(try rule(unsigned, pinned: World.key(1)) == "signature_missing")
        let document = try signed(by: World.key(1))
        let changed = change(document, "https://idp.example/sso", "https://evil.example/sso")
        #expect(changed != document)
        #expect(try rule(changed, pinned: World.key(1)) == "digest_mismatch")
    }

    @Test func `a signed entity inside an unsigned root does not count`() throws {
        let document = String(decoding: try signed(by: World.key(1)), as: UTF8.self)
        let wrapped = World.entities(String(document.drop { $0 != "<" }))
        #expect(try rule(Array(wrapped.utf8), pinned: World.key(1)) == "signature_missing")
    }

    @Test func `the original hidden in a forged root is not taken for it`() throws {
        let original = String(decoding: try signed(by: World.key(1)), as: UTF8.self)
        let start = try unwrap(original.firstRange(of: "<ds:Signature") ?? original.firstRange(of: "<Signature"))
        let end = try unwrap(original.firstRange(of: "</ds:Signature>") ?? original.firstRange(of: "</Signature>"))
        let hidden = "<md:Extensions>\(original.drop { $0 != "<" })</md:Extensions>"
        let signature = String(original[start.lowerBound..<end.upperBound])
        let evil = World.role(try World.keyDescriptor(World.key(0)) + World.sso)
        for (id, refusal) in [("_m2", "signature_covers_other_element"), ("_m1", "id_duplicate")] {
            let forged = World.entity(
                signature + hidden + evil, attributes: "ID=\"\(id)\" validUntil=\"2026-01-16T00:00:00Z\"")
            #expect(try rule(Array(forged.utf8), pinned: World.key(1)) == refusal)
        }
    }

    @Test func `a signature does not excuse the checks`() throws {
        let expired = try World.metadata(validUntil: World.now).document(
            signedBy: SignatureMaker(key: World.key(1)), id: "_m1")
        #expect(try rule(expired, pinned: World.key(1)) == "metadata_expired")
        let endless = try World.metadata().document(signedBy: SignatureMaker(key: World.key(1)), id: "_m1")
        #expect(try rule(endless, pinned: World.key(1)) == "metadata_valid_until_missing")
    }
}
