import Testing

@testable import SAML

/// The vectors that are made need no folder: each is refused, and each check is the only one that refuses one of them.
struct CheckTests {
    @Test(arguments: CheckUnderTest.allCases)
    func `refuses what no other check refuses`(check: CheckUnderTest) throws {
        let changes = try unwrap(VerdictChanges.measuredOfMade.get()[check])
        #expect(!changes.accepted.isEmpty)
    }

    @Test(arguments: Specimen.made)
    func `a made vector is refused`(specimen: Specimen) throws {
        #expect(try specimen.rule(dropping: nil) != nil)
    }

    @Test func `each check says which clause it enforces and which rule it is`() {
        for check in CheckUnderTest.allCases {
            #expect(!check.clauseAndRule.clause.isEmpty && check.clauseAndRule.rule.hasPrefix("M"), "\(check)")
        }
    }

    @Test func `what the vectors are made from is taken`() throws {
        #expect(try ResponseDraft().rule() == nil)
        let byHand = ResponseDraft().with {
            $0.assertionSigner = { try HandSignature(id: "_a1").sign($0, key: Parties.rsa) }
        }
        #expect(try byHand.rule() == nil)
    }
}
