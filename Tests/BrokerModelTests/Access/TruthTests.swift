import BrokerModel
import Testing

@Suite struct `Three values` {
    @Test func `all: one no decides, whatever is unknown`() {
        #expect(Truth.all([.yes, .unknown, .no]) == .no)
        #expect(Truth.all([.yes, .unknown]) == .unknown)
        #expect(Truth.all([.yes, .yes]) == .yes)
        #expect(Truth.all([]) == .yes)
    }

    @Test func `any: one yes decides, whatever is unknown`() {
        #expect(Truth.any([.no, .unknown, .yes]) == .yes)
        #expect(Truth.any([.no, .unknown]) == .unknown)
        #expect(Truth.any([.no, .no]) == .no)
        #expect(Truth.any([]) == .no)
    }

    @Test func `none: unknown is not none`() {
        #expect(Truth.none([.no, .unknown]) == .unknown)
        #expect(Truth.none([.no, .yes, .unknown]) == .no)
        #expect(Truth.none([.no]) == .yes)
        #expect(Truth.none([]) == .yes)
    }

    @Test(arguments: Truth.allCases) func `not of not is the same`(_ value: Truth) { #expect(!(!value) == value) }
}
