package import Broker
package import Foundation
import SAML
package import XMLSecurity

/// The project's own SAML messages with verdicts, and the keys that they are made with.
package struct OwnDev: Sendable {
    /// One message.
    package struct Case: Decodable, Sendable {
        /// Its file.
        package let file: String
        /// What it is: `response`, `logout-request`, `metadata`.
        package let kind: String
        /// The tenant that it is posted to.
        package let acs: String
        /// `accept...` or `refuse...`.
        package let verdict: String
        /// Whether it is good.
        package var isGood: Bool { verdict == "accept" }
    }

    struct Tenant: Decodable, Sendable {
        let idp_entity_id: String
        let signing_certs: [String]
        let acs: String
        let slo: String?
        let sp_entity_id: String
        let decryption_keys: [String]?
    }

    private struct Expected: Decodable {
        let now: String
        let tenants: [String: Tenant]
        let cases: [Case]
    }

    private struct RedirectCases: Decodable {
        struct Case: Decodable {
            let verdict: String
            let query: String
        }
        let cases: [Case]
    }

    /// Every message.
    package let cases: [Case]
    /// The moment at which the verdicts hold.
    package let now: Timestamp
    /// Queries of the HTTP-Redirect binding, those to accept first.
    package let queries: [String]
    let acme: Tenant
    private let folder: URL

    /// Reads the folder `own-dev` in a folder of vectors.
    package init(vectors: URL) throws {
        let base = vectors.appendingPathComponent("own-dev")
        folder = base.appendingPathComponent("saml")
        let expected = try JSONDecoder().decode(
            Expected.self, from: Data(contentsOf: folder.appendingPathComponent("expected.json")))
        guard let acme = expected.tenants["acme"], let now = SAMLTime.parse(expected.now) else {
            throw Unfit("expected.json names no tenant acme, or no time")
        }
        let redirect = try JSONDecoder().decode(
            RedirectCases.self, from: Data(contentsOf: base.appendingPathComponent("redirect-binding-cases.json")))
        self.acme = acme
        self.now = now
        cases = expected.cases
        queries = redirect.cases.sorted { $0.verdict < $1.verdict }.map(\.query)
    }

    /// The folder that the environment names with `VESTIBULE_VECTORS`; nil where it names none.
    package static func fromEnvironment() throws -> OwnDev? {
        try ProcessInfo.processInfo.environment["VESTIBULE_VECTORS"].map {
            try OwnDev(vectors: URL(fileURLWithPath: $0, isDirectory: true))
        }
    }

    /// A file as it is.
    package func octets(_ file: String) throws -> [UInt8] {
        Array(try Data(contentsOf: folder.appendingPathComponent(file)))
    }

    func text(_ file: String) throws -> String { String(decoding: try octets(file), as: UTF8.self) }

    func certificateKeys(_ files: [String]) throws -> [PublicKey] {
        try files.map { try Certificate(text: text($0)).key }
    }

    /// What the IdP signs with.
    package var signingKey: PrivateKey { get throws { try privateKey("keys/idp-a.key.pem") } }

    func privateKey(_ file: String) throws -> PrivateKey {
        try PrivateKey(pkcs8: PEM.octets(text(file), label: "PRIVATE KEY"))
    }
}

/// The messages are not what a fuzzer needs.
struct Unfit: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
