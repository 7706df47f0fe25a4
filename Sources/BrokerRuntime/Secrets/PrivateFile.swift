import Foundation

/// A file that holds a secret.
enum PrivateFile {
    /// The most octets of a secret.
    static let maximumOctets = 64 << 10

    /// Why a file must not hold a secret; nil where it may.
    static func problem(at path: String) -> String? {
        // A link is judged by what it leads to: mounted secrets are links.
        let file = URL(filePath: path).resolvingSymlinksInPath().path(percentEncoded: false)
        guard let attributes = try? FileManager.default.attributesOfItem(atPath: file),
            let permissions = attributes[.posixPermissions] as? NSNumber
        else { return "the file cannot be read" }
        guard attributes[.type] as? FileAttributeType == .typeRegular else { return "is not a file" }
        // The group may read: that is how services of one machine share a certificate. Nobody else may.
        guard permissions.intValue & 0o027 == 0 else {
            return "the file can be read by every user of this machine or changed by its group; use chmod 600"
        }
        guard FileManager.default.isReadableFile(atPath: path) else { return "the file cannot be read" }
        return nil
    }

    /// The text of a file without trailing line ends; nil where it is too long or not UTF-8.
    static func text(of path: String) -> String? {
        guard let handle = FileHandle(forReadingAtPath: path) else { return nil }
        defer { try? handle.close() }
        guard let octets = try? handle.read(upToCount: maximumOctets + 1), octets.count <= maximumOctets,
            let text = String(validating: octets, as: UTF8.self)
        else { return nil }
        var end = text[...]
        while let last = end.unicodeScalars.last, last == "\n" || last == "\r" { end.unicodeScalars.removeLast() }
        return String(end)
    }
}
