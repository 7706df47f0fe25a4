import Broker
import Dispatch
import Foundation
import SAML
import Synchronization
import XMLSecurity

/// Everything that the SP does with a Response: read, verify, check, take the person out.
struct ResponseWork: Sendable {
    private let octets: [UInt8]
    private let keys: [PublicKey]
    private let expected: ResponseExpectations

    init(message: String, certificate: String) throws {
        octets = Array(try Data(contentsOf: URL(filePath: message)))
        let pem = try String(contentsOf: URL(filePath: certificate), encoding: .utf8)
        keys = [try Certificate(text: pem).key]
        expected = ResponseExpectations(
            idpEntityID: "https://idp-a.example/saml", spEntityID: "https://broker.example/saml/sp/acme",
            acsURL: "https://broker.example/saml/acs/acme", requestID: "_req-0001",
            now: Timestamp(seconds: 1_768_478_400))
    }

    /// Verifies so often on so many threads.
    func run(_ count: Int, threads: Int) throws {
        let failures = Mutex(0)
        DispatchQueue.concurrentPerform(iterations: threads) { _ in
            do { try run(count / threads) } catch { failures.withLock { $0 += 1 } }
        }
        guard failures.withLock({ $0 }) == 0 else { throw Refused() }
    }

    /// Verifies so often.
    func run(_ count: Int) throws {
        for _ in 0..<count {
            let reader = ResponseReader(keys: keys, decryptionKeys: [], policy: .standard)
            guard case .verified(let message) = try reader.read(octets) else { throw Refused() }
            try ResponseCheck.run(on: message, expecting: expected)
            let content = try AssertionContent(message, skew: expected.skew)
            let email = try AttributeReader(content.attributes).single(AttributeName("email"))
            guard email == "alice@acme.example" else { throw Refused() }
        }
    }

    struct Refused: Error {}
}
