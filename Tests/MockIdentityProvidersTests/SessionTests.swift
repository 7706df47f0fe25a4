// SPDX-License-Identifier: Apache-2.0

import Broker
import Foundation
import HTTPTypes
import MockIdentityProviders
import Testing

@Suite(.serialized) struct SessionTests {
    @Test(arguments: ["google", "cognito", "keycloak", "azure-b2c", "entra", "okta", "adfs", "pingone"])
    func `a refresh gives the person again, and ends where the person was disabled`(vendor: String) async throws {
        try await World.with(vendor) { world in
            let refresher = try #require(world.provider as? any SessionRefresher)
            let identity = try await world.identity()
            let session = try #require(identity.upstream)
            guard case .updated(let renewed) = try await refresher.refresh(session, of: identity.subject) else {
                Issue.record("not updated")
                return
            }
            #expect(renewed.subject == identity.subject)
            #expect(renewed.groups == identity.groups)
            try world.vendor.setDisabled(true, user: "alice")
            let next = try #require(renewed.upstream)
            guard case .revoked = try await refresher.refresh(next, of: identity.subject) else {
                Issue.record("not revoked")
                return
            }
        }
    }

    @Test func `a group that was taken away is gone at the next refresh`() async throws {
        try await World.with("okta") { world in
            let refresher = try #require(world.provider as? any SessionRefresher)
            let identity = try await world.identity()
            var alice = try #require(OPProfile.okta.people.first)
            alice.groups = ["staff"]
            try world.vendor.change(alice)
            guard
                case .updated(let renewed) = try await refresher.refresh(
                    try #require(identity.upstream), of: identity.subject)
            else {
                Issue.record("not updated")
                return
            }
            #expect(identity.groups.values == ["staff", "support"])
            #expect(renewed.groups.values == ["staff"])
        }
    }

    @Test func `Keycloak's logout token names the session that the ID token named`() async throws {
        try await World.with("keycloak") { world in
            let receiver = try #require(world.provider as? any LogoutReceiver)
            let identity = try await world.identity()
            let session = try #require(identity.upstream?.sessionID)
            let token = try #require(
                try world.vendors.provider.logoutToken(
                    tenant: "keycloak", clientID: "vestibule", sub: identity.subject.subject, sid: session))
            let notice = try await receiver.receiveLogout(
                try LoginCallback(
                    method: .post, endpoint: .logout, rawQuery: Data(), rawBody: Data("logout_token=\(token)".utf8)))
            #expect(notice.target == .session(issuer: identity.subject.issuer, sessionID: session))
        }
    }

    @Test(arguments: ["keycloak", "okta", "entra", "azure-b2c", "auth0", "jumpcloud", "pingone", "adfs"])
    func `a logout comes back to the broker`(vendor: String) async throws {
        try await World.with(vendor) { world in
            let answer = try await logout(world)
            let location = answer.headerFields[.location] ?? ""
            #expect(location == "https://desk.test/vestibule/cb/\(vendor)/logout?state=s1")
        }
    }

    private func logout(_ world: World) async throws -> OutboundResponse {
        let upstream = try #require(world.provider as? any UpstreamLogout)
        let identity = try await world.identity()
        let step = try await upstream.beginLogout(
            LogoutRequest(
                subject: identity.subject, session: try #require(identity.upstream),
                returnURL: world.callbackURL.appending(path: "logout"), state: "s1", requestID: "_1"))
        switch step {
        case .redirect(let url): return try await world.transport.send(OutboundRequest(url: url))
        case .formPost(let url, let fields):
            return try await world.browser.post(url, fields.map { ($0.name, $0.value) })
        case .done, .notConfigured: throw Browser.Problem.unexpected("no logout")
        }
    }

    @Test func `Cognito's logout is its own, by GET with its own parameters alone`() async throws {
        let target = "https://desk.test/vestibule/cb/cognito/logout"
        try await World.with("cognito", adding: ["logoutURI": .string(target)]) { world in
            let seen1 = try await logout(world).headerFields[.location]
            #expect(seen1 == target)
            let url = try #require(URL(string: "https://acme.auth.eu-central-1.amazoncognito.com/logout"))
            let standard = try await world.browser.post(url, [("post_logout_redirect_uri", target)])
            #expect(standard.status == .badRequest)
        }
    }

    @Test func `Okta signs nobody out without a hint`() async throws {
        try await World.with("okta") { world in
            let url = try #require(
                URL(string: "https://acme.okta.com/oauth2/v1/logout?client_id=0oa1vestibule2acme3d7"))
            let seen2 = try await world.transport.send(OutboundRequest(url: url)).status
            #expect(seen2 == .badRequest)
        }
    }

    @Test func `OneLogin and GitHub have no logout, and their modules say so`() async throws {
        try await World.with("onelogin") { world in
            let upstream = try #require(world.provider as? any UpstreamLogout)
            let identity = try await world.identity()
            let step = try await upstream.beginLogout(
                LogoutRequest(
                    subject: identity.subject, session: try #require(identity.upstream), returnURL: world.callbackURL,
                    state: "s", requestID: "_1"))
            guard case .notConfigured = step else {
                Issue.record("a logout")
                return
            }
        }
        try await World.with("github") { world in #expect(!(world.provider is any UpstreamLogout)) }
    }
}
