import Broker
import BrokerEngine
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
                "mail", "outbound",
            ])
        #expect(
            properties["token"]?["properties"]?["algorithm"]?["enum"] == .array([.string("ES256"), .string("RS256")]))
        #expect(properties["keys"]?["properties"]?["kek"]?["default"]?.text == "env:VESTIBULE_KEK")
    }

    @Test func `the resources schema describes the settings of each kind`() throws {
        let schema = try parse(JSONSchema.resources(ProviderRegistry([OIDCProvider.self]), facades: FacadeRegistry()))
        let connection = schema["properties"]?["connections"]?["items"]
        guard case .array(let conditions) = connection?["allOf"] else { return #expect(Bool(false)) }
        let settings = conditions.first?["then"]?["properties"]?["settings"]
        #expect(conditions.first?["if"]?["properties"]?["kind"]?["const"]?.text == "oidc")
        #expect(settings?["properties"]?["clientSecret"]?["pattern"]?.text == "^(env|file):.+$")
        #expect(settings?["additionalProperties"] == .bool(false))
    }

    @Test func `the resources schema describes the facades of a site, each kind by its form`() throws {
        let schema = try parse(
            JSONSchema.resources(
                ProviderRegistry([OIDCProvider.self]), facades: FacadeRegistry([FacadeModule(TestFacade.self)])))
        let site = schema["properties"]?["sites"]?["items"]?["properties"]
        let facades = site?["facades"]
        #expect(facades?["additionalProperties"] == .bool(false))
        guard case .object(let kinds) = facades?["properties"] else { return #expect(Bool(false)) }
        #expect(Array(kinds.keys) == ["test"])
        #expect(kinds["test"]?["required"] == .array([.string("clientID"), .string("redirectURIs")]))
        #expect(kinds["test"]?["properties"]?["clientSecret"]?["pattern"]?.text == "^(env|file):.+$")
        #expect(kinds["test"]?["additionalProperties"] == .bool(false))
        #expect(site?["portalCookies"]?["items"]?["pattern"]?.text?.hasPrefix("^[A-Za-z0-9!#$") == true)
        #expect(site?["organizations"]?["type"]?.text == "array" && site?["organizations"]?["default"] == nil)
    }

    @Test func `the resources schema describes conditions that hold conditions`() throws {
        let schema = try parse(JSONSchema.resources(ProviderRegistry([OIDCProvider.self]), facades: FacadeRegistry()))
        let access = schema["properties"]?["sites"]?["items"]?["properties"]?["access"]?["properties"]
        let rule = access?["rules"]?["items"]
        #expect(rule?["properties"]?["allow"]?["$ref"]?.text == "#/$defs/condition")
        #expect(rule?["required"] == .array([.string("name")]) && rule?["additionalProperties"] == .bool(false))
        let effects = ["allow", "deny"].map { SettingsValue.object(["required": .array([.string($0)])]) }
        #expect(rule?["oneOf"] == .array(effects))
        let condition = schema["$defs"]?["condition"]
        #expect(condition?["maxProperties"] == .integer(1) && condition?["minProperties"] == .integer(1))
        #expect(condition?["properties"]?["all"]?["items"]?["$ref"]?.text == "#/$defs/condition")
        #expect(condition?["properties"]?["all"]?["minItems"] == .integer(1))
        #expect(access?["machines"]?["items"]?["properties"]?["authorization"]?["pattern"]?.text == "^(env|file):.+$")
    }
}
