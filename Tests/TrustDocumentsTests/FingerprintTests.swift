import Testing
import TrustDocuments

@Suite struct FingerprintTests {
    @Test func `digests as published`() {
        #expect(
            Fingerprint.sha256Hex("abc".utf8) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    }
}
