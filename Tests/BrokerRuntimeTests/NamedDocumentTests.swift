import Broker
import BrokerEngine
import BrokerModel
import Foundation
import Logging
import OIDCProvider
import Testing

@testable import BrokerRuntime

/// Profiles as operators name them: by a shipped name, by a file, or written out.
struct NamedDocumentTests {
    private func resources(_ profile: String, _ more: String = "") -> String {
        """
        organizations:
          - {id: acme, name: Acme, domains: [acme.example]}
        connections:
          - id: acme-sso
            organization: acme
            kind: oidc
            name: Acme
            settings:
              clientID: vestibule
              clientSecret: env:ACME_SECRET
              profile: \(profile)
              variables: {domain: acme.eu.auth0.com}
        \(more)
        """
    }

    private static let own = """
        name: acme
        title: Acme
        version: 3
        issuer: https://{domain}/op
        variables:
          domain: {help: The host., example: id.acme.example, pattern: host}
        """

    private func load(_ workshop: Workshop, _ text: String) throws -> ResourceDocument {
        try ResourceDocument.load(
            workshop.write("resources.yaml", text), providers: ProviderRegistry([OIDCProvider.self]),
            facades: FacadeRegistry([FacadeModule(TestFacade.self)]))
    }

    private func refusal(_ workshop: Workshop, _ profile: String) throws -> [String] {
        do {
            _ = try load(workshop, resources(profile))
            return []
        } catch let error as ConfigurationError {
            return error.problems.map { $0.description.replacing(workshop.folder.path + "/", with: "") }
        }
    }

    private func installation(_ workshop: Workshop) throws -> Installation {
        try Installation(
            try workshop.load(minimal), providers: [OIDCProvider.self], facades: [FacadeModule(TestFacade.self)],
            environment: workshop.environment, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    private func profile(_ document: ResourceDocument) throws -> SettingsValue {
        try #require(document.wanted.connections.first?.settings["profile"])
    }

    @Test(arguments: ["auth0", "onelogin", "jumpcloud", "pingone", "adfs"])
    func `a published profile is the one that the binary holds`(name: String) throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let file = root.appending(path: "Documentation/providers/profiles/\(name).yaml").path
        let workshop = try Workshop()
        #expect(try YAMLDocument.load(file).value == profile(load(workshop, resources(name))))
    }

    @Test func `a profile in a file beside the resources is stored written out`() async throws {
        let workshop = try Workshop()
        try FileManager.default.createDirectory(
            at: workshop.folder.appending(path: "profiles"), withIntermediateDirectories: true)
        try workshop.write("profiles/acme.yaml", Self.own)
        let document = try load(workshop, resources("./profiles/acme.yaml"))
        #expect(try profile(document)["version"] == .integer(3))
        let installation = try installation(workshop)
        let stored = installation.engine.resources
        _ = try await stored.apply(document.wanted, prune: false, isDryRun: false, actor: .system)
        let exported = ResourceDocument.write(try await stored.export())
        #expect(exported.contains("issuer: \"https://{domain}/op\""))
        // Without the file, as another node would read it.
        let inline = try Workshop.resources(exported)
        #expect(inline.wanted.connections == document.wanted.connections)
        #expect(try await stored.apply(inline.wanted, prune: true, isDryRun: false, actor: .system).isEmpty)
        await installation.close()
    }

    @Test func `a profile that has changed since shows in a dry run and changes nothing by itself`() async throws {
        let workshop = try Workshop()
        let installation = try installation(workshop)
        let stored = installation.engine.resources
        try workshop.write("acme.yaml", Self.own)
        let old = try load(workshop, resources("./acme.yaml"))
        _ = try await stored.apply(old.wanted, prune: false, isDryRun: false, actor: .system)
        try workshop.write("acme.yaml", Self.own.replacing("version: 3", with: "version: 4"))
        let new = try load(workshop, resources("./acme.yaml"))
        let changes = try await stored.apply(new.wanted, prune: false, isDryRun: true, actor: .system)
        #expect(changes.map(\.members) == [["settings"]])
        #expect(try await stored.export().connections.first?.settings["profile"]?["version"] == .integer(3))
        await installation.close()
    }

    @Test func `what is wrong in a profile's file is told with its file, line and key`() async throws {
        let workshop = try Workshop()
        try workshop.write("acme.yaml", Self.own + "\nskipIssuerCheck: true\n")
        #expect(
            try refusal(workshop, "./acme.yaml").first?.hasPrefix(
                "acme.yaml:7:1: skipIssuerCheck: is not a setting here") == true)
        try workshop.write("acme.yaml", Self.own + "\nauthorizationParameters:\n  nonce: fixed\n")
        let document = try load(workshop, resources("./acme.yaml"))
        let installation = try installation(workshop)
        do {
            _ = try await installation.engine.resources.apply(
                document.wanted, prune: false, isDryRun: true, actor: .system)
            Issue.record("nothing was refused")
        } catch let error as SettingsError {
            let problem = try #require(document.located(error).problems.first)
            #expect(problem.file.hasSuffix("/acme.yaml"))
            #expect(problem.line == 8)
            #expect(problem.key == "authorizationParameters.nonce")
        }
        await installation.close()
    }

    @Test func `what is wrong in a profile that is written out is told with its line`() async throws {
        let workshop = try Workshop()
        let document = try load(
            workshop,
            resources("{name: a, title: A, version: 1, issuer: \"https://evil.example/{x}\", nonce: false}"))
        let installation = try installation(workshop)
        do {
            _ = try await installation.engine.resources.apply(
                document.wanted, prune: false, isDryRun: true, actor: .system)
            Issue.record("nothing was refused")
        } catch let error as SettingsError {
            let problems = document.located(error).problems
            #expect(problems.map(\.key) == ["connections[0].settings.profile.nonce"])
            #expect(problems.first?.line == 11)
        }
        await installation.close()
    }

    @Test(arguments: [
        "../acme.yaml", "./../acme.yaml", "./sub/../../acme.yaml", "/etc/passwd", "./acme.txt", "./.acme.yaml",
        "acme.yaml", "./", "./link.yaml", "./folder.yaml", "https://evil.example/p.yaml", "\"\"",
    ])
    func `a profile is not read from elsewhere`(name: String) throws {
        let workshop = try Workshop()
        let other = try Workshop()
        try other.write("secret.yaml", Self.own)
        try FileManager.default.createSymbolicLink(
            atPath: workshop.path("link.yaml"), withDestinationPath: other.path("secret.yaml"))
        try FileManager.default.createDirectory(
            at: workshop.folder.appending(path: "folder.yaml"), withIntermediateDirectories: true)
        let refusal = try refusal(workshop, name)
        #expect(refusal.count == 1)
        #expect(refusal.first?.hasPrefix("resources.yaml:11:7: connections[0].settings.profile: ") == true)
    }

    @Test func `a file that is absent, too large or no mapping is refused`() throws {
        let workshop = try Workshop()
        #expect(try refusal(workshop, "./absent.yaml") == ["absent.yaml: cannot be read"])
        try workshop.write("large.yaml", Self.own + "\n# " + String(repeating: "x", count: 64 << 10))
        #expect(try refusal(workshop, "./large.yaml") == ["large.yaml: is larger than 64 KiB or not UTF-8"])
        try workshop.write("list.yaml", "- a\n")
        #expect(try refusal(workshop, "./list.yaml") == ["list.yaml:1:1: must be a mapping"])
        try workshop.write("torn.yaml", "name: [\n")
        #expect(try refusal(workshop, "./torn.yaml").first?.contains("is not YAML") == true)
    }

    @Test func `the schema takes a name, a file or a profile written out`() throws {
        let text = try JSONSchema.resources(ProviderRegistry([OIDCProvider.self]), facades: FacadeRegistry())
        let schema = try JSONDecoder().decode(SettingsValue.self, from: Data(text.utf8))
        let connection = schema["properties"]?["connections"]?["items"]
        let settings = connection?["allOf"]?.elements?.first?["then"]?["properties"]?["settings"]
        let forms = settings?["properties"]?["profile"]?["anyOf"]?.elements
        #expect(
            forms?.first?["enum"]?.elements?.compactMap(\.text)
                == ["adfs", "auth0", "jumpcloud", "onelogin", "pingone"])
        #expect(forms?.last?["properties"]?["issuer"]?["type"]?.text == "string")
        #expect(forms?.last?["additionalProperties"] == .bool(false))
    }
}
