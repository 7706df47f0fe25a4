import Broker
import BrokerRuntime
import Foundation
import Testing

struct SecretSourceTests {
    private func value(_ reference: String, in workshop: Workshop) throws -> String {
        let source = SecretSource(environment: workshop.environment, base: workshop.folder)
        return try source.resolver.value(of: #require(SecretReference(reference))).reveal()
    }

    @Test func `a secret comes from the environment`() throws {
        #expect(try value("env:ACME_SECRET", in: Workshop()) == "s3cret-of-acme")
    }

    @Test func `line ends at the end of a file are not part of the secret`() throws {
        let workshop = try Workshop()
        try workshop.write("secret", " top\nsecret \r\n\n")
        #expect(try value("file:secret", in: workshop) == " top\nsecret ")
        #expect(try value("file:\(workshop.path("secret"))", in: workshop) == " top\nsecret ")
    }

    @Test(arguments: ["env:NOT_THERE", "file:not-there", "file:empty", "file:open", "file:large", "file:."])
    func `what is missing, empty, open to others or too large is refused by its place`(reference: String) throws {
        let workshop = try Workshop()
        try workshop.write("empty", "\n")
        try workshop.write("open", "readable", mode: 0o644)
        try workshop.write("large", String(repeating: "x", count: 65537))
        let error = try #require(throws: SettingsError.self) { try value(reference, in: workshop) }
        #expect(!error.description.contains("readable\n") && !error.description.contains("xxx"))
    }
}
