import Broker
import Foundation
import OIDCProvider
import Testing

@testable import BrokerRuntime

struct JSONSchemaTests {
    private func parse(_ text: String) throws -> SettingsValue {
        try JSONDecoder().decode(SettingsValue.self, from: Data(text.utf8))
    }

    @Test func `the server schema has every key and no others are allowed`() throws {
        let schema = try parse(JSONSchema.server())
        #expect(schema["$schema"]?.text == "https://json-schema.org/draft/2020-12/schema")
        #expect(schema["required"] == .array([.string("publicURL")]))
        #expect(schema["additionalProperties"] == .bool(false))
        guard case .object(let properties) = schema["properties"] else { return #expect(Bool(false)) }
        #expect(
            Set(properties.keys) == [
                "publicURL", "listen", "gate", "server", "store", "keys", "token", "login", "log", "trustedProxies",
                "outbound",
            ])
        #expect(
            properties["token"]?["properties"]?["algorithm"]?["enum"] == .array([.string("ES256"), .string("RS256")]))
        #expect(properties["keys"]?["properties"]?["kek"]?["default"]?.text == "env:VESTIBULE_KEK")
    }

    @Test func `the resources schema describes the settings of each kind`() throws {
        let schema = try parse(JSONSchema.resources(ProviderRegistry([OIDCProvider.self])))
        let connection = schema["properties"]?["connections"]?["items"]
        guard case .array(let conditions) = connection?["allOf"] else { return #expect(Bool(false)) }
        let settings = conditions.first?["then"]?["properties"]?["settings"]
        #expect(conditions.first?["if"]?["properties"]?["kind"]?["const"]?.text == "oidc")
        #expect(settings?["properties"]?["clientSecret"]?["pattern"]?.text == "^(env|file):.+$")
        #expect(settings?["additionalProperties"] == .bool(false))
    }
}
