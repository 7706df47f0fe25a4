import ServiceManagement
import Testing

/// What must hold for every octet string: an accepted target has one reading.
struct CanonicalPathPropertyTests {
    /// A small generator with a fixed start (SplitMix64), so that a failure repeats.
    private struct Generator: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = state
            mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
            return mixed ^ mixed >> 31
        }
    }

    private static let pieces = [
        "/", "/", "a", "b", ".", "..", "%", "%2", "%25", "%2e", "%2f", "%5c", "%c3%bc", "%c3", "%bc", "%20", "%41",
        "25",
        "2f", ";", "\\", "?", "#", "x=1", "%e2%82%ac", "%c0%af", "%00", "@", "é", "servicedesk", "portal/3",
    ]

    private func target(_ generator: inout Generator) -> [UInt8] {
        if Bool.random(using: &generator) {
            let text = (0..<Int.random(in: 1...9, using: &generator)).map { _ in
                Self.pieces.randomElement(using: &generator) ?? ""
            }
            return Array(("/" + text.joined()).utf8)
        }
        return [0x2F]
            + (0..<Int.random(in: 0...12, using: &generator)).map { _ in UInt8.random(in: 0...255, using: &generator) }
    }

    /// Decodes like a program that takes whatever it gets.
    private func lenientlyDecoded(_ octets: [UInt8]) -> [UInt8] {
        func hex(_ octet: UInt8) -> UInt8? { UInt8(String(UnicodeScalar(octet)), radix: 16) }
        var result: [UInt8] = []
        var index = 0
        while index < octets.count {
            if octets[index] == 0x25, index + 2 < octets.count, let high = hex(octets[index + 1]),
                let low = hex(octets[index + 2])
            {
                result.append(high << 4 | low)
                index += 3
            } else {
                result.append(octets[index])
                index += 1
            }
        }
        return result
    }

    /// Encodes a decoded path as RFC 3986 2.4 has it.
    private func encoded(_ octets: [UInt8]) -> [UInt8] {
        let plain = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!$&'()*+,=:@[]|/".utf8)
        return octets.flatMap { octet -> [UInt8] in
            plain.contains(octet)
                ? [octet] : Array("%\(String(octet, radix: 16).count == 1 ? "0" : "")\(String(octet, radix: 16))".utf8)
        }
    }

    @Test func `an accepted path reads the same to every decoder`() throws {
        var generator = Generator(state: 20_260_301)
        var accepted = 0
        for _ in 0..<40_000 {
            let octets = target(&generator)
            guard CanonicalPath.isCanonical(octets.span) else { continue }
            accepted += 1
            let path = Array(octets.prefix { $0 != 0x3F })
            let once = lenientlyDecoded(path)
            let text = try #require(String(validating: once, as: UTF8.self), "\(octets)")
            #expect(lenientlyDecoded(once) == once, "decoding twice changes \(octets)")
            #expect(lenientlyDecoded(encoded(once)) == once, "encoding again changes \(octets)")
            let again = encoded(once)
            let staysCanonical = CanonicalPath.isCanonical(again.span)
            #expect(staysCanonical, "its encoded form is refused: \(octets)")
            #expect(!text.contains { ";\\?#\0".contains($0) }, "a delimiter hides in \(octets)")
            let segments = once.dropFirst().split(separator: 0x2F, omittingEmptySubsequences: false)
            #expect(path.filter { $0 == 0x2F }.count == segments.count, "a slash hides in \(octets)")
            #expect(segments.dropLast().allSatisfy { !$0.isEmpty }, "an empty segment hides in \(octets)")
            #expect(segments.allSatisfy { $0.isEmpty || $0.contains { $0 != 0x2E } }, "dots hide in \(octets)")
        }
        #expect(accepted > 500, "the generator makes too few paths that are accepted")
    }

    @Test func `the parsed target says the same as the raw one`() throws {
        var generator = Generator(state: 7)
        for _ in 0..<10_000 {
            let octets = target(&generator)
            guard let text = String(validating: octets, as: UTF8.self), CanonicalPath.isCanonical(text) else {
                continue
            }
            let parsed = try RequestTarget(text)
            let rebuilt =
                "/" + parsed.segments.joined(separator: "/")
                + (parsed.endsWithSlash && !parsed.segments.isEmpty ? "/" : "")
            #expect(Array(rebuilt.utf8) == lenientlyDecoded(Array(parsed.path.utf8)))
            #expect(parsed.path + (parsed.query.map { "?" + $0 } ?? "") == text)
        }
    }
}
