import Broker
import ConformanceKit
import Foundation
import OAuth2Provider
import Testing

@Suite struct IdentityTests {
    let world: World
    init() throws { world = try World() }

    @Test(arguments: [
        ("\"u1\"", "u1"), ("7", "7"), ("9223372036854775807", "9223372036854775807"), ("\"Ünï\"", "Ünï"),
        ("\"0\"", "0"), ("\" a\"", " a"),
    ])
    func `a string or a whole number above zero tells people apart`(json: String, subject: String) async throws {
        world.transport.on("/me", json: World.person(id: json))
        #expect(try await world.login(try world.custom()).subject.subject == subject)
    }

    @Test(arguments: [
        nil, "null", "\"\"", "\"  \"", "0", "-1", "7.5", "1e3", "9223372036854775808", "true", "[\"u1\"]", "[]", "{}",
        "\"" + String(repeating: "a", count: 256) + "\"",
    ])
    func `anything else names nobody`(json: String?) async throws {
        world.transport.on("/me", json: World.person(id: json))
        #expect(try await world.refusal(try world.custom())?.code == .subjectInvalid)
    }

    @Test func `a subject that stands there twice is no subject`() async throws {
        world.transport.on("/me", json: World.person(more: #""id":"u2""#))
        #expect(try await world.refusal(try world.custom())?.code == .upstreamInvalid)
    }

    @Test func `the claim of the subject is the one that was configured, and no other`() async throws {
        world.transport.on("/me", json: #"{"sub":"s1","login":"alice","email":"alice@acme.example"}"#)
        #expect(try await world.refusal(try world.custom())?.code == .subjectInvalid)
        let identity = try await world.login(try world.custom { $0.claims?.subject = "login" })
        #expect(identity.subject.subject == "alice")
    }

    @Test(arguments: [nil, "null", "false", "\"true\"", "\"false\"", "1", "[true]"])
    func `an address that nobody verified has no evidence`(verified: String?) async throws {
        world.transport.on("/me", json: World.person(verified: verified))
        #expect(try await world.login(try world.custom()).email?.evidence == Email.Evidence.none)
        let trusting = try world.custom { $0.emailEvidence = .tenantOwnsDomain }
        #expect(try await world.login(trusting).email?.evidence == .tenantOwnsDomain)
    }

    @Test func `no evidence is none, whatever the server says`() async throws {
        let provider = try world.custom { $0.emailEvidence = OAuth2Provider.Settings.EmailEvidence.none }
        #expect(try await world.login(provider).email?.evidence == Email.Evidence.none)
    }

    @Test func `claims have the names that were configured`() async throws {
        world.transport.on(
            "/me", json: #"{"id":"u1","mail":"a@acme.example","confirmed":true,"display":"A","email":"x@evil.example"}"#
        )
        let identity = try await world.login(
            try world.custom {
                $0.claims = .init(subject: "id", email: "mail", emailVerified: "confirmed", name: "display")
            })
        #expect(identity.email?.address.description == "a@acme.example")
        #expect(identity.email?.evidence == .idpVerified)
        #expect(identity.displayName == "A")
    }

    @Test(arguments: ["[\"a@acme.example\"]", "\"a@acme.example,b@acme.example\"", "7", "null", "\"\""])
    func `an address that is not one address refuses`(json: String) async throws {
        world.transport.on("/me", json: "{\"id\":\"u1\",\"email\":\(json)}")
        #expect(try await world.refusal(try world.custom())?.code == .emailMalformed)
    }

    @Test func `an identity without an address is without one`() async throws {
        world.transport.on("/me", json: #"{"id":"u1"}"#)
        #expect(try await world.login(try world.custom()).email == nil)
    }

    @Test(arguments: [
        ("[\"b\",\"a\",\"b\"]", GroupSet(["a", "b"], completeness: .complete)),
        ("[]", GroupSet([], completeness: .complete)), ("\"a\"", GroupSet(["a"], completeness: .complete)),
        ("null", GroupSet([], completeness: .failed)), ("[\"a\",7]", GroupSet([], completeness: .failed)),
        ("{\"a\":true}", GroupSet([], completeness: .failed)),
    ])
    func `groups are whole, or have failed`(json: String, groups: GroupSet) async throws {
        world.transport.on("/me", json: World.person(more: "\"roles\":\(json)"))
        #expect(try await world.login(try world.custom { $0.claims?.groups = "roles" }).groups == groups)
    }

    @Test func `groups are unsupported where no claim was named, or it is not there`() async throws {
        #expect(try await world.login(try world.custom { $0.claims?.groups = "roles" }).groups == .unsupported)
        world.transport.on("/me", json: World.person(more: #""groups":["staff"]"#))
        #expect(try await world.login(try world.custom()).groups == .unsupported)
    }

    @Test(arguments: ["[]", "[{\"id\":\"u1\"}]", "\"u1\"", "null", "", "{\"id\":\"u1\"}x"])
    func `an answer that is no JSON object names nobody`(body: String) async throws {
        world.transport.on("/me", json: body)
        #expect(try await world.refusal(try world.custom())?.code == .upstreamInvalid)
    }
}
