public import Foundation

/// What the browser, or an IdP's server, sent to one of a connection's endpoints.
///
/// Signatures cover octets, so the raw query and body are here; `parameters` is the decoded view.
public struct LoginCallback: Sendable {
    /// The two methods that a callback may have.
    public enum Method: String, Sendable {
        /// Parameters are in the query.
        case get = "GET"
        /// Parameters are in the form body.
        case post = "POST"
    }

    /// The method.
    public let method: Method
    /// Which of the connection's endpoints was called.
    public let endpoint: CallbackEndpoint
    /// The query as it came, without the question mark; at most 16 KiB.
    public let rawQuery: Data
    /// The `application/x-www-form-urlencoded` body as it came; at most 1 MiB; empty for GET.
    public let rawBody: Data
    /// The decoded parameters of the body for POST, of the query for GET.
    public let parameters: CallbackParameters

    /// The most octets of a query.
    public static let maximumQueryBytes = 16 * 1024
    /// The most octets of a form body.
    public static let maximumBodyBytes = 1024 * 1024

    /// Reads a request.
    ///
    /// - Throws: `malformed_request` when a parameter repeats, is not valid percent-encoded UTF-8, or is too long.
    public init(
        method: Method, endpoint: CallbackEndpoint = .login, rawQuery: Data, rawBody: Data = Data()
    ) throws(LoginError) {
        guard rawQuery.count <= Self.maximumQueryBytes, rawBody.count <= Self.maximumBodyBytes else {
            throw LoginError(.malformedRequest, detail: "the query or the body is too long")
        }
        self.method = method
        self.endpoint = endpoint
        self.rawQuery = rawQuery
        self.rawBody = rawBody
        parameters = try CallbackParameters(formEncoded: method == .get ? rawQuery : rawBody)
    }
}

/// One of a connection's endpoints below `/vestibule/cb/<connection>`.
public struct CallbackEndpoint: StringIdentifier, ExpressibleByStringLiteral {
    /// The path segment; empty for the login callback itself.
    public let rawValue: String
    /// Names an endpoint.
    public init(rawValue: String) { self.rawValue = rawValue }
    /// Names an endpoint by a literal.
    public init(stringLiteral value: String) { self.rawValue = value }

    /// The callback of a login.
    public static let login: CallbackEndpoint = ""
    /// Answers to a `LoginStep.ask`.
    public static let answer: CallbackEndpoint = "answer"
    /// Logout messages.
    public static let logout: CallbackEndpoint = "logout"
}

/// Decoded callback parameters, each at most once.
public struct CallbackParameters: Sendable, Equatable {
    private let values: [String: String]

    /// The most parameters that are read.
    public static let maximumCount = 64

    /// Decodes `application/x-www-form-urlencoded` octets strictly.
    ///
    /// A repeated name refuses (RFC 6749 3.1: parameters must not be included more than once): two readers of the same
    /// request must not be able to see two values.
    ///
    /// - Throws: `malformed_request`.
    public init(formEncoded octets: Data) throws(LoginError) {
        var values: [String: String] = [:]
        // One piece too many is enough to refuse; a body of nothing but ampersands is not taken apart.
        for pair in octets.split(
            separator: UInt8(ascii: "&"), maxSplits: Self.maximumCount, omittingEmptySubsequences: true)
        {
            let parts = pair.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            let name = try Self.decode(parts[0])
            let value = parts.count == 2 ? try Self.decode(parts[1]) : ""
            guard values.updateValue(value, forKey: name) == nil else {
                throw LoginError(.malformedRequest, detail: "a parameter is present twice")
            }
            guard values.count <= Self.maximumCount else {
                throw LoginError(.malformedRequest, detail: "more than \(Self.maximumCount) parameters")
            }
        }
        self.values = values
    }

    /// The value of a parameter, or nil where it is absent.
    public subscript(name: String) -> String? { values[name] }

    /// The names that are present, sorted.
    public var names: [String] { values.keys.sorted() }

    private static func decode(_ octets: Data.SubSequence) throws(LoginError) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(octets.count)
        var rest = octets.makeIterator()
        while let byte = rest.next() {
            switch byte {
            case UInt8(ascii: "+"): bytes.append(UInt8(ascii: " "))
            case UInt8(ascii: "%"):
                guard let high = rest.next()?.hexDigitValue, let low = rest.next()?.hexDigitValue else {
                    throw LoginError(.malformedRequest, detail: "a percent escape is not two hex digits")
                }
                bytes.append(high << 4 | low)
            default: bytes.append(byte)
            }
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw LoginError(.malformedRequest, detail: "a parameter is not UTF-8")
        }
        return text
    }
}

extension UInt8 {
    /// The value of an ASCII hex digit, or nil.
    package var hexDigitValue: UInt8? {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): self - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): self - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): self - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
