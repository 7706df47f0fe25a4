import Broker
import Foundation
import Testing

struct SettingsFormTests {
    private let form = SettingsForm([
        SettingsField("issuer", .url, label: "Issuer", help: "The issuer.", isRequired: true),
        SettingsField("clientID", .text, label: "Client ID", help: "The client.", isRequired: true),
        SettingsField("clientSecret", .secret, label: "Client secret", help: "The secret."),
        SettingsField("evidence", .choice(["claim", "tenant"]), label: "Evidence", help: "Evidence."),
        SettingsField("skew", .integer(0...300), label: "Skew", help: "Seconds."),
        SettingsField("strict", .flag, label: "Strict", help: "Strict."),
        SettingsField("scopes", .list(.text), label: "Scopes", help: "Scopes."),
        SettingsField("groups", .map(.text), label: "Groups", help: "Groups."),
        SettingsField(
            "claims",
            .form(SettingsForm([SettingsField("email", .text, label: "E-mail", help: "Claim.", isRequired: true)])),
            label: "Claims", help: "Claims."),
    ])

    private func problems(_ changes: [String: SettingsValue], without missing: [String] = []) -> [String] {
        var object: [String: SettingsValue] = ["issuer": .string("https://op.example"), "clientID": .string("broker")]
        for (key, value) in changes { object[key] = value }
        for key in missing { object[key] = nil }
        return form.problems(in: .object(object)).map { "\($0.path.joined(separator: ".")): \($0.text)" }
    }

    @Test func `accepts settings that fit`() {
        #expect(problems([:]) == [])
        #expect(
            problems([
                "clientSecret": .string("env:A"), "evidence": .string("tenant"), "skew": .integer(300),
                "strict": .bool(false),
                "scopes": .array([.string("openid")]), "groups": .object(["x": .string("y")]),
                "claims": .object(["email": .string("mail")]),
            ]) == [])
    }

    @Test func `names an unknown key and what is known`() throws {
        let found = problems(["emailEvidense": .string("claim")])
        #expect(found.count == 1)
        #expect(try #require(found.first).hasPrefix("emailEvidense: is not a setting here; known: claims, clientID"))
    }

    @Test func `names a missing key with its label`() {
        #expect(problems([:], without: ["clientID"]) == ["clientID: is required (Client ID)"])
    }

    @Test(arguments: [
        ("issuer", SettingsValue.integer(1), "must be a URL"), ("issuer", .string(""), "absolute URL"),
        ("issuer", .string("op.example"), "absolute URL"), ("issuer", .string("http://op.example"), "https"),
        ("issuer", .string("ftp://op.example"), "https"), ("issuer", .string("https://a@op.example"), "user name"),
        ("issuer", .string("https://a:b@op.example"), "user name"),
        ("issuer", .string("https://op.example#x"), "fragment"),
        ("issuer", .string("https://op.example/ x"), "absolute URL"),
        ("issuer", .string("https://op example"), "absolute URL"),
        ("issuer", .string("https://op.example\n"), "absolute URL"),
        ("clientID", .string(""), "not empty"), ("clientID", .null, "not empty"),
        ("clientID", .integer(1), "not empty"),
        ("clientSecret", .string("hunter2"), "env:NAME"), ("clientSecret", .integer(1), "env:NAME"),
        ("evidence", .string("Claim"), "claim, tenant"), ("skew", .integer(301), "0 to 300"),
        ("skew", .integer(.max), "0 to 300"),
        ("skew", .number(1.5), "0 to 300"), ("strict", .string("yes"), "true or false"),
        ("scopes", .string("openid"), "a list"),
        ("groups", .array([]), "a mapping"), ("claims", .string("email"), "a mapping"),
    ])
    func `refuses a value of the wrong shape`(key: String, value: SettingsValue, text: String) throws {
        let found = problems([key: value])
        #expect(found.count == 1)
        let problem = try #require(found.first)
        #expect(problem.hasPrefix("\(key): ") && problem.contains(text))
        #expect(!problem.contains("hunter2"))
    }

    @Test func `paths lead into lists, mappings and nested forms`() {
        #expect(
            problems(["scopes": .array([.string("a"), .integer(1)])]) == ["scopes.1: must be text that is not empty"])
        #expect(problems(["groups": .object(["b": .bool(true)])]) == ["groups.b: must be text that is not empty"])
        #expect(problems(["claims": .object([:])]) == ["claims.email: is required (E-mail)"])
    }

    @Test func `finds every problem at once`() {
        #expect(problems(["x": .null], without: ["issuer", "clientID"]).count == 3)
        #expect(form.problems(in: .array([])).map(\.text) == ["must be a mapping"])
    }

    @Test func `an error prints one line per problem`() {
        let error = SettingsError([.init(path: ["a", "0"], text: "is wrong"), .init(path: [], text: "is empty")])
        #expect("\(error)" == "a.0: is wrong\nis empty")
    }
}

struct LoopbackHostTests {
    @Test(arguments: ["localhost", "LOCALHOST", "idp.localhost", "127.0.0.1", "::1", "[::1]"])
    func `is loopback`(host: String) { #expect(LoopbackHost.matches(host)) }

    @Test(arguments: [
        "", "localhost.example", "notlocalhost", "127.0.0.1.example", "127.0.0.2", "0.0.0.0", "localhost.", "10.0.0.1",
    ])
    func `is not loopback`(host: String) { #expect(!LoopbackHost.matches(host)) }

    @Test func `http is for loopback only`() {
        let form = SettingsForm([SettingsField("u", .url, label: "U", help: "U.")])
        #expect(form.problems(in: .object(["u": .string("http://idp.localhost:8080/x")])).isEmpty)
        #expect(!form.problems(in: .object(["u": .string("http://localhost.example/")])).isEmpty)
        #expect(!form.problems(in: .object(["u": .string("http://localhost@op.example/")])).isEmpty)
    }
}

struct SettingsValueTests {
    @Test func `equal settings are equal bytes`() throws {
        let text = #"{"b":[1,2.5,true,null,"x/y"],"a":{}}"#
        let value = try JSONDecoder().decode(SettingsValue.self, from: Data(text.utf8))
        #expect(value["a"] == .object([:]))
        #expect(value["b"] == .array([.integer(1), .number(2.5), .bool(true), .null, .string("x/y")]))
        #expect(value["c"] == nil)
        #expect(value["b"]?.text == nil)
        #expect(value.canonicalJSON == Data(#"{"a":{},"b":[1,2.5,true,null,"x/y"]}"#.utf8))
    }
}
