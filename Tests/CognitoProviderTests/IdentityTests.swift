import Broker
import CognitoProvider
import ConformanceKit
import Foundation
import JOSE
import Testing

@Suite struct IdentityTests {
    let world: World
    init() throws { world = try World() }

    static let statements: [(JSONValue?, Email.Evidence)] = [
        (true, .idpVerified), ("true", .idpVerified), (false, .none), ("false", .none), ("TRUE", .none),
        ("True", .none),
        (" true", .none), ("1", .none), (1, .none), (["true"], .none), (.null, .none), (nil, .none),
    ]

    @Test(arguments: statements)
    func `an address is verified by true and by the text true`(value: JSONValue?, evidence: Email.Evidence) async throws
    {
        try world.grant { $0["email_verified"] = value }
        #expect(try await world.evidence(try world.provider()) == evidence)
    }

    @Test(arguments: [("true", Email.Evidence.idpVerified), ("false", .none)])
    func `UserInfo says it as text, for its own address`(text: String, evidence: Email.Evidence) async throws {
        try world.grant {
            $0["email"] = nil
            $0["email_verified"] = nil
        }
        world.bench.transport.on(
            World.host + "/oauth2/userInfo",
            json:
                #"{"sub":"aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee","email":"a@acme.example","email_verified":"\#(text)"}"#)
        #expect(try await world.evidence(try world.provider()) == evidence)
    }

    @Test func `UserInfo of another address does not verify the ID token's`() async throws {
        try world.grant { $0["email_verified"] = nil }
        world.bench.transport.on(
            World.host + "/oauth2/userInfo",
            json: #"{"sub":"aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee","email":"b@acme.example","email_verified":"true"}"#)
        #expect(try await world.evidence(try world.provider()) == Email.Evidence.none)
    }

    // MARK: People of the pool's own identity providers

    static let identities: [JSONValue] = [
        [["userId": "1", "providerName": "Google", "providerType": "Google", "primary": "true"]], [], .null, "x",
    ]

    @Test(arguments: identities)
    func `the address of a federated person is unverified, whatever the token says`(_ value: JSONValue) async throws {
        try world.grant { $0["identities"] = value }
        #expect(try await world.evidence(try world.provider()) == Email.Evidence.none)
        #expect(try await world.evidence(try world.provider { $0.trustFederatedEmail = true }) == .idpVerified)
    }

    @Test func `trust in federated addresses still needs email_verified`() async throws {
        try world.grant {
            $0["identities"] = [["userId": "1", "providerName": "Google"]]
            $0["email_verified"] = false
        }
        let provider = try world.provider { $0.trustFederatedEmail = true }
        #expect(try await world.evidence(provider) == Email.Evidence.none)
        #expect(await provider.lint().contains { $0.path == ["trustFederatedEmail"] })
    }

    @Test func `a federated person is known by Cognito's group, and by UserInfo`() async throws {
        try world.grant { $0["cognito:groups"] = ["staff", .string(World.pool + "_Google")] }
        #expect(try await world.evidence(try world.provider()) == Email.Evidence.none)
        try world.grant { $0["name"] = nil }
        world.bench.transport.on(
            World.host + "/oauth2/userInfo",
            json: #"{"sub":"aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee","identities":"[]"}"#)
        #expect(try await world.evidence(try world.provider()) == Email.Evidence.none)
    }

    // MARK: Groups

    @Test func `groups of the pool are complete`() async throws {
        try world.grant { $0["cognito:groups"] = ["staff", "admins"] }
        #expect(
            try await world.bench.login(try world.provider()).groups
                == GroupSet(["admins", "staff"], completeness: .complete))
    }

    @Test func `no groups claim is no groups only where the operator says so`() async throws {
        try world.grant()
        #expect(try await world.bench.login(try world.provider()).groups == .unsupported)
        #expect(
            try await world.bench.login(try world.provider { $0.usesGroups = true }).groups
                == GroupSet([], completeness: .complete))
    }

    @Test(arguments: [JSONValue.integer(1), ["staff", 1], [:], .null])
    func `groups that cannot be read are unknown`(_ value: JSONValue) async throws {
        try world.grant { $0["cognito:groups"] = value }
        #expect(
            try await world.bench.login(try world.provider { $0.usesGroups = true }).groups
                == GroupSet([], completeness: .failed))
    }

    @Test func `groups are those of cognito groups in the ID token, not of a claim that people may write`() async throws
    {
        try world.grant {
            $0["groups"] = ["admins"]
            $0["custom:groups"] = ["admins"]
            $0["name"] = nil
        }
        world.bench.transport.on(
            World.host + "/oauth2/userInfo",
            json: #"{"sub":"aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee","cognito:groups":["admins"],"groups":["admins"]}"#)
        #expect(try await world.bench.login(try world.provider()).groups == .unsupported)
    }
}
