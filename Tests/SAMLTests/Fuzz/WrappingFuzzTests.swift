import SAML
import SAMLFuzzing
import Testing

@Suite(.enabled(if: OwnDevVectors.isPresent, "VESTIBULE_VECTORS names no folder with own-dev/saml/expected.json"))
struct WrappingFuzzTests {
    @Test func `signs in the person whom the IdP signed, or nobody, whatever is moved, copied and wrapped`() throws {
        let own = try unwrap(OwnDev.fromEnvironment())
        let report = try WrappingFuzzer(own, seed: 2026).run(0..<2000)
        for finding in report.findings {
            Issue.record("variant \(finding.number) \(finding.problem); \(finding.variant.origin)")
        }
        #expect(report.accepted > 50)
        #expect(report.refusals.count > 15)
    }

    /// What is read is what was hashed: that alone holds, also where nothing asks for the places and names of elements.
    @Test func `signs in nobody else without the allow-lists of structure and identifiers either`() throws {
        let own = try unwrap(OwnDev.fromEnvironment())
        let steps = Set(ResponseReader.Step.allCases).subtracting([.structure, .identifiers])
        let report = try WrappingFuzzer(own, seed: 2027, steps: steps).run(0..<1000)
        for finding in report.findings {
            Issue.record("variant \(finding.number) \(finding.problem); \(finding.variant.origin)")
        }
        #expect(report.accepted > 50)
    }

    @Test func `finds a forged person where the reader asks for no signature`() throws {
        let own = try unwrap(OwnDev.fromEnvironment())
        let steps = Set(ResponseReader.Step.allCases).subtracting([.someSignature])
        let report = try WrappingFuzzer(own, seed: 2026, steps: steps).run(0..<2000)
        #expect(!report.findings.isEmpty)
    }
}
