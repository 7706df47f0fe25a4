package import Broker
import Foundation
import JOSE

/// Claims that are verified, with where they were said.
package struct ClaimSource: Sendable {
    let claims: ClaimSet
    let provenance: Claim.Provenance

    /// A source.
    package init(_ claims: ClaimSet, from provenance: Claim.Provenance) {
        self.claims = claims
        self.provenance = provenance
    }
}

/// From verified claims to the broker's values.
///
/// Sources come in order of trust, the ID token first.
package struct ClaimReader: Sendable {
    /// What counts as a statement that the address was verified.
    package enum VerifiedForm: Sendable {
        /// JSON `true` (OpenID Connect Core 5.1) and nothing else.
        case jsonTrue
        /// Also the string `"true"`, for OPs that are known to write it.
        case jsonTrueOrString
    }

    /// Names of the claims that are read.
    package struct Names: Sendable {
        package var email = "email"
        package var emailVerified = "email_verified"
        package var name = "name"
        package var groups = "groups"

        /// The standard names.
        package init() {}
    }

    private let sources: [ClaimSource]
    private let names: Names

    /// A reader over sources.
    package init(_ sources: [ClaimSource], names: Names = Names()) {
        self.sources = sources
        self.names = names
    }

    /// Whether any of the claims that matter is said nowhere.
    package func lacksAny(of names: [String]) -> Bool {
        !names.allSatisfy { name in sources.contains { $0.claims.contains(name) } }
    }

    /// The address as it is said first: one string, well-formed, or the login fails.
    ///
    /// Nil where it is said nowhere.
    package func emailAddress() throws(LoginError) -> EmailAddress? {
        guard let source = emailSource else { return nil }
        guard let text = source.claims.string(names.email), let address = EmailAddress(text) else {
            throw LoginError(
                .emailMalformed, detail: "OpenID Connect Core 5.1: \(names.email) is not one e-mail address")
        }
        return address
    }

    /// Whether the OP says that it verified the address.
    ///
    /// The statement counts for the address beside which it stands: where the first source says nothing, another may
    /// speak for the same octets.
    package func isEmailVerified(_ form: VerifiedForm = .jsonTrue) -> Bool {
        guard let first = emailSource, let address = first.claims.string(names.email) else { return false }
        let speaker = sources.first { source in
            source.claims.contains(names.emailVerified)
                && source.claims.string(names.email)?.hasSameBytes(as: address) == true
        }
        guard let speaker else { return false }
        if form == .jsonTrueOrString, speaker.claims.string(names.emailVerified) == "true" { return true }
        return speaker.claims.bool(names.emailVerified) == true
    }

    /// A name to greet with, bounded.
    package func displayName() -> String? {
        let said = sources.lazy.compactMap { [names] in $0.claims.string(names.name) }.first { !$0.isEmpty }
        return said.map { String($0.prefix(200)) }
    }

    /// Groups: complete where the claim is there, and never empty by accident.
    package func groups() -> GroupSet {
        for source in sources where source.claims.contains(names.groups) {
            if let one = source.claims.string(names.groups) { return GroupSet([one], completeness: .complete) }
            guard let values = source.claims.strings(names.groups) else { return GroupSet([], completeness: .failed) }
            return GroupSet(values, completeness: .complete)
        }
        let isElsewhere = sources.contains { [names] in
            $0.claims.object("_claim_names")?.contains(names.groups) ?? false
        }
        return isElsewhere ? GroupSet([], completeness: .overage) : .unsupported
    }

    /// How and when the person signed in, as the first source says.
    package func authentication() -> AuthenticationContext {
        guard let claims = sources.first?.claims else { return AuthenticationContext() }
        let time: Timestamp? =
            if case .seconds(let seconds) = claims.time("auth_time") { .init(seconds: seconds) } else { nil }
        return AuthenticationContext(acr: claims.string("acr"), amr: claims.strings("amr") ?? [], authTime: time)
    }

    private var emailSource: ClaimSource? { sources.first { $0.claims.contains(names.email) } }
}

// MARK: Everything that was said

extension ClaimReader {
    /// Claims about the message rather than the person.
    private static let protocolClaims: Set<String> = [
        "iss", "aud", "azp", "exp", "iat", "nbf", "jti", "nonce", "at_hash", "c_hash", "s_hash", "sid",
        "_claim_names", "_claim_sources",
    ]

    /// Every claim about the person, with where it was said.
    package func claims() -> [Claim] {
        sources.flatMap { source in
            source.claims.object.filter { !Self.protocolClaims.contains($0.key) }.map { name, value in
                Claim(name, values: Self.texts(value), from: source.provenance)
            }
        }
    }

    private static func texts(_ value: JSONValue) -> [String] {
        if let list = value.array { return list.map(text) }
        return value == .null ? [] : [text(value)]
    }

    private static func text(_ value: JSONValue) -> String { value.string ?? value.text }
}
