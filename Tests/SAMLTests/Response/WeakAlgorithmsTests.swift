import Broker
import Testing
import XMLSecurity

@testable import SAML

/// What is weak is taken under a dated exception only, and not a moment longer.
struct WeakAlgorithmsTests {
    private static let until = Parties.now

    private func policies(_ weak: WeakAlgorithms) -> (before: ResponsePolicy, after: ResponsePolicy) {
        (weak.policy(.either, at: Self.until - .microseconds(1)), weak.policy(.either, at: Self.until))
    }

    private func rule(_ draft: ResponseDraft, _ policy: ResponsePolicy) throws -> String? {
        let keys = [try Parties.rsa]
        return try refusingRule { _ = try draft.content(decryptionKeys: keys, policy: policy) }
    }

    @Test func `takes SHA-1 until the exception ends`() throws {
        let draft = ResponseDraft().with {
            $0.assertionSigner = { try LongKeys.sign($0, SignatureMaker(key: Parties.rsa, algorithm: .rsaSHA1)) }
        }
        let (before, after) = policies(WeakAlgorithms(sha1: Self.until))
        #expect(try rule(draft, before) == nil)
        #expect(try rule(draft, after) == "signature_algorithm_not_allowed")
        #expect(try rule(draft, .standard) == "signature_algorithm_not_allowed")
    }

    @Test(arguments: [ContentCipher.aes128CBC, .aes256CBC])
    func `takes AES-CBC until the exception ends, and only inside a signed Response`(cipher: ContentCipher) throws {
        var encryptor = Encryptor(to: try Parties.rsa.publicKey)
        encryptor.cipher = cipher
        try expectOnlyInsideSigned(encryptor, WeakAlgorithms(aesCBC: Self.until))
    }

    @Test(arguments: [ContentCipher.aes128CBC, .aes256CBC])
    func `takes AES-CBC around a signed assertion only under the exception for that`(cipher: ContentCipher) throws {
        var encryptor = Encryptor(to: try Parties.rsa.publicKey)
        encryptor.cipher = cipher
        let assertionSigned = ResponseDraft().with { $0.encryptor = encryptor }
        let (before, after) = policies(WeakAlgorithms(aesCBCUnsigned: Self.until))
        #expect(try rule(assertionSigned, before) == nil)
        #expect(try rule(assertionSigned.with { $0.signs = [.response] }, before) == nil)
        #expect(try rule(assertionSigned, after) == "encryption_algorithm_not_allowed")
        // What it lets through has to be signed itself.
        #expect(try rule(assertionSigned.with { $0.signs = [] }, before) == "signature_missing")
    }

    @Test func `no exception opens RSA 1_5 outside signed octets`() throws {
        var encryptor = Encryptor(to: try Parties.rsa.publicKey)
        encryptor.transport = .rsa15
        let every = WeakAlgorithms(sha1: Self.until, aesCBC: Self.until, aesCBCUnsigned: Self.until, rsa15: Self.until)
        let draft = ResponseDraft().with { $0.encryptor = encryptor }
        #expect(try rule(draft, policies(every).before) == "weak_encryption_unsigned")
    }

    @Test func `takes RSA 1.5 until the exception ends, and only inside a signed Response`() throws {
        var encryptor = Encryptor(to: try Parties.rsa.publicKey)
        encryptor.transport = .rsa15
        try expectOnlyInsideSigned(encryptor, WeakAlgorithms(rsa15: Self.until))
    }

    @Test func `an exception for one is none for another`() throws {
        var encryptor = Encryptor(to: try Parties.rsa.publicKey)
        (encryptor.cipher, encryptor.transport) = (.aes256CBC, .rsa15)
        let draft = ResponseDraft().with {
            $0.encryptor = encryptor
            $0.signs = [.response]
        }
        for weak in [WeakAlgorithms(aesCBC: Self.until), WeakAlgorithms(rsa15: Self.until)] {
            #expect(try rule(draft, policies(weak).before) == "encryption_algorithm_not_allowed")
        }
        #expect(try rule(draft, policies(WeakAlgorithms(aesCBC: Self.until, rsa15: Self.until)).before) == nil)
    }

    private func expectOnlyInsideSigned(_ encryptor: Encryptor, _ weak: WeakAlgorithms) throws {
        let draft = ResponseDraft().with { $0.encryptor = encryptor }
        let (before, after) = policies(weak)
        for parts in [Set([ResponseDraft.Part.response]), [.assertion, .response]] {
            let signed = draft.with { $0.signs = parts }
            #expect(try rule(signed, before) == nil)
            #expect(try rule(signed, after) == "encryption_algorithm_not_allowed")
        }
        #expect(try rule(draft, before) == "weak_encryption_unsigned")
    }
}
