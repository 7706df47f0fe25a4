import Broker
import BrokerModel
import Foundation
import JOSE

/// What a test login keeps between requests; sealed for a purpose of its own, so that an ordinary login's bytes do not
/// open here, nor these there.
struct SealedTest: Codable, Sendable {
    var loginHint: String?
    /// The values of the round under way.
    var secrets: LoginSecrets?
    /// The module's bytes.
    var state = Data()

    func seal(for reference: Reference, with environment: EngineEnvironment) throws -> Data {
        try TestSeal.seal(self, "test-login", reference, environment)
    }

    static func open(_ test: TestLogin, with environment: EngineEnvironment) throws -> SealedTest {
        try TestSeal.open(test.sealed, "test-login", test.reference, environment)
    }
}

/// Seals values of a test login under its reference.
enum TestSeal {
    static func seal(
        _ value: some Encodable, _ purpose: String, _ reference: Reference, _ environment: EngineEnvironment
    ) throws -> Data {
        Data(
            try environment.keyring.seal(
                Array(try JSONEncoder().encode(value)), purpose: purpose,
                associatedData: Array(reference.rawValue.utf8), random: environment.randomness.bytes))
    }

    static func open<Value: Decodable>(
        _ sealed: Data, _ purpose: String, _ reference: Reference, _ environment: EngineEnvironment
    ) throws -> Value {
        let octets = try environment.keyring.open(
            Array(sealed), purpose: purpose, associatedData: Array(reference.rawValue.utf8))
        return try JSONDecoder().decode(Value.self, from: Data(octets))
    }
}
