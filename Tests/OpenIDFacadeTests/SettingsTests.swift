import Broker
import BrokerEngine
import BrokerModel
import Foundation
import JOSE
import OpenIDFacade
import Testing

@Suite struct SettingsTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var what: String
        var path: [String]
        var change: @Sendable (inout [String: SettingsValue]) -> Void

        init(_ what: String, _ path: String..., change: @escaping @Sendable (inout [String: SettingsValue]) -> Void) {
            (self.what, self.path, self.change) = (what, path, change)
        }

        var testDescription: String { what }
    }

    private static func redirect(_ uri: String) -> @Sendable (inout [String: SettingsValue]) -> Void {
        { $0["redirectURIs"] = .array([.string(uri)]) }
    }

    private static func prefix(_ prefix: String) -> @Sendable (inout [String: SettingsValue]) -> Void {
        { $0["groups"] = .object(["prefix": .string(prefix)]) }
    }

    private static func claim(_ name: String, _ text: String) -> @Sendable (inout [String: SettingsValue]) -> Void {
        { $0["claims"] = .object([name: .string(text)]) }
    }

    private static let keyed: @Sendable (inout [String: SettingsValue], String?) -> Void = { settings, keys in
        settings["clientAuthentication"] = .string("private_key_jwt")
        settings["clientSecret"] = nil
        settings["clientJWKS"] = keys.map { .string($0) }
    }

    static let refused: [Case] = [
        Case("no client id", "clientID") { $0["clientID"] = nil },
        Case("a client id that is not ASCII", "clientID") { $0["clientID"] = .string("jïra") },
        Case("no redirect URI", "redirectURIs") { $0["redirectURIs"] = .array([]) },
        Case("a wildcard", "redirectURIs", "0", change: redirect("https://jira.example/*")),
        Case("a wildcard host", "redirectURIs", "0", change: redirect("https://*.example/cb")),
        Case("http", "redirectURIs", "0", change: redirect("http://jira.example/cb")),
        Case("a fragment", "redirectURIs", "0", change: redirect("https://jira.example/cb#x")),
        Case("a user name", "redirectURIs", "0", change: redirect("https://a@jira.example/cb")),
        Case("a script", "redirectURIs", "0", change: redirect("javascript:alert(1)")),
        Case("a path alone", "redirectURIs", "0", change: redirect("/cb")),
        Case("a wildcard after a sign-out", "postLogoutRedirectURIs", "0") {
            $0["postLogoutRedirectURIs"] = .array([.string("https://jira.example/*")])
        },
        Case("http to the site's server", "backchannelLogoutURL") {
            $0["backchannelLogoutURL"] = .string("http://jira.example/")
        },
        Case("no secret", "clientSecret") { $0["clientSecret"] = nil },
        Case("a secret in the open", "clientSecret") { $0["clientSecret"] = .string("hunter2") },
        Case("a secret of a public client", "clientSecret") { $0["clientAuthentication"] = .string("none") },
        Case("an unknown method", "clientAuthentication") { $0["clientAuthentication"] = .string("tls_client_auth") },
        Case("a public client without PKCE", "requirePKCE") { settings in
            settings["clientAuthentication"] = .string("none")
            settings["clientSecret"] = nil
            settings["requirePKCE"] = .bool(false)
        },
        Case("keys without the method", "clientJWKS") { $0["clientJWKS"] = .string(#"{"keys":[]}"#) },
        Case("the method without keys", "clientJWKS") { keyed(&$0, nil) },
        Case("keys that are none", "clientJWKS") { keyed(&$0, "keys") },
        Case("an empty set", "clientJWKS") { keyed(&$0, #"{"keys":[]}"#) },
        Case("a symmetric key", "clientJWKS") { keyed(&$0, #"{"keys":[{"kty":"oct","k":"c2VjcmV0"}]}"#) },
        Case("an empty prefix", "groups", "prefix", change: prefix("")),
        Case("a prefix that is the organization's", "groups", "prefix", change: prefix("${organization}:")),
        Case("a prefix that Jira's groups have", "groups", "prefix", change: prefix("jira-${organization}:")),
        Case("the same in capitals", "groups", "prefix", change: prefix("JIRA-${organization}:")),
        Case("one letter of it", "groups", "prefix", change: prefix("j${organization}:")),
        Case("a prefix that begins like one", "groups", "prefix", change: prefix("jira-admins-${organization}:")),
        Case("a prefix for all organizations", "groups", "prefix", change: prefix("vestibule-")),
        Case("a prefix whose end an id may have", "groups", "prefix", change: prefix("v-${organization}-")),
        Case("a prefix without an end", "groups", "prefix", change: prefix("v-${organization}")),
        Case("groups past the prefix", "claims", "memberOf", change: claim("memberOf", "${attribute.groups}")),
        Case("groups past the prefix by the usual name", "claims", "groups", change: claim("groups", "${attribute.g}")),
        Case("a prefix with a variable of the person", "groups", "prefix", change: prefix("v-${name}-")),
        Case("groups as another claim", "groups", "claim") { $0["groups"] = .object(["claim": .string("sub")]) },
        Case("a claim of the protocol's", "claims", "sub", change: claim("sub", "${email}")),
        Case("a claim that is fixed", "claims", "preferred_username", change: claim("preferred_username", "${email}")),
        Case("an unknown variable", "claims", "x", change: claim("x", "${password}")),
        Case("an unknown key", "redirectURI") { $0["redirectURI"] = .string("https://jira.example/cb") },
    ]

    @Test(arguments: refused)
    func `refuses settings that are wrong or weak, with the path (M63)`(_ test: Case) async throws {
        let installation = try await TestInstallation(starts: false)
        var settings = TestInstallation.standard
        test.change(&settings)
        let site = Site(
            id: "portal", kind: .dataCenter, origin: "https://jira.example",
            facades: [SiteFacade(kind: OpenIDFacade.kind, settings: .object(settings))])
        let problems = installation.engine.facades.problems(of: site)
        #expect(problems.map(\.path).contains(["facades", "openid"] + test.path), "\(problems)")
        #expect(!problems.contains { $0.text.contains("hunter2") })
    }

    static let taken: [Case] = [
        Case("as they are") { _ in },
        Case("loopback", change: redirect("http://localhost:8080/cb")),
        Case("a name of the machine itself", change: redirect("http://portal.localhost:8080/cb?a=b")),
        Case("by post") { $0["clientAuthentication"] = .string("client_secret_post") },
        Case("a public client") { settings in
            settings["clientAuthentication"] = .string("none")
            settings["clientSecret"] = nil
        },
        Case("a client with a key") { settings in
            let key = try? SigningKey.generate(.es256, kid: "k")
            let keys = JWKSet(keys: [key?.publicKey].compactMap { $0 }).serialized()
            keyed(&settings, String(decoding: keys, as: UTF8.self))
        },
        Case("groups") { $0["groups"] = .object([:]) },
        Case("groups with a prefix", change: prefix("customers-${organization}:")),
        Case("claims", change: claim("department", "${attribute.department}")),
    ]

    @Test(arguments: taken)
    func `takes settings that are right`(_ test: Case) async throws {
        let installation = try await TestInstallation(starts: false)
        var settings = TestInstallation.standard
        test.change(&settings)
        let site = Site(
            id: "portal", kind: .dataCenter, origin: "https://jira.example",
            facades: [SiteFacade(kind: OpenIDFacade.kind, settings: .object(settings))])
        #expect(installation.engine.facades.problems(of: site).isEmpty)
    }

    @Test func `explains every setting`() {
        func check(_ form: SettingsForm) {
            for field in form.fields {
                #expect(!field.help.isEmpty && !field.label.isEmpty, "\(field.key)")
                if case .form(let inner) = field.value { check(inner) }
            }
        }
        check(OpenIDFacade.form)
    }
}
