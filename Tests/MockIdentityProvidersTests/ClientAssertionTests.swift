// SPDX-License-Identifier: Apache-2.0

import Broker
import Foundation
import HTTPTypes
import JOSE
import MockIdentityProviders
import Testing

/// The mock's own refusals at the doors where a client says who it is, so that an acceptance there proves something.
@Suite(.serialized) struct ClientAssertionTests {
    @Test func `an assertion of the registered key is taken once`() async throws {
        try await ClientWorld.with { world in
            let assertion = try world.assertion()
            let seen1 = try await world.push(assertion: assertion).status
            #expect(seen1 == .created)
            let seen2 = try await world.push(assertion: assertion).status
            #expect(seen2 == .unauthorized)
            let seen3 = try world.tenant.assertions.map(\.algorithm)
            #expect(seen3 == ["ES256"])
        }
    }

    @Test(
        arguments: ["iss", "sub", "aud", "exp", "jti", "kid", "key", "type", "secret"])
    func `an assertion that is wrong in one thing is refused`(what: String) async throws {
        try await ClientWorld.with { world in
            let seen4 = try await world.push(assertion: world.assertion(), wrong: nil).status
            #expect(seen4 == .created)
            let assertion = try world.assertion(wrong: what)
            let seen5 = try await world.push(assertion: assertion, wrong: what).status
            #expect(seen5 == .unauthorized)
        }
    }

    @Test func `a client of one method is taken by no other`() async throws {
        try await ClientWorld.with { world in
            let seen6 = try await world.push(client: "plain", assertion: world.assertion("plain")).status
            #expect(seen6 == .unauthorized)
            let seen7 = try await world.push(client: "plain", secret: ClientWorld.secret).status
            #expect(seen7 == .created)
            let seen8 = try await world.push(client: "shared", secret: ClientWorld.secret).status
            #expect(seen8 == .unauthorized)
            let shared = try SharedSecretToken.issue(
                claims: world.claims("shared"), secret: Array(ClientWorld.secret.utf8))
            let seen9 = try await world.push(client: "shared", assertion: shared).status
            #expect(seen9 == .created)
            let forged = try SharedSecretToken.issue(
                claims: world.claims("shared"), secret: Array("another-secret-of-thirty-two-octets".utf8))
            let seen10 = try await world.push(client: "shared", assertion: forged).status
            #expect(seen10 == .unauthorized)
        }
    }

    @Test func `what was pushed is shown once, and to its own client`() async throws {
        try await ClientWorld.with { world in
            let answer = try await world.push(assertion: world.assertion())
            let name = try #require(try JSONObject.parse(answer.body).string("request_uri"))
            let seen11 = try await world.authorize([("client_id", "plain"), ("request_uri", name)]).status
            #expect(seen11 == .badRequest)
            let seen12 = try await world.authorize([("client_id", "keyed"), ("request_uri", name)]).status
            #expect(seen12 == .ok)
            let seen13 = try await world.authorize([("client_id", "keyed"), ("request_uri", name)]).status
            #expect(seen13 == .badRequest)
        }
    }

    @Test func `a request that was not pushed is sent back where the tenant wants pushes`() async throws {
        try await ClientWorld.with(.required) { world in
            let answer = try await world.authorize(world.request("keyed"))
            #expect(answer.headerFields[.location]?.contains("error=invalid_request") == true)
        }
        try await ClientWorld.with(.offered) { world in
            let seen14 = try await world.authorize(world.request("keyed")).status
            #expect(seen14 == .ok)
        }
    }
}
