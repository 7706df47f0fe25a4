import Broker
import Foundation

/// Eight decimal digits, leading zeros included.
struct SignInCode: Sendable, Equatable, CustomStringConvertible, CustomReflectable {
    /// How many codes there are.
    static let count: UInt32 = 100_000_000
    /// How many digits a code has.
    static let digits = 8

    private let number: UInt32

    private init(_ number: UInt32) { self.number = number }

    /// The digits, for the one mail that carries them.
    func reveal() -> String {
        let text = String(number)
        return String(repeating: "0", count: Self.digits - text.utf8.count) + text
    }

    /// Always `<redacted>`.
    var description: String { "<redacted>" }
    /// No children, so that `dump` shows nothing.
    var customMirror: Mirror { Mirror(self, children: [:]) }

    // MARK: Drawing

    /// The first multiple of `count` that does not fit; words from here on would make small codes likelier.
    private static let limit = UInt32.max / count * count
    /// A sound source is refused a word in fifty; one that is refused a hundred is broken.
    private static let maximumDraws = 100

    /// Draws a code, each as likely as any other.
    static func draw(from randomness: Randomness) throws(LoginError) -> SignInCode {
        for _ in 0..<maximumDraws {
            let bytes = randomness.bytes(4)
            guard bytes.count == 4 else { break }
            let word = bytes.reduce(0 as UInt32) { $0 << 8 | UInt32($1) }
            if word < limit { return SignInCode(word % count) }
        }
        throw LoginError(.configurationInvalid, detail: "the source of randomness does not work")
    }

    // MARK: Typing

    /// Reads what a person typed; blanks and hyphens between the digits are theirs.
    init?(typed text: String) {
        guard text.utf8.count <= 64 else { return nil }
        let digits = text.utf8.filter { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "-") }
        guard digits.count == Self.digits,
            digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
        else { return nil }
        number = digits.reduce(0) { $0 * 10 + UInt32($1 - UInt8(ascii: "0")) }
    }

    // MARK: Hiding

    /// The code as it is kept: added to a pad that only the engine's record has.
    ///
    /// No hash would hide eight digits: all of them are tried in a second. The sum says nothing at all about the code
    /// to whoever has not the pad, and a code that is kept under one round's pad fits no other round.
    func hidden(by pad: CodePad) -> UInt32 { (number + pad.number) % Self.count }

    /// The code that was hidden by this pad.
    init(hidden: UInt32, by pad: CodePad) {
        number = (hidden % Self.count + Self.count - pad.number) % Self.count
    }

    /// Whether two codes are the same, in the same time whatever they are.
    func matches(_ other: SignInCode) -> Bool {
        let left = Array(reveal().utf8)
        let right = Array(other.reveal().utf8)
        return zip(left, right).reduce(0 as UInt8) { $0 | ($1.0 ^ $1.1) } == 0
    }
}

/// A number below `SignInCode.count` that is as good as random: one round's nonce, which this kind sends nowhere.
struct CodePad: Sendable {
    fileprivate let number: UInt32

    /// The pad of a round; its nonce is 32 random octets.
    init(_ secrets: LoginSecrets) {
        let bytes = Self.decoded(secrets.nonce) ?? Data(secrets.nonce.utf8)
        let count = UInt64(SignInCode.count)
        number = UInt32(bytes.reduce(0 as UInt64) { ($0 * 256 + UInt64($1)) % count })
    }

    /// The octets behind base64url; its last character alone would not be one of 64 alike.
    private static func decoded(_ text: String) -> Data? {
        let standard = text.replacingOccurrences(of: "-", with: "+").replacingOccurrences(of: "_", with: "/")
        return Data(base64Encoded: standard + String(repeating: "=", count: (4 - standard.utf8.count % 4) % 4))
    }
}
