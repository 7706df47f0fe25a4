import Foundation
import SAMLFuzzing

/// The wrapping fuzzer with many variants.
enum Wrapping {
    static func run(count: String, seed: String, finds folder: String) throws {
        guard let count = Int(count), let seed = UInt64(seed) else { throw Misuse("COUNT and SEED are numbers") }
        let began = Date()
        let report = try WrappingFuzzer(Target.ownDev(), seed: seed).run(0..<count)
        for finding in report.findings {
            print("variant \(finding.number) of seed \(seed) \(finding.problem); \(finding.variant.origin)")
            let file = URL(fileURLWithPath: folder, isDirectory: true)
                .appendingPathComponent("seed-\(seed)-variant-\(finding.number).xml")
            try Data(finding.variant.octets).write(to: file)
        }
        print(report.text)
        print(String(format: "%.0f a second", Double(count) / Date().timeIntervalSince(began)))
        exit(report.findings.isEmpty ? 0 : 1)
    }
}
