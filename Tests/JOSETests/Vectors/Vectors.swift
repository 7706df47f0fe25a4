import Foundation
import JOSE
import Testing

/// The folder of test vectors, which is not part of the package.
enum Vectors {
    static let folder = ProcessInfo.processInfo.environment["VESTIBULE_VECTORS"].map { URL(filePath: $0) }

    /// Runs a suite where the vectors are, and says so where they are not.
    static let present = ConditionTrait.enabled(
        if: folder != nil, "VESTIBULE_VECTORS is not set: the published test vectors were NOT run")

    static func load(_ path: String) throws -> JSONObject {
        let file = try #require(folder).appending(path: path)
        return try JSONObject.parse(Data(contentsOf: file), maximumBytes: 1 << 26)
    }

    /// The groups of a Wycheproof file with their tests.
    static func groups(_ name: String) throws -> [(group: JSONObject, tests: [JSONObject])] {
        let groups = try #require(try load("jose/wycheproof/\(name).json").array("testGroups"))
        return try groups.map { group in
            let group = try #require(group.object)
            return (group, try #require(group.array("tests")).compactMap(\.object))
        }
    }

    static func octets(hex text: String?) throws -> [UInt8] {
        let digits = try #require(text).map { $0.hexDigitValue ?? 0 }
        return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }
}

/// How a file of vectors came out.
struct Tally {
    private var counts: [(name: String, count: Int)] = []

    mutating func add(_ name: String) {
        if let index = counts.firstIndex(where: { $0.name == name }) {
            counts[index].count += 1
        } else {
            counts.append((name, 1))
        }
    }

    func count(_ name: String) -> Int { counts.first { $0.name == name }?.count ?? 0 }

    func report(_ file: String) {
        print("vectors \(file): " + counts.map { "\($0.count) \($0.name)" }.sorted().joined(separator: ", "))
    }
}
