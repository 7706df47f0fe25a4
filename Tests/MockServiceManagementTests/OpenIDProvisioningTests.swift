// SPDX-License-Identifier: Apache-2.0

import JOSE
import MockIdentityProviders
import MockServiceManagement
import Testing

@Suite(.serialized) struct OpenIDProvisioningTests {
    @Test func `groups that are not sent are removed at the next sign-in`() async throws {
        try await OpenIDWorld.run { world in
            try await world.signIn("bob")
            #expect(world.portal.directory["bob"]?.groups == ["acme-support", "acme-users"])
            try await world.signIn("bob-moved", in: world.otherBrowser)
            #expect(world.portal.directory["bob"]?.groups == ["acme-users"])
            try await world.signIn("bob-gone", in: world.otherBrowser)
            #expect(world.portal.directory["bob"]?.groups == [])
            #expect(world.portal.directory["bob"]?.signIns == 3)
        }
    }

    @Test func `groups are nobody's business where no claim is configured`() async throws {
        try await OpenIDWorld.run(groupsClaim: nil) { world in
            try await world.signIn("bob")
            #expect(world.portal.directory["bob"]?.groups == [])
        }
    }

    @Test func `the username is a template`() async throws {
        try await OpenIDWorld.run(usernameClaim: "jsm-${preferred_username}-${sub}") { world in
            try await world.signIn()
            #expect(world.portal.sessions.usernames == ["jsm-bob-sub-bob"])
        }
    }

    @Test(arguments: ["${upn}", "${preferred_username}-${upn}", "${unclosed"])
    func `a template that cannot be filled signs nobody in`(template: String) async throws {
        try await OpenIDWorld.run(usernameClaim: template) { world in
            try await world.signIn()
            #expect(world.portal.sessions.refusals == ["claim_missing"])
            #expect(world.portal.sessions.count == 0)
        }
    }

    @Test func `nobody is created without an address`() async throws {
        try await OpenIDWorld.run { world in
            try await world.signIn("nameless")
            #expect(world.portal.sessions.refusals == ["claim_missing"])
            #expect(world.portal.directory.customers == [])
        }
    }

    @Test func `the control routes tell sessions and users`() async throws {
        try await OpenIDWorld.run { world in
            try await world.signIn()
            let sessions = try #require(try await world.control("sessions").object)
            #expect(sessions["count"]?.int64 == 1)
            #expect(sessions.strings("usernames") == ["bob"])
            let user = try #require(try await world.control("users").array?.first?.object)
            #expect(user.string("username") == "bob")
            #expect(user.strings("groups") == ["acme-support", "acme-users"])
            #expect(user["sessions"]?.int64 == 1)
            #expect(user["tickets"]?.int64 == 0)
        }
    }
}
