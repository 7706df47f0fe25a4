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
        let result = Result { try OwnDevVectors.content(vector) }
        if vector.isAccepted {
            let content = try result.get()
            #expect(content.nameID?.value == "alice@acme.example")
        } else if Self.addressRules.contains(vector.rule) {
            _ = try result.get()
        } else {
            let rule = try upstreamRefusal { _ = try result.get() }
            #expect(rule != nil)
            print("OWN\t\(vector.file)\t\(rule ?? "-")\t\(vector.rule)")
        }
    }
}
