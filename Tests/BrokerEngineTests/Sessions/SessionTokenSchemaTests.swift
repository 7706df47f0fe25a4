import Broker
import BrokerModel
import Foundation
import JOSE
import Testing

@testable import BrokerEngine

/// What the broker issues is what `Documentation/session-token.schema.json` promises to fronts.
@Suite struct SessionTokenSchemaTests {
    private static func published() throws -> ClaimSchema {
        let page = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../../Documentation/session-token.schema.json").standardizedFileURL
        return ClaimSchema(try JSONObject.parse(try Data(contentsOf: page)))
    }

    private static func claims(
        groups: [String] = ["staff", "support"], change: (inout SessionTokenClaims) -> Void = { _ in }
    ) -> SessionTokenClaims {
        let random = SeededRandomness(seed: 7).source
        var claims = SessionTokenClaims(
            issuer: "https://support.example/vestibule", customer: .random(random), site: "portal",
            issuedAt: 1_780_000_000, expiresAt: 1_780_000_600, tokenID: random.token(bytes: 16),
            session: .random(random), authenticatedAt: 1_779_999_990, acr: "urn:example:loa:2", amr: ["pwd", "otp"],
            email: "alice@acme.example", name: "Alice", organization: "acme", connection: "acme-staff",
            groups: groups, portals: ["*"])
        change(&claims)
        return claims
    }

    private static func issued(_ claims: SessionTokenClaims) throws -> (token: String, payload: JSONObject) {
        let token = try SessionToken.issue(claims, with: try SigningKey.generate(.es256))
        return (token, try JSONObject.parse(try CompactJWS.parse(token).unverifiedPayload))
    }

    @Test func `a token with every claim fits the schema, and has every claim of it`() throws {
        let schema = try Self.published()
        let payload = try Self.issued(Self.claims { $0.areGroupsIncomplete = true }).payload
        #expect(schema.problems(in: payload) == [])
        #expect(Set(payload.keys) == schema.names.subtracting(["groups_omitted"]))
    }

    @Test func `a token with as little as there can be fits the schema`() throws {
        let payload = try Self.issued(
            Self.claims(groups: []) { claims in
                (claims.acr, claims.amr, claims.email, claims.name) = (nil, [], nil, nil)
            }
        ).payload
        #expect(try Self.published().problems(in: payload) == [])
        #expect(payload.strings("groups") == [])
    }

    @Test func `twenty groups of 36 characters stay within 2 KiB`() throws {
        let groups = (0..<20).map { _ in UUID().uuidString.lowercased() }
        let (token, payload) = try Self.issued(Self.claims(groups: groups))
        #expect(token.utf8.count <= 2048)
        #expect(payload.strings("groups") == groups)
    }

    @Test func `groups that do not fit are left out, said so, and still fit the schema`() throws {
        let groups = (0..<200).map { "group-\($0)-of-a-very-large-company" }
        let (token, payload) = try Self.issued(Self.claims(groups: groups))
        #expect(token.utf8.count <= SessionTokenClaims.maximumOctets)
        #expect(!payload.contains("groups") && payload.bool("groups_omitted") == true)
        #expect(payload.strings("portals") == ["*"])
        #expect(try Self.published().problems(in: payload) == [])
    }

    @Test func `whatever an IdP says about a sign-in is bounded`() throws {
        let long = String(repeating: "x\u{7}é", count: 4000)
        let (token, payload) = try Self.issued(
            Self.claims(groups: [long]) { claims in
                (claims.acr, claims.amr, claims.name) = (long, Array(repeating: long, count: 50), long)
            })
        #expect(token.utf8.count <= SessionTokenClaims.maximumOctets)
        #expect(try Self.published().problems(in: payload) == [])
    }

    @Test(
        arguments: [
            ("sub", JSONValue.string("alice@acme.example")), ("token_use", "identity"), ("ver", 2), ("extra", true),
            ("amr", []), ("groups_omitted", true), ("aud", ["portal"]), ("exp", "soon"),
        ] as [(String, JSONValue)])
    func `the schema refuses what no token has`(name: String, value: JSONValue) throws {
        var payload = try Self.issued(Self.claims()).payload
        payload[name] = value
        #expect(try Self.published().problems(in: payload) != [])
    }

    @Test func `the schema misses every claim that is promised`() throws {
        let (schema, payload) = (try Self.published(), try Self.issued(Self.claims()).payload)
        for name in schema.required {
            var without = payload
            without[name] = nil
            #expect(schema.problems(in: without) == ["\(name) is absent"])
        }
        #expect(schema.required.count >= 13)
    }

    @Test func `the page explains every claim of the schema`() throws {
        let page = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../../Documentation/session-token.md").standardizedFileURL
        let text = try String(contentsOf: page, encoding: .utf8)
        for name in try Self.published().names { #expect(text.contains("\n| `\(name)` |"), "\(name)") }
    }
}

/// As much of JSON Schema 2020-12 as the published schema uses; a keyword that is not known here is a problem.
private struct ClaimSchema {
    private let schema: JSONObject

    init(_ schema: JSONObject) { self.schema = schema }

    var names: Set<String> { Set(schema.object("properties")?.keys ?? []) }
    var required: [String] { schema.strings("required") ?? [] }

    func problems(in claims: JSONObject) -> [String] {
        let alternatives = schema.array("oneOf")?.compactMap { $0.object?.strings("required") } ?? []
        let met = alternatives.count { $0.allSatisfy(claims.contains) }
        return required.filter { !claims.contains($0) }.map { "\($0) is absent" }
            + (met == 1 ? [] : ["\(met) of the alternatives are met"])
            + claims.flatMap { name, value in
                schema.object("properties")?.object(name).map { Self.problems(in: value, $0, name) }
                    ?? ["\(name) is not a claim"]
            }
    }

    private static func problems(in value: JSONValue, _ rules: JSONObject, _ name: String) -> [String] {
        rules.flatMap { keyword, rule -> [String] in
            holds(keyword, rule, value, name) ? [] : ["\(name): \(keyword)"]
        }
    }

    private static func holds(_ keyword: String, _ rule: JSONValue, _ value: JSONValue, _ name: String) -> Bool {
        switch keyword {
        case "type": rule.string == type(of: value)
        case "const": rule == value
        case "pattern": matches(value.string ?? "", rule.string ?? "")
        case "maxLength": value.string?.unicodeScalars.count ?? 0 <= rule.int64 ?? 0
        case "minimum": value.int64 ?? .min >= rule.int64 ?? 0
        case "minItems": value.array?.count ?? 0 >= rule.int64 ?? 0
        case "maxItems": value.array?.count ?? 0 <= rule.int64 ?? 0
        case "items": value.array?.allSatisfy { problems(in: $0, rule.object ?? [:], name).isEmpty } ?? false
        default: false
        }
    }

    private static func matches(_ text: String, _ pattern: String) -> Bool {
        guard let expression = try? Regex(pattern) else { return false }
        return text.firstMatch(of: expression) != nil
    }

    private static func type(of value: JSONValue) -> String {
        switch value {
        case .object: "object"
        case .array: "array"
        case .string: "string"
        case .integer: "integer"
        case .double: "number"
        case .bool: "boolean"
        case .null: "null"
        }
    }
}
