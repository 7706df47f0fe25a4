import SAMLFuzzing

/// Octets as a Response at the ACS.
///
/// One connection that takes nothing weak, and one with every dated exception, which is more code to reach.
struct ResponseTarget: FuzzTarget {
    static let name = "response"
    private let oracles: [Oracle]

    init(_ own: OwnDev) throws {
        let signed = try own.signedPersons()
        oracles = [
            try Oracle(Acme(own, policy: Acme.lenient), signed: signed), try Oracle(Acme(own), signed: signed),
        ]
    }

    func problem(with input: [UInt8]) -> String? {
        for oracle in oracles {
            switch oracle.judge(input) {
            case .accepted: continue
            // What the lenient one refuses, the strict one need not be asked.
            case .refused: return nil
            case .forged(let whom): return "signs in \(whom)"
            }
        }
        return nil
    }

    static func seeds(_ own: OwnDev) throws -> [[UInt8]] { try own.responses.map { try own.octets($0.file) } }
}
