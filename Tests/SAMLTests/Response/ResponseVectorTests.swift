import Broker
import Testing
import XMLSecurity

@testable import SAML

@Suite(.enabled(if: OwnDevVectors.isPresent, "VESTIBULE_VECTORS names no folder with own-dev/saml/expected.json"))
struct ResponseVectorTests {
    /// Rules that the address decides, which the engine and the e-mail parser check.
    static let addressRules: Set<String> = ["M12", "M20"]

    @Test(arguments: OwnDevVectors.cases("response"))
    func `reads a vector as its verdict says`(vector: OwnDevVectors.Case) throws {
        let result = Result { try Self.content(vector) }
        if vector.isAccepted {
            let content = try result.get()
            #expect(content.nameID?.value == "alice@acme.example")
        } else if Self.addressRules.contains(vector.rule) {
            _ = try result.get()
        } else {
            #expect(throws: SAMLError.self) { _ = try result.get() }
            if case .failure(let error as SAMLError) = result { print("\(vector.file) \(vector.rule) \(error.rule)") }
        }
    }

    static func content(_ vector: OwnDevVectors.Case) throws -> AssertionContent {
        let tenant = try OwnDevVectors.tenant(vector.acs)
        let outcome = try OwnDevVectors.reader(tenant).read(OwnDevVectors.octets(vector.file))
        guard case .verified(let message) = outcome else { throw SAMLError("failed_status", "") }
        try ResponseCheck.run(on: message, expecting: OwnDevVectors.expectations(tenant))
        let content = try AssertionContent(message, skew: .seconds(180))
        _ = try AttributeReader(content.attributes).single(AttributeName("email"))
        return content
    }
}
