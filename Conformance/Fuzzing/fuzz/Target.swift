import Foundation
import SAMLFuzzing

/// What libFuzzer's inputs are given to.
protocol FuzzTarget: Sendable {
    /// Its name on the command line.
    static var name: String { get }
    /// Sets up keys and what good messages say.
    init(_ own: OwnDev) throws
    /// Takes an input; an answer is a defect.
    func problem(with input: [UInt8]) -> String?
    /// Inputs to begin with.
    static func seeds(_ own: OwnDev) throws -> [[UInt8]]
}

/// The target of this process.
enum Target {
    static let all: [any FuzzTarget.Type] = [
        ResponseTarget.self, DecryptedTarget.self, SignedTarget.self, RedirectTarget.self, MetadataTarget.self,
        PlantedTarget.self,
    ]

    static let chosen = Result {
        guard let type = all.first(where: { $0.name == CommandLine.arguments.dropFirst().first }) else {
            throw Misuse("the target is one of \(all.map { $0.name })")
        }
        return try type.init(ownDev())
    }

    static func ownDev() throws -> OwnDev {
        guard let own = try OwnDev.fromEnvironment() else { throw Misuse("VESTIBULE_VECTORS names no folder") }
        return own
    }

    /// Ends the process where the oracle is not satisfied, as libFuzzer wants it.
    static func judge(_ input: [UInt8]) {
        guard let target = try? chosen.get() else { return }
        let (problem, seconds) = ProcessorTime.measure { target.problem(with: input) }
        if let problem { stop(problem) }
        if seconds > ProcessorTime.limit { stop("one input costs \(seconds) s") }
    }

    private static func stop(_ problem: String) -> Never {
        FileHandle.standardError.write(Data("oracle: \(problem)\n".utf8))
        abort()
    }
}
