import Foundation
import Testing

@testable import Broker

/// Every way in which Swift turns a value into text.
struct RedactionTests {
    private func spellings(of value: some Any) -> String {
        var dumped = ""
        var printed = ""
        var debugged = ""
        dump(value, to: &dumped)
        print(value, to: &printed)
        debugPrint(value, to: &debugged)
        var nested = ""
        dump(["key": Optional(value)], to: &nested)
        return [
            dumped, printed, debugged, nested, "\(value)", String(reflecting: value), "\([value])",
            "\(Mirror(reflecting: value).children.map { "\($0)" })",
        ].joined(separator: "\n")
    }

    @Test func `a secret prints itself nowhere`() {
        let secret = Secret("hunter2-hunter2")
        #expect(!spellings(of: secret).contains("hunter2"))
        #expect("\(secret)" == "<redacted>")
        #expect(secret.reveal() == "hunter2-hunter2")
        #expect(secret == Secret("hunter2-hunter2"))
        #expect(secret != Secret("other"))
    }

    @Test func `the one-time values of a login print nowhere`() {
        let secrets = LoginSecrets(
            state: "hunter2a", nonce: "hunter2b", codeVerifier: "hunter2c", requestID: "hunter2d")
        #expect(!spellings(of: secrets).contains("hunter2"))
        let request = LoginRequest(
            callbackURL: URL(fileURLWithPath: "/"), secrets: secrets, reference: "R-1")
        #expect(!spellings(of: request).contains("hunter2"))
    }

    @Test func `an upstream session's handle prints nowhere`() {
        let session = UpstreamSession(sessionID: "hunter2", handle: Data([0xA5, 0xA6, 0xA7]))
        let text = spellings(of: session)
        #expect(!text.contains("hunter2"))
        #expect(!text.contains("165") && !text.contains("a5a6"))
    }

    @Test func `a private key prints its id only`() {
        let key = PrivateKeyHandle(id: "key-1", subjectPublicKeyInfo: Data([1]), pkcs8: Data([0xA5, 0xA6, 0xA7]))
        let text = spellings(of: key)
        #expect(text.contains("key-1"))
        #expect(!text.contains("165") && !text.contains("pkcs8"))
        #expect(key == PrivateKeyHandle(id: "key-1", subjectPublicKeyInfo: Data(), pkcs8: Data()))
    }

    @Test func `errors print their code only`() {
        #expect("\(LoginError(.signatureInvalid, detail: "hunter2"))" == "signature_invalid")
        #expect("\(TransportError(.tlsFailed, detail: "hunter2"))" == "tls_failed")
        #expect("\(MailError(.refused, detail: "hunter2"))" == "refused")
        #expect("\(MemoryError(.tooLarge))" == "too_large")
    }
}

struct SecretReferenceTests {
    @Test(arguments: ["env:ACME_SECRET", "file:/etc/vestibule/acme", "file:a b"])
    func `reads the two places`(text: String) throws {
        let reference = try #require(SecretReference(text))
        #expect(reference.description == text)
        #expect(
            try JSONDecoder().decode([SecretReference].self, from: JSONEncoder().encode([reference])) == [reference])
    }

    @Test func `tells the places apart`() {
        #expect(SecretReference("env:A")?.place == .environment("A"))
        #expect(SecretReference("file:/a:b")?.place == .file("/a:b"))
    }

    @Test(arguments: ["", "env:", "file:", "ENV:A", "hunter2", "vault:x", " env:A"])
    func `takes nothing else, above all no bare secret`(text: String) {
        #expect(SecretReference(text) == nil)
    }

    @Test func `an error does not repeat a secret in the wrong place`() {
        #expect { try JSONDecoder().decode([SecretReference].self, from: Data(#"["hunter2"]"#.utf8)) } throws: {
            $0 is DecodingError && !"\($0)".contains("hunter2")
        }
    }

    @Test func `a resolver reads on every use`() throws {
        let reference = try #require(SecretReference("env:A"))
        let resolver = SecretResolver { (reference: SecretReference) throws(SettingsError) in
            guard reference.place == .environment("A") else { throw SettingsError(at: [], "is not set") }
            return Secret("value")
        }
        #expect(try resolver.value(of: reference).reveal() == "value")
        let other = try #require(SecretReference("env:B"))
        #expect(throws: SettingsError(at: [], "is not set")) { try resolver.value(of: other) }
    }
}
