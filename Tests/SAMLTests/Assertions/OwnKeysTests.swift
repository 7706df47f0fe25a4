import Broker
import Foundation
import Testing
import XMLSecurity

@testable import SAML

/// Consoles such as Atlassian's pin the octets of a certificate.
struct OwnKeysTests {
    private func handle(_ id: String) throws -> PrivateKeyHandle {
        let pkcs8 = try PrivateKey.generateRSA()
        let key = try PrivateKey(pkcs8: pkcs8)
        return PrivateKeyHandle(
            id: id, subjectPublicKeyInfo: Data(key.subjectPublicKeyInfo), pkcs8: Data(pkcs8))
    }

    @Test func `a key's certificate is the same octets whenever it is made`() throws {
        let handle = try handle(UUID().uuidString)
        let known = try OwnKeys.certificate(for: handle, commonName: "idp.example")
        // What another process would do: read the key anew, make the certificate anew.
        let anew = try Certificate.selfSigned(
            for: PrivateKey(pkcs8: Array(handle.pkcs8)), commonName: "idp.example")
        #expect(known == anew)
        #expect(try OwnKeys.certificate(for: handle, commonName: "idp.example") == known)
        #expect(try Certificate(der: known).key.subjectPublicKeyInfo == Array(handle.subjectPublicKeyInfo))
        #expect(try Certificate(der: known).notBefore == 1_704_067_200)
    }

    @Test func `another name or another key is another certificate`() throws {
        let (one, other) = (try handle(UUID().uuidString), try handle(UUID().uuidString))
        let certificate = try OwnKeys.certificate(for: one, commonName: "a")
        #expect(try OwnKeys.certificate(for: one, commonName: "b") != certificate)
        #expect(try OwnKeys.certificate(for: other, commonName: "a") != certificate)
    }

    @Test func `a handle with a known id and another key is that other key`() throws {
        let one = try handle("shared-id-of-a-test")
        let other = try handle("shared-id-of-a-test")
        _ = try OwnKeys.key(for: one)
        #expect(try OwnKeys.key(for: other).subjectPublicKeyInfo == Array(other.subjectPublicKeyInfo))
    }
}
