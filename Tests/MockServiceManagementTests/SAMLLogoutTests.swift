// SPDX-License-Identifier: Apache-2.0

import Foundation
import MockIdentityProviders
import MockServiceManagement
import Testing

@Suite(.serialized) struct SAMLLogoutTests {
    @Test(arguments: [MockPortal.Configuration.Flavour.dataCenter, .cloud], [false, true])
    func `a LogoutRequest of the IdP ends the session and is answered`(
        flavour: MockPortal.Configuration.Flavour, usesPost: Bool
    ) async throws {
        try await SAMLWorld.run(.init(flavour: flavour)) { world in
            try await world.signIn()
            try await world.logOutAtProvider(usesPost: usesPost)
            #expect(world.portal.sessions.count == 0)
            #expect(world.tenant.logoutAnswers == ["success"])
            #expect(world.portal.sessions.refusals == [])
        }
    }

    @Test(arguments: [
        (SAMLLogoutFault.unsigned, "logout_unsigned"), (.wrongKey, "signature_invalid"),
        (.issuerWrong, "logout_issuer_mismatch"), (.destinationWrong, "logout_destination_mismatch"),
        (.expired, "logout_too_old"), (.relayStateChanged, "signature_invalid"),
    ])
    func `a LogoutRequest that is none ends nothing`(fault: SAMLLogoutFault, rule: String) async throws {
        try await SAMLWorld.run { world in
            try await world.signIn()
            world.tenant.setLogoutFault(fault)
            try await world.logOutAtProvider(in: world.otherBrowser)
            #expect(world.portal.sessions.count == 1)
            #expect(world.portal.sessions.refusals == [rule])
        }
    }

    @Test func `a LogoutRequest of one session leaves another`() async throws {
        try await SAMLWorld.run { world in
            try await world.signIn()
            let phone = world.otherBrowser
            _ = try await phone.goOn(
                try await phone.get("\(world.portal.url)/servicedesk/customer/portals"), as: "carol")
            #expect(world.portal.sessions.count == 2)
            try await world.logOutAtProvider()
            #expect(world.portal.sessions.count == 1)
        }
    }

    @Test func `logging out ends the session here and at the IdP`() async throws {
        try await SAMLWorld.run { world in
            try await world.signIn()
            #expect(world.tenant.sessionCount == 1)
            let out = try await world.browser.get("\(world.portal.url)/servicedesk/customer/user/logout")
            #expect(world.portal.sessions.count == 0)
            #expect(out.location?.path() == "/saml/globex/slo")
            let trail = try await world.browser.goOn(out)
            #expect(world.tenant.sessionCount == 0)
            #expect(trail.last?.status == 200)
            #expect(trail.last?.body.contains("You are signed out") == true)
            #expect(world.portal.sessions.refusals == [])
        }
    }
}
