import Foundation

/// Where unpredictable bytes come from, so that tests can repeat them.
public struct Randomness: Sendable {
    private let fill: @Sendable (Int) -> [UInt8]

    /// A source that calls the closure for every request.
    public init(_ fill: @escaping @Sendable (_ count: Int) -> [UInt8]) { self.fill = fill }

    /// The given number of unpredictable bytes.
    public func bytes(_ count: Int) -> [UInt8] { fill(count) }

    /// Unpredictable bytes as base64url without padding; 32 bytes give 43 characters.
    public func token(bytes count: Int = 32) -> String {
        Data(bytes(count)).base64EncodedString()
            .replacingOccurrences(of: "+", with: "-")
            .replacingOccurrences(of: "/", with: "_")
            .replacingOccurrences(of: "=", with: "")
    }

    /// The operating system's generator.
    public static let system = Randomness { count in
        var generator = SystemRandomNumberGenerator()
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count + 7)
        while bytes.count < count {
            // Eight octets per call into the kernel.
            let word: UInt64 = generator.next()
            withUnsafeBytes(of: word) { bytes.append(contentsOf: $0) }
        }
        return Array(bytes.prefix(count))
    }
}
