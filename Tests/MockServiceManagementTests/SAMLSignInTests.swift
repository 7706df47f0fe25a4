// SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTPTypes
import MockIdentityProviders
import MockServiceManagement
import Testing

@Suite(.serialized) struct SAMLSignInTests {
    @Test(arguments: [
        (MockPortal.Configuration.Flavour.dataCenter, "JSESSIONID", "/plugins/servlet/external-login"),
        (.cloud, "customer.account.session.token", "/servicedesk/customer/user/login"),
    ])
    func `signing in makes one session, greets by name and returns to the page`(
        flavour: MockPortal.Configuration.Flavour, cookie: String, begin: String
    ) async throws {
        try await SAMLWorld.run(.init(flavour: flavour)) { world in
            let trail = try await world.signIn()
            #expect(trail.dropFirst().first?.url.path() == begin)
            let page = try #require(trail.last)
            #expect(page.url.absoluteString == "\(world.portal.url)/servicedesk/customer/portal/3")
            #expect(page.body.contains("Signed in as Carol Reed (carol@globex.example)"))
            #expect(world.portal.sessions.usernames == ["carol@globex.example"])
            #expect(world.portal.directory["carol@globex.example"]?.groups == ["globex-users"])
            #expect(world.browser.cookie(cookie) != nil)
        }
    }

    @Test func `the flavours have names and addresses of their own`() async throws {
        try await SAMLWorld.run { world in
            #expect(world.entityID == world.portal.url)
        }
        try await SAMLWorld.run(.init(flavour: .cloud)) { world in
            #expect(world.entityID.hasPrefix("\(world.portal.url)/saml/"))
            #expect(world.entityID.firstMatch(of: /saml\/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/) != nil)
            let metadata = try await world.browser.get("\(world.portal.url)/saml/metadata")
            #expect(metadata.body.contains("\(world.portal.url)/login/callback"))
            #expect(metadata.body.contains("\(world.portal.url)/logout/saml"))
        }
    }

    @Test func `an IdP that was typed in by hand will do`() async throws {
        try await SAMLWorld.run(.init(isManual: true)) { world in
            try await world.signIn()
            #expect(world.portal.sessions.count == 1)
        }
    }

    @Test(arguments: [false, true])
    func `requests are signed where the IdP or the administrator wants that`(isWish: Bool) async throws {
        try await SAMLWorld.run(.init(signsRequests: isWish, wantsSignedRequests: true)) { world in
            let trail = try await world.signIn()
            let request = try #require(trail.first { $0.url.path() == "/saml/globex/sso" })
            #expect(request.parameter("Signature") != nil)
            #expect(request.parameter("RelayState")?.utf8.count == 43)
            #expect(world.portal.sessions.count == 1)
        }
        try await SAMLWorld.run { world in
            let trail = try await world.signIn()
            let request = try #require(trail.first { $0.url.path() == "/saml/globex/sso" })
            #expect(request.parameter("Signature") == nil)
        }
    }

    @Test func `a signature on the assertion alone is refused`() async throws {
        var options = SAMLWorld.Options()
        options.profile.signs = .assertion
        try await refused(options, "signature_requirement_not_met")
    }

    @Test func `a NameID that is no address is refused`() async throws {
        var options = SAMLWorld.Options()
        options.profile.nameID = .persistent
        try await refused(options, "name_id_format_mismatch")
    }

    @Test(arguments: [
        (SAMLFault.unsigned, "signature_missing"), (.audienceWrong, "audience_mismatch"),
        (.responseSignatureBroken, "signature_invalid"),
    ])
    func `refuses what the IdP must not send`(fault: SAMLFault, rule: String) async throws {
        try await refused(.init(), rule, fault: fault)
    }

    @Test func `a Response that nobody asked for is refused`() async throws {
        try await SAMLWorld.run { world in
            let sp = world.entityID.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
            let trail = try await world.browser.goOn(
                try await world.browser.get("\(world.provider.base("globex"))/start-login?sp=\(sp)&user=carol"))
            #expect(trail.last?.status == 400)
            #expect(world.portal.sessions.refusals == ["state_mismatch"])
            #expect(world.portal.sessions.count == 0)
        }
    }

    @Test func `identity headers mean nothing`() async throws {
        try await SAMLWorld.run(.init(flavour: .cloud)) { world in
            let call = try await world.browser.send(
                .get, "\(world.portal.url)/rest/api/2/myself", headers: [("X-Vestibule-User", "carol@globex.example")])
            #expect(call.status == 401)
        }
    }

    private func refused(
        _ options: SAMLWorld.Options, _ rule: String, fault: SAMLFault? = nil
    ) async throws {
        try await SAMLWorld.run(options) { world in
            world.tenant.setFault(fault)
            let page = try #require(try await world.signIn().last)
            #expect(page.status == 400)
            #expect(world.portal.sessions.refusals == [rule])
            #expect(world.portal.sessions.count == 0)
            #expect(world.portal.directory.customers == [])
        }
    }
}
