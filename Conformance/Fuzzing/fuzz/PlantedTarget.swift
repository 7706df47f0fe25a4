import CLibFuzzer
import SAMLFuzzing

/// A planted defect: a run that does not find it finds nothing.
///
/// One octet is read past the end of an input that begins in a certain way.
struct PlantedTarget: FuzzTarget {
    static let name = "planted"
    init(_ own: OwnDev) throws {}

    func problem(with input: [UInt8]) -> String? {
        guard input.count > 3, input.starts(with: "XSW".utf8) else { return nil }
        return vx_read_past_end(input, input.count) == 0 ? nil : "never"
    }

    static func seeds(_ own: OwnDev) throws -> [[UInt8]] { [Array("XML".utf8)] }
}
