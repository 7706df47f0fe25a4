// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The shipped files of one front, and the folder in which it runs.
struct FrontFiles: Sendable {
    /// Where the front runs: its files, its log, its temporary ones.
    let folder: URL
    /// `Conformance/Fronts/NAME` of the checkout.
    private let shipped: URL

    /// A new folder for a front whose shipped files are in `Conformance/Fronts/<name>`.
    init(_ name: String) throws {
        shipped = try Self.project().appending(path: "Conformance/Fronts/\(name)")
        folder = FileManager.default.temporaryDirectory.appending(path: "front-\(name)-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    /// Copies a shipped file, with addresses replaced.
    ///
    /// Each must have been there, or what is tested would not be what is shipped.
    func copy(_ name: String, as copy: String? = nil, replacing changes: KeyValuePairs<String, String> = [:]) throws {
        var text = try String(contentsOf: shipped.appending(path: name), encoding: .utf8)
        for (old, new) in changes {
            try require(text.contains(old), "\(name) has no `\(old)`")
            text = text.replacingOccurrences(of: old, with: new)
        }
        try write(copy ?? name, text)
    }

    /// Writes a file of our own, such as what a distribution's main file would say.
    func write(_ name: String, _ text: String) throws {
        let url = folder.appending(path: name)
        try FileManager.default.createDirectory(
            at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try text.write(to: url, atomically: true, encoding: .utf8)
    }

    /// Removes the folder.
    func remove() { try? FileManager.default.removeItem(at: folder) }

    /// The checkout that this runs in: the working folder or one above it.
    static func project() throws -> URL {
        var folder = URL(filePath: FileManager.default.currentDirectoryPath)
        while folder.path().count > 1 {
            let fronts = folder.appending(path: "Conformance/Fronts").path()
            if FileManager.default.fileExists(atPath: fronts) { return folder }
            folder.deleteLastPathComponent()
        }
        throw Unmet("run it in a checkout: there is no Conformance/Fronts here or above")
    }
}
