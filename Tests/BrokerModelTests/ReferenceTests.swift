import Broker
import BrokerModel
import Testing

@Suite struct ReferenceTests {
    private let ones = Randomness { Array(repeating: 0xFF, count: $0) }

    @Test func `has seven characters of time and five of chance`() {
        #expect(Reference.make(at: Timestamp(seconds: 1_800_000_000), ones).rawValue == "1nmkmg0zzzzz")
    }

    @Test func `sorts by age`() {
        let moments: [Int64] = [0, 1, 31, 32, 1_700_000_000, 1_800_000_000, 33_000_000_000]
        let references = moments.map { Reference.make(at: Timestamp(seconds: $0), ones) }
        #expect(references == references.sorted())
        #expect(Set(references).count == moments.count)
    }

    @Test func `takes a time before 1970 for the beginning`() {
        #expect(Reference.make(at: Timestamp(seconds: -5), ones).rawValue == "0000000zzzzz")
    }

    @Test(arguments: [
        "0abc1defg1h0", "0ABC1DEFG1H0", "0abc-1def-g1h0", " 0abc 1def g1h0 ", "OABC-IDEF-GLHO", "oabc-Ldef-g1ho",
    ])
    func `reads what a person types`(text: String) {
        #expect(Reference(typed: text)?.rawValue == "0abc1defg1h0")
    }

    @Test(arguments: [
        "", "0abc1defg1h", "0abc1defg1h00", "0abc1defg1hu", "0abc_1defg1h", "0abc1defg1h\u{E9}", "0abc1defg1h\n",
        "\u{660}abc1defg1h0",
    ])
    func `refuses what is no reference`(text: String) {
        #expect(Reference(typed: text) == nil)
    }

    @Test func `is shown in groups of four and read back`() {
        let reference = Reference.make(at: Timestamp(seconds: 1_800_000_000), .system)
        let shown = reference.displayed
        #expect(shown.count == 14)
        #expect(shown.split(separator: "-").map(\.count) == [4, 4, 4])
        #expect(shown == shown.uppercased())
        #expect(Reference(typed: shown) == reference)
    }

    @Test func `differs from another of the same moment`() {
        let references = (0..<20).map { _ in Reference.make(at: Timestamp(seconds: 5), .system) }
        #expect(Set(references).count > 1)
    }
}
