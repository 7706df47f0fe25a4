import Foundation

/// The inputs that libFuzzer begins with.
enum Seeds {
    static func write(into folder: String) throws {
        let own = try Target.ownDev()
        for type in Target.all {
            let place = URL(fileURLWithPath: folder, isDirectory: true).appendingPathComponent(type.name)
            try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
            for (number, octets) in try type.seeds(own).enumerated() {
                try Data(octets).write(to: place.appendingPathComponent("seed-\(number)"))
            }
        }
    }
}
