import Broker
import OpenIDConnect
import Testing

@Suite struct RedemptionTests {
    static let request = [
        "grant_type": "authorization_code", "code": "c-1", "redirect_uri": Portal.callback,
        "code_verifier": Portal.verifier,
    ]

    static let badGrants: [Hostile] = [
        .init("no grant type", "grant type", .invalidRequest) { $0["grant_type"] = nil },
        .init("a password", "grant type", .unsupportedGrantType) { $0["grant_type"] = "password" },
        .init("a refresh token", "grant type", .unsupportedGrantType) { $0["grant_type"] = "refresh_token" },
        .init("client credentials", "grant type", .unsupportedGrantType) { $0["grant_type"] = "client_credentials" },
        .init("no code", "code", .invalidRequest) { $0["code"] = nil },
        .init("a code that is too long", "code", .invalidGrant) { $0["code"] = String(repeating: "c", count: 513) },
    ]

    @Test(arguments: badGrants)
    func `takes codes and no other grant`(_ hostile: Hostile) throws {
        var request = Self.request
        #expect(try refusal(ofGrant: request) == nil)
        hostile.change(&request)
        let check = try #require(GrantRequestChecks.all.first { $0.name == hostile.check })
        let refusal = try refusal(ofGrant: request)
        #expect(refusal?.rule == check.title)
        #expect(refusal?.code == hostile.code)
    }

    private func refusal(ofGrant request: [String: String]) throws -> ProviderError? {
        let parameters = try Portal.parameters(request)
        return providerRefusal { () throws(ProviderError) in
            try GrantRequestChecks.Check.run(GrantRequestChecks.all, on: parameters)
        }
    }

    static let badRedemptions: [Hostile] = [
        .init("no redirect URI", "redirect URI again", .invalidGrant) { $0["redirect_uri"] = nil },
        .init("another redirect URI", "redirect URI again", .invalidGrant) {
            $0["redirect_uri"] = "https://jira.example/other?a=b"
        },
        .init("no verifier", "verifier shape", .invalidGrant) { $0["code_verifier"] = nil },
        .init("a short verifier", "verifier shape", .invalidGrant) { $0["code_verifier"] = "short" },
        .init("a long verifier", "verifier shape", .invalidGrant) {
            $0["code_verifier"] = String(repeating: "v", count: 129)
        },
        .init("a verifier with other characters", "verifier shape", .invalidGrant) {
            $0["code_verifier"] = Portal.verifier.dropLast() + "!"
        },
        .init("another verifier", "verifier", .invalidGrant) {
            $0["code_verifier"] = String(repeating: "v", count: 43)
        },
        .init("the challenge as the verifier", "verifier", .invalidGrant) { $0["code_verifier"] = Portal.challenge },
    ]

    @Test(arguments: badRedemptions)
    func `redeems a code only for the request that it was given for`(_ hostile: Hostile) throws {
        var request = Self.request
        #expect(try refusal(of: request, challenge: Portal.challenge) == nil)
        hostile.change(&request)
        let check = try #require(RedemptionChecks.all.first { $0.name == hostile.check })
        let refusal = try refusal(of: request, challenge: Portal.challenge)
        #expect(refusal?.rule == check.title)
        #expect(refusal?.code == hostile.code)
    }

    @Test func `refuses a verifier for a code without a challenge`() throws {
        var request = Self.request
        #expect(try refusal(of: request, challenge: nil)?.rule == RedemptionChecks.noDowngrade.title)
        request["code_verifier"] = nil
        #expect(try refusal(of: request, challenge: nil) == nil)
    }

    private func refusal(of request: [String: String], challenge: String?) throws -> ProviderError? {
        let context = RedemptionContext(
            try Portal.parameters(request), redirectURI: Portal.callback, challenge: challenge)
        return providerRefusal { () throws(ProviderError) in
            try RedemptionChecks.Check.run(RedemptionChecks.all, on: context)
        }
    }

    // MARK: Access tokens

    struct Bearer: Sendable, CustomTestStringConvertible {
        var what: String
        var header: String?
        var form: [String: String]?
        var query: [String: String] = [:]
        var token: String?
        var check: String?

        var testDescription: String { what }
    }

    @Test(arguments: [
        Bearer(what: "in the header", header: "Bearer t-1", token: "t-1"),
        Bearer(what: "in the header, small letters", header: "bearer t-1", token: "t-1"),
        Bearer(what: "in the form", form: ["access_token": "t-1"], token: "t-1"),
        Bearer(what: "nowhere"),
        Bearer(what: "another scheme", header: "Basic t-1"),
        Bearer(what: "in the query", query: ["access_token": "t-1"], check: "not in the query"),
        Bearer(
            what: "in the query as well", header: "Bearer t-1", query: ["access_token": "t-1"],
            check: "not in the query"),
        Bearer(what: "twice", header: "Bearer t-1", form: ["access_token": "t-1"], check: "one way"),
    ])
    func `reads one access token from header or form, never from the query`(_ test: Bearer) throws {
        let context = BearerContext(
            authorization: test.header.map { Secret($0) }, form: try test.form.map { try Portal.parameters($0) },
            query: try Portal.parameters(test.query))
        do throws(ProviderError) {
            #expect(try BearerCredentials.read(context)?.reveal() == test.token)
            #expect(test.check == nil)
        } catch {
            #expect(error.rule == BearerCredentials.all.first { $0.name == test.check }?.title)
        }
    }
}
