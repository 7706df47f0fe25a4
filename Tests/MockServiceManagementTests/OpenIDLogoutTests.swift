// SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTPTypes
import MockIdentityProviders
import MockServiceManagement
import Testing

@Suite(.serialized) struct OpenIDLogoutTests {
    @Test func `a logout token ends the session that it names`() async throws {
        try await OpenIDWorld.run { world in
            try await world.signIn(in: world.otherBrowser)
            try await world.signIn()
            let answer = try await world.post(try await world.token(sid: try world.sessionID()))
            #expect(answer.status == 200)
            #expect(world.portal.sessions.count == 1)
            let call = try await world.browser.send(.get, "\(world.portal.url)/rest/api/2/myself")
            #expect(call.status == 401)
        }
    }

    @Test func `a logout token without a session ends all sessions of its subject`() async throws {
        try await OpenIDWorld.run { world in
            try await world.signIn()
            try await world.signIn(in: world.otherBrowser)
            #expect(try await world.post(try await world.token(sid: nil, sub: "sub-alice")).status == 200)
            #expect(world.portal.sessions.count == 2)
            #expect(try await world.post(try await world.token(sid: nil, sub: "sub-bob")).status == 200)
            #expect(world.portal.sessions.count == 0)
        }
    }

    @Test func `a logout token is good once`() async throws {
        try await OpenIDWorld.run { world in
            let token = try await world.token(sid: nil, sub: "sub-bob")
            #expect(try await world.post(token).status == 200)
            try await world.signIn()
            #expect(try await world.post(token).status == 400)
            #expect(world.portal.sessions.count == 1)
        }
    }

    @Test(arguments: [
        LogoutTokenFault.algNone, .wrongKey, .typWrong, .issWrong, .audWrong, .expPast, .jtiMissing, .eventsMissing,
        .noncePresent,
    ])
    func `a logout token that is none ends nothing`(fault: LogoutTokenFault) async throws {
        try await OpenIDWorld.run { world in
            try await world.signIn()
            let answer = try await world.post(try await world.token(sid: try world.sessionID(), fault: fault))
            #expect(answer.status == 400)
            #expect(answer.headers[.contentType] == "application/json")
            #expect(world.portal.sessions.count == 1)
        }
    }

    @Test func `logging out ends the session here and at the issuer`() async throws {
        try await OpenIDWorld.run { world in
            let page = try #require(try await world.signIn().last)
            #expect(page.body.contains("/servicedesk/customer/user/logout\">Log out</a>"))
            let out = try await world.browser.get("\(world.portal.url)/servicedesk/customer/user/logout")
            #expect(world.portal.sessions.count == 0)
            #expect(world.browser.cookie("JSESSIONID") == nil)
            let trail = try await world.browser.goOn(out)
            let request = try #require(trail.first { $0.url.path() == "/op/acme/end-session" })
            #expect(request.parameter("client_id") == OpenIDWorld.clientID)
            #expect(request.parameter("id_token_hint") != nil)
            #expect(
                request.parameter("post_logout_redirect_uri") == "\(world.portal.url)/servicedesk/customer/portals")
            #expect(request.parameter("state") != nil)
            #expect(trail.last?.body.contains("name=\"user\"") == true, "the issuer asks who is there")
            #expect(world.portal.sessions.count == 0)
        }
    }

    @Test func `logging out works while the issuer is away`() async throws {
        try await OpenIDWorld.run { world in
            try await world.signIn()
            await world.provider.stop()
            let out = try await world.browser.get("\(world.portal.url)/servicedesk/customer/user/logout")
            // It has the issuer's address from before, and the browser will find out.
            #expect(out.status == 302)
            #expect(world.portal.sessions.count == 0)
        }
    }
}

extension OpenIDWorld {
    fileprivate func token(
        sid: String?, sub: String? = nil, fault: LogoutTokenFault? = nil
    ) async throws -> String {
        let token = try provider.logoutToken(
            tenant: "acme", clientID: Self.clientID, sub: sub, sid: sid, fault: fault)
        return try #require(token)
    }

    fileprivate func post(_ token: String) async throws -> Page {
        try await otherBrowser.post(
            "\(portal.url)/plugins/servlet/oidc/backchannel-logout", form: [("logout_token", token)])
    }
}
