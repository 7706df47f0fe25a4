import Broker
import BrokerEngine
import BrokerModel
import BrokerRuntime
import Foundation
import Testing

struct SiteCommandTests {
    private static let openid = "{clientID: jira, redirectURIs: [\"https://a.example/cb\", \"https://b.example/cb\"]}"

    /// A shell with these sites.
    private func shell(_ sites: String...) async throws -> Shell {
        let shell = try Shell()
        let result = try await apply(sites, in: shell)
        #expect(result.status == 0, "\(result.error)")
        return shell
    }

    private func apply(_ sites: [String], in shell: Shell) async throws -> Shell.Result {
        let list = sites.map { "  - \($0)\n" }.joined()
        try shell.write(
            "sites.yaml", "organizations:\n  - {id: acme, name: Acme, domains: [acme.example]}\nsites:\n\(list)")
        return await shell.run("apply", "-f", shell.path("sites.yaml"))
    }

    private func refusal(_ sites: String...) async throws -> String {
        let shell = try Shell()
        let result = try await apply(sites, in: shell)
        #expect(result.status == 2 && result.out.isEmpty)
        // A file that cannot be read leaves no store, one that cannot be applied an empty one.
        #expect(await !shell.run("export").out.contains("origin"))
        return result.error
    }

    private static func cloud(_ facades: String) -> String {
        "{id: acme, kind: cloud, origin: \"https://acme.atlassian.net\", organizations: [acme], facades: \(facades)}"
    }

    private static func dataCenter(_ rest: String = "") -> String {
        "{id: portal, kind: data-center, origin: \"https://support.example\"\(rest)}"
    }

    // MARK: Where a site may be

    @Test func `a cloud site is elsewhere, and its people come through a facade`() async throws {
        let shell = try await shell(Self.dataCenter(), Self.cloud("{saml: {entityID: \"urn:atlassian\"}}"))
        let listed = await shell.run("site", "list").out.split(separator: "\n")
        #expect(listed.count == 3)
        #expect(listed[1].hasPrefix("acme    cloud        https://acme.atlassian.net  acme           saml"))
        #expect(listed[2].hasPrefix("portal  data-center  https://support.example     all            -"))
    }

    @Test func `a cloud site elsewhere without a facade is refused`() async throws {
        let refusal = try await refusal(Self.cloud("{}"))
        #expect(refusal.contains("sites.yaml:4:"))
        #expect(
            refusal.contains(
                "sites[0].origin: sign-in happens at support.example; a cloud site needs a facade, through which its people sign in"
            ), "\(refusal)")
    }

    @Test func `a data-center site may be elsewhere, with or without a facade`() async throws {
        for rest in ["", ", facades: {openid: \(Self.openid)}"] {
            let shell = try await shell(Self.dataCenter(rest).replacing("support.", with: "help."))
            #expect(await shell.run("site", "list").out.contains("https://help.example"))
        }
    }

    // MARK: What a file may say

    @Test(arguments: [
        (
            ", facades: {openid: {clientID: jira, redirectURIs: [\"http://a.example\"]}}",
            "facades.openid.redirectURIs[0]"
        ),
        (", facades: {openid: {clientID: jira, redirectURIs: [], colour: red}}", "facades.openid.colour"),
        (", facades: {oauth: {}}", "facades.oauth: oauth is not a facade here; known: openid, saml"),
        (", organizations: [globex]", "organizations[0]: organization globex does not exist"),
        (", portalCookies: [\"a;b\"]", "portalCookies[0]: must be the name of a cookie"),
        (", portalCookies: [__Host-vestibule]", "portalCookies[0]: is a cookie of the broker's own"),
    ])
    func `what does not hold names file, line and key`(rest: String, problem: String) async throws {
        let refusal = try await refusal(Self.dataCenter(rest))
        #expect(refusal.hasPrefix("\(refusal.prefix { $0 != ":" }):4:") && refusal.contains("sites[0].\(problem)"))
    }

    @Test func `what was exported applies without a change, and names no secret`() async throws {
        let facade = "{openid: {clientID: jira, clientSecret: env:ACME_SECRET, redirectURIs: [\"https://a.example\"]}}"
        let shell = try await shell(
            Self.dataCenter(", facades: \(facade), organizations: [acme], portalCookies: [JSESSIONID]"),
            Self.cloud("{saml: {entityID: \"urn:atlassian\"}}"))
        let exported = await shell.run("export").out
        #expect(exported.contains("portalCookies: [JSESSIONID]") && exported.contains("env:ACME_SECRET"))
        #expect(!exported.contains(Shell.secret))
        try shell.write("exported.yaml", exported)
        let again = await shell.run("apply", "-f", shell.path("exported.yaml"), "--prune")
        #expect(again.status == 0 && again.error.contains("nothing to change"))
    }

    @Test func `the schema of resources has the facades of this executable`() async throws {
        let schema = try await Shell().runBare(["config", "schema", "resources"]).out
        #expect(schema.contains("\"openid\"") && schema.contains("\"saml\""))
    }

    // MARK: What the other console asks for

    @Test func `an OpenID facade shows issuer, discovery, client and redirect URIs`() async throws {
        let shell = try await shell(Self.dataCenter(", facades: {openid: \(Self.openid)}"))
        let shown = await shell.run("site", "show", "portal")
        #expect(shown.status == 0, "\(shown.error)")
        for line in [
            "organizations: all", "portal cookies: JSESSIONID, seraph.rememberme.cookie", "facade openid",
            "  issuer: https://support.example/vestibule/openid/portal",
            "  discovery URL: https://support.example/vestibule/openid/portal/.well-known/openid-configuration",
            "  client ID: jira", "  registered redirect URI: https://a.example/cb",
            "  registered redirect URI: https://b.example/cb",
        ] { #expect(shown.out.contains("\(line)\n"), "\(line)") }
        #expect(shown.out.contains("  active key: ") && !shown.out.contains("certificate"))
        #expect(await shell.run("site", "show", "portal", "--metadata").out == "{}\n")
    }

    @Test func `a SAML facade shows its addresses, and its certificates or how to get them`() async throws {
        let shell = try await shell(Self.cloud("{saml: {entityID: \"urn:atlassian\"}}"))
        let shown = await shell.run("site", "show", "acme")
        #expect(shown.status == 0, "\(shown.error)")
        let root = "https://support.example/vestibule/saml/acme"
        for line in [
            "organizations: acme", "portal cookies: -", "  entityID: \(root)/metadata", "  SSO URL: \(root)/sso",
            "  SLO URL: \(root)/slo", "  metadata URL: \(root)/metadata",
            "  registered entityID of the SP: urn:atlassian", "  registered ACS URL: -",
            "  certificates: in the metadata: vestibule site show acme --facade saml --metadata",
        ] { #expect(shown.out.contains("\(line)\n"), "\(line)") }
        let metadata = await shell.run("site", "show", "acme", "--facade", "saml", "--metadata")
        #expect(metadata.out.hasPrefix("<idp entityID=\"\(root)/metadata\">active "))
        _ = try await apply(
            [Self.cloud("{saml: {entityID: \"urn:atlassian\", publishesCertificates: true}}")], in: shell)
        let certificates = await shell.run("site", "show", "acme").out
        #expect(
            certificates.contains("-----BEGIN CERTIFICATE-----\nactive ") && !certificates.contains("in the metadata"))
        #expect(!shell.transcript.contains("PRIVATE KEY"))
    }

    @Test func `the same for a script is JSON`() async throws {
        let shell = try await shell(
            Self.dataCenter(", facades: {openid: \(Self.openid), saml: {entityID: \"urn:sp\"}}"))
        let json = await shell.run("site", "show", "portal", "--json").out
        let site = try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
        let facades = try #require(site["facades"] as? [[String: Any]])
        #expect(facades.map { $0["kind"] as? String } == ["openid", "saml"])
        #expect(facades[0]["issuer"] as? String == "https://support.example/vestibule/openid/portal")
        #expect(facades[0]["redirectURIs"] as? [String] == ["https://a.example/cb", "https://b.example/cb"])
        #expect(facades[1]["spEntityID"] as? String == "urn:sp" && facades[1]["acsURL"] == nil)
        #expect(facades[1]["loads"] as? Bool == true && (facades[1]["keys"] as? [Any])?.isEmpty == false)
        #expect(await shell.run("site", "list", "--json").out.contains("\"openid,saml\""))
    }

    @Test func `what is not there, or not said, is refused`() async throws {
        let shell = try await shell(
            Self.dataCenter(", facades: {openid: \(Self.openid), saml: {entityID: \"urn:sp\"}}"))
        #expect(await shell.run("site", "show", "none").status == 1)
        #expect(await shell.run("site", "show", "portal", "--facade", "oauth").status == 1)
        let several = await shell.run("site", "show", "portal", "--metadata")
        #expect(several.status == 2 && several.error.contains("say which with --facade: openid or saml"))
        let plain = try await self.shell(Self.dataCenter())
        #expect(await plain.run("site", "show", "portal").status == 0)
        #expect(await plain.run("site", "show", "portal", "--metadata").status == 1)
    }

    @Test func `a facade that does not load is an error and the rest is shown`() async throws {
        let shell = try Shell()
        let site = Self.cloud("{saml: {entityID: \"urn:sp\", secret: \"file:secret\"}}")
        try shell.write("secret", "s")
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: shell.path("secret"))
        #expect(try await apply([site], in: shell).status == 0)
        try FileManager.default.removeItem(atPath: shell.path("secret"))
        let shown = await shell.run("site", "show", "acme")
        #expect(shown.status == 1 && shown.error.contains("a facade of the site has errors"))
        #expect(shown.out.contains("  error: ") && shown.out.contains("  SSO URL: "))
        let metadata = await shell.run("site", "show", "acme", "--metadata")
        #expect(metadata.status == 1 && metadata.out.isEmpty && metadata.error.contains("the facade does not load"))
    }

    // MARK: Keys

    @Test(arguments: ["openid", "saml"])
    func `a facade's keys are listed and rotated once a site has it`(use: String) async throws {
        let facades = ["openid": "{openid: \(Self.openid)}", "saml": "{saml: {entityID: \"urn:sp\"}}"]
        let shell = try await shell(Self.dataCenter())
        let refused = await shell.run("keys", "rotate", "--use", use)
        #expect(refused.status == 1 && refused.error.contains("no site has the facade \(use)"))
        #expect(await shell.run("keys", "list", "--use", use).out.isEmpty)
        _ = try await apply([Self.dataCenter(", facades: \(facades[use] ?? "")")], in: shell)
        #expect(await shell.run("keys", "list", "--use", use).out.contains("\(use)  "))
        let rotated = await shell.run("keys", "rotate", "--use", use)
        #expect(rotated.status == 0 && rotated.out.contains("active ") && rotated.out.contains("next "))
        // Fronts must never take what a facade's key signed for a session token (M64).
        let jwks = await shell.run("keys", "export").out
        for key in rotated.out.split(separator: "\n").compactMap({ $0.split(separator: " ").last }) {
            #expect(!jwks.contains(key))
        }
        #expect(await shell.run("keys", "list", "--use", "oauth").status == 2)
    }
}
