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
        var content: AssertionContent?
        let rule = try refusingRule { content = try OwnDevVectors.content(vector) }
        #expect(rule == OwnDevRules.rule(vector.file))
        #expect((rule == nil) == (vector.isAccepted || Self.addressRules.contains(vector.rule)))
        if vector.isAccepted { #expect(content?.nameID?.value == "alice@acme.example") }
    }

    @Test func `there are as many as are known`() {
        let accepted = OwnDevVectors.cases("response").filter { OwnDevRules.rule($0.file) == nil }.count
        #expect(OwnDevVectors.cases("response").count - accepted == OwnDevRules.files.values.map(\.count).reduce(0, +))
    }
}
