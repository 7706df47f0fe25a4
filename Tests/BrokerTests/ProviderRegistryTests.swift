import Broker
import Foundation
import Testing

struct ProviderRegistryTests {
    private func registry() throws -> ProviderRegistry {
        try ProviderRegistry([FakeProvider.self, MismatchedProvider.self])
    }

    private func make(
        _ settings: SettingsValue, of kind: ProviderKind = "fake", version: Int = 2
    ) throws -> any IdentityProvider {
        try registry().makeProvider(kind, id: "acme", settings: settings, version: version, context: .nothing)
    }

    private func problems(_ body: () throws -> Void) -> [SettingsError.Problem] {
        do {
            try body()
            return []
        } catch {
            return (error as? SettingsError)?.problems ?? [.init(path: [], text: "another error")]
        }
    }

    @Test func `makes a provider from settings that fit`() throws {
        let made = try make(.object(["issuer": .string("https://op.example"), "skew": .integer(5)]))
        let provider = try #require(made as? FakeProvider)
        #expect(provider.id == "acme")
        #expect(provider.settings == FakeProvider.Settings(issuer: "https://op.example", skew: 5))
    }

    @Test func `knows its kinds`() throws {
        let registry = try registry()
        #expect(registry.kinds == ["fake", "mismatched"])
        #expect(registry.type(of: "fake") is FakeProvider.Type)
        #expect(registry.type(of: "saml") == nil)
    }

    @Test func `refuses two kinds of one name`() {
        let found = problems { _ = try ProviderRegistry([FakeProvider.self, FakeProvider.self]) }
        #expect(found == [.init(path: [], text: "two provider modules are named fake")])
    }

    @Test func `refuses a kind that was not built in and names the others`() {
        let found = problems { _ = try make(.object([:]), of: "saml") }
        #expect(found == [.init(path: ["kind"], text: "saml is not a provider kind here; known: fake, mismatched")])
    }

    @Test func `refuses an unknown key and a missing one at once`() {
        #expect(
            problems { _ = try make(.object(["isuer": .string("https://op.example")])) }.map(\.path) == [
                ["isuer"], ["issuer"],
            ])
    }

    @Test func `refuses settings of a newer version`() {
        let found = problems { _ = try make(.object(["issuer": .string("https://op.example")]), version: 3) }
        #expect(found.map(\.text) == ["these settings were written by a newer version of kind fake"])
    }

    @Test func `migrates settings of an older version`() throws {
        let made = try make(.object(["url": .string("https://old.example")]), version: 1)
        #expect((made as? FakeProvider)?.settings.issuer == "https://old.example")
    }

    @Test func `tells why old settings do not migrate`() {
        #expect(
            problems { _ = try make(.object([:]), version: 1) } == [.init(path: ["url"], text: "cannot be migrated")])
        #expect(
            problems { _ = try make(.object([:]), of: "mismatched", version: 1) }.map(\.text)
                == ["settings version 1 is not known to kind mismatched"])
    }

    @Test func `hands on what the module refuses`() {
        let found = problems { _ = try make(.object(["issuer": .string("https://refused.example")])) }
        #expect(found == [.init(path: ["issuer"], text: "is refused")])
    }

    @Test func `tells the path where decoding fails`() {
        let settings = SettingsValue.object(["nested": .object(["names": .array([.integer(1)])])])
        #expect(problems { _ = try make(settings, of: "mismatched") }.map(\.path) == [["nested", "names", "0"]])
        #expect(problems { _ = try make(.object([:]), of: "mismatched") }.map(\.path) == [["nested"]])
    }
}
