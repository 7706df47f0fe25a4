import Broker
import SAML
import SAMLFuzzing
import XMLSecurity

/// Octets as the query of an HTTP-Redirect, and as a DEFLATE stream.
struct RedirectTarget: FuzzTarget {
    static let name = "redirect"
    private let connection: Acme
    /// What the IdP has signed in a query.
    private let signed: Set<LogoutRequestMessage>

    init(_ own: OwnDev) throws {
        let connection = try Acme(own)
        self.connection = connection
        signed = Set(own.queries.compactMap { Self.request(Array($0.utf8), connection) })
        guard !signed.isEmpty, signed.allSatisfy({ $0.nameID.value == SignedPerson.alice }) else {
            throw Misuse("no query signs alice out")
        }
    }

    func problem(with input: [UInt8]) -> String? {
        if let message = Self.request(input, connection), !signed.contains(message) {
            return "signs out \(message.nameID.value)"
        }
        if let message = try? RedirectMessage(rawQuery: input) {
            _ = try? AuthnRequestReader(endpoint: "https://idp.example/sso").readWithoutVerifying(.redirect(message))
        }
        return inflation(input)
    }

    private static func request(_ query: [UInt8], _ connection: Acme) -> LogoutRequestMessage? {
        guard let message = try? RedirectMessage(rawQuery: query) else { return nil }
        let reader = LogoutReader(keys: connection.keys, policy: .standard)
        return try? reader.request(.redirect(message), expecting: connection.logoutExpectations).message
    }

    /// Never more than the limit, and what we deflate comes back.
    private func inflation(_ input: [UInt8]) -> String? {
        for limit in [0, 1, input.count, input.count * 4, 1 << 20] {
            if let octets = try? Deflate.inflate(input, limit: limit), octets.count > limit {
                return "\(octets.count) octets for a limit of \(limit)"
            }
        }
        guard let deflated = try? Deflate.deflate(input) else { return "cannot be deflated" }
        return (try? Deflate.inflate(deflated, limit: input.count)) == input ? nil : "does not come back from DEFLATE"
    }

    static func seeds(_ own: OwnDev) throws -> [[UInt8]] {
        let streams = try own.cases.filter { $0.kind != "response" }.map { try Deflate.deflate(own.octets($0.file)) }
        return own.queries.filter { $0.utf8.count < 8192 }.map { Array($0.utf8) } + streams
    }
}
