import Foundation
import Testing
import XMLSecurity

@testable import SAML

/// Drops one check at a time and reads every vector: each time one at least is then accepted, which is this suite
/// going red.
@Suite(.enabled(if: OwnDevVectors.isPresent, "VESTIBULE_VECTORS names no folder with own-dev/saml/expected.json"))
struct MutationTests {
    @Test(arguments: CheckUnderTest.allCases)
    func `a check that is dropped is missed by a vector`(check: CheckUnderTest) throws {
        let changes = try unwrap(VerdictChanges.measured.get()[check])
        print(changes.line)
        #expect(!changes.accepted.isEmpty)
    }

    @Test func `every vector has its verdict with every check`() throws {
        let accepted = try Specimen.all.filter { try $0.rule(dropping: nil) == nil }.map(\.name)
        let expected = OwnDevVectors.allCases.filter {
            $0.isAccepted || ResponseVectorTests.addressRules.contains($0.rule)
        }.map { "`\($0.file)`" }
        #expect(accepted.sorted() == expected.sorted())
    }

    @Test func `the published table is the measured one`() throws {
        let page = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../../Documentation/saml-checks.md").standardizedFileURL
        let table = try CheckTable.text()
        if ProcessInfo.processInfo.environment["VESTIBULE_WRITE_PAGES"] == "1" {
            try Data(table.utf8).write(to: page)
        }
        #expect(try String(contentsOf: page, encoding: .utf8) == table)
    }
}
