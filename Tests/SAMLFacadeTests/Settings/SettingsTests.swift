import Broker
import Foundation
import SAML
import Testing
import XMLSecurity

@testable import SAMLFacade

struct SettingsTests {
    private func problems(_ change: (inout SAMLFacade.Settings) throws -> Void) throws -> [String] {
        var settings = SAMLFacade.Settings()
        try change(&settings)
        do {
            _ = try ServiceProvider(settings)
            return []
        } catch let error {
            return error.problems.map { $0.path.joined(separator: ".") }
        }
    }

    private static func certificate(_ pkcs8: [UInt8]) throws -> String {
        try Portal.certificate(of: PrivateKey(pkcs8: pkcs8))
    }

    @Test func `a site may begin without anything`() throws {
        #expect(SAMLFacade.form.problems(in: .object([:])).isEmpty)
        let settings = try JSONDecoder().decode(SAMLFacade.Settings.self, from: Data("{}".utf8))
        #expect(settings == SAMLFacade.Settings())
        #expect(try problems { $0 = settings } == [])
    }

    @Test func `every setting is in the form, and every field of the form is a setting`() throws {
        var settings = SAMLFacade.Settings()
        settings.entityID = "e"
        settings.acsURL = "https://jira.example/"
        settings.logoutURL = "https://jira.example/"
        settings.certificates = ["c"]
        settings.encryptTo = "c"
        settings.sendGroups = .init(name: "g", prefix: "p")
        settings.attributes = ["a": "b"]
        let written = try JSONDecoder().decode(SettingsValue.self, from: JSONEncoder().encode(settings))
        #expect(SAMLFacade.form.problems(in: written).isEmpty)
        guard case .object(let object) = written else { throw Unexpected("an object") }
        #expect(Set(object.keys) == Set(SAMLFacade.form.fields.map(\.key)))
        #expect(try JSONDecoder().decode(SAMLFacade.Settings.self, from: written.canonicalJSON) == settings)
        #expect(SAMLFacade.form.fields.allSatisfy { !$0.help.isEmpty })
    }

    @Test func `good settings have no problems`() throws {
        #expect(
            try problems {
                $0.entityID = Portal.entityID
                $0.acsURL = Portal.acs
                $0.logoutURL = Portal.slo
                $0.certificates = [
                    try Self.certificate(PrivateKey.generateRSA()), try Self.certificate(PrivateKey.generateP256()),
                ]
                $0.requireSignedRequests = true
                $0.encryptTo = try Self.certificate(PrivateKey.generateRSA())
                $0.sendGroups = .init(name: "groups", prefix: "x-${organization}:")
                $0.attributes = ["department": "${attribute.department}"]
            } == [])
    }

    struct Wrong: Sendable, CustomTestStringConvertible {
        let path: String
        let change: @Sendable (inout SAMLFacade.Settings) throws -> Void

        var testDescription: String { path }

        init(_ path: String, _ change: @escaping @Sendable (inout SAMLFacade.Settings) throws -> Void) {
            (self.path, self.change) = (path, change)
        }
    }

    @Test(arguments: [
        Wrong("entityID") { $0.entityID = "two words" },
        Wrong("entityID") { $0.entityID = String(repeating: "x", count: 1025) },
        Wrong("acsURL") { $0.acsURL = "https://jira.example/ü" },
        Wrong("logoutURL") { $0.logoutURL = "https://j.example/a b" },
        Wrong("certificates") { $0.requireSignedRequests = true },
        Wrong("certificates.0") { $0.certificates = ["no certificate"] },
        Wrong("certificates.0") { $0.certificates = [try certificate(PrivateKey.generateRSA(bits: 1024))] },
        Wrong("encryptTo") { $0.encryptTo = "no certificate" },
        Wrong("encryptTo") { $0.encryptTo = try certificate(PrivateKey.generateP256()) },
        Wrong("encryptTo") { $0.encryptTo = try certificate(PrivateKey.generateRSA(bits: 1024)) },
        Wrong("attributes.a") { $0.attributes = ["a": "${nobody}"] },
        Wrong("sendGroups.prefix") { $0.sendGroups = .init(name: "g", prefix: "${broken") },
        Wrong("sendGroups.prefix") { $0.sendGroups = .init(name: "g", prefix: "${name}-") },
        // An IdP that names a group `administrators` would make Jira's.
        Wrong("sendGroups.prefix") { $0.sendGroups = .init(name: "g", prefix: "jira-${organization}:") },
        Wrong("sendGroups.prefix") { $0.sendGroups = .init(name: "g", prefix: "x-") },
        // `acme` with a group `eu-staff` is not `acme-eu` with a group `staff`.
        Wrong("sendGroups.prefix") { $0.sendGroups = .init(name: "g", prefix: "x-${organization}-") },
        Wrong("attributes.memberOf") { $0.attributes = ["memberOf": "${attribute.groups}"] },
        Wrong("sendGroups.prefix") { $0.sendGroups = .init(name: "g", prefix: "Jira-${organization}") },
        Wrong("sendGroups.prefix") { $0.sendGroups = .init(name: "g", prefix: "${organization}-") },
        Wrong("sendGroups.name") { $0.sendGroups = .init(name: "email", prefix: "x-${organization}:") },
        Wrong("sendGroups.name") {
            $0.sendGroups = .init(name: "g", prefix: "x-${organization}:")
            $0.attributes = ["g": "x"]
        },
    ])
    func `what is wrong is named`(found: Wrong) throws {
        #expect(try problems(found.change) == [found.path])
    }

    @Test func `every problem is named at once`() throws {
        let found = try problems {
            $0.entityID = ""
            $0.certificates = ["x", "y"]
            $0.encryptTo = "z"
            $0.attributes = ["a": "${b}", "c": "${"]
        }
        #expect(found == ["entityID", "certificates.0", "certificates.1", "encryptTo", "attributes.a", "attributes.c"])
    }

    @Test(arguments: [
        ("acsURL", SettingsValue.string("http://jira.example/acs")), ("acsURL", .string("/acs")),
        ("logoutURL", .string("javascript:x")), ("sign", .string("none")), ("nameIDFormat", .string("transient")),
        ("sendGroups", .object(["name": .string("g")])),
        ("sendGroups", .object(["name": .string("g"), "prefix": .string("")])), ("idpInitiated", .bool(true)),
    ])
    func `the form refuses`(key: String, value: SettingsValue) {
        #expect(!SAMLFacade.form.problems(in: .object([key: value])).isEmpty)
    }
}
