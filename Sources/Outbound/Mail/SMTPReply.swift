/// One answer of a mail server (RFC 5321 4.2): a code and its lines of text.
struct SMTPReply: Sendable, Hashable {
    /// Three digits, from 200 to 599.
    let code: Int
    /// What stands behind the code, line by line.
    let lines: [String]

    /// Whether the command was taken.
    var isPositive: Bool { (200..<300).contains(code) }
    /// Whether the server asks to try later.
    var isTransient: Bool { (400..<500).contains(code) }

    /// The code, with the enhanced one of RFC 3463 where there is one.
    ///
    /// Never the text: a server may repeat what it was sent.
    var summary: String {
        guard let word = lines.first?.split(separator: " ").first, Self.isEnhancedCode(word) else { return "\(code)" }
        return "\(code) \(word)"
    }

    private static func isEnhancedCode(_ word: Substring) -> Bool {
        let parts = word.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 3
            && parts.allSatisfy { part in
                (1...3).contains(part.utf8.count) && part.utf8.allSatisfy { (48...57).contains($0) }
            }
    }
}

/// What in a server's answer is no SMTP.
enum SMTPReplyError: String, Error, Sendable {
    /// A line is longer than is taken.
    case lineTooLong = "a line that is too long"
    /// An answer has more lines than are taken.
    case tooManyLines = "an answer of too many lines"
    /// A line is not a code and a text, ended by CR LF.
    case malformed = "a line that is no SMTP answer"
}

/// Reads answers from octets as they come.
///
/// Pure, and bounded: what is kept is never more than one answer's lines and one line under way.
struct SMTPReplyParser: Sendable {
    /// The most octets of a line; RFC 5321 4.5.3.1.5 says 512, and servers are wordier.
    static let maximumLine = 2048
    /// The most lines of one answer.
    static let maximumLines = 100

    private var line: [UInt8] = []
    private var code: Int?
    private var lines: [String] = []

    /// Whether nothing was read that no answer has ended.
    var isBetweenReplies: Bool { line.isEmpty && code == nil }

    /// Takes octets; returns the answers that they end, oldest first.
    mutating func take(_ octets: some Sequence<UInt8>) throws(SMTPReplyError) -> [SMTPReply] {
        var replies: [SMTPReply] = []
        for octet in octets {
            line.append(octet)
            guard line.count <= Self.maximumLine else { throw .lineTooLong }
            guard octet == 0x0A else { continue }
            if let reply = try endLine() { replies.append(reply) }
        }
        return replies
    }

    /// RFC 5321 4.2.1: a hyphen behind the code says that more lines follow, all with the same code.
    private mutating func endLine() throws(SMTPReplyError) -> SMTPReply? {
        defer { line = [] }
        guard line.count >= 5, line[line.count - 2] == 0x0D else { throw .malformed }
        let text = line.dropLast(2)
        guard !text.contains(0x0D), !text.contains(0), let found = Self.code(text.prefix(3)) else { throw .malformed }
        let separator = text.count > 3 ? text[3] : 0x20
        guard separator == 0x20 || separator == 0x2D, code == nil || code == found else { throw .malformed }
        code = found
        lines.append(String(decoding: text.dropFirst(4), as: UTF8.self))
        guard lines.count <= Self.maximumLines else { throw .tooManyLines }
        guard separator == 0x20 else { return nil }
        defer { (code, lines) = (nil, []) }
        return SMTPReply(code: found, lines: lines)
    }

    private static func code(_ octets: ArraySlice<UInt8>) -> Int? {
        guard octets.count == 3, octets.allSatisfy({ (48...57).contains($0) }) else { return nil }
        let code = octets.reduce(0) { $0 * 10 + Int($1 - 48) }
        return (200..<600).contains(code) ? code : nil
    }
}
