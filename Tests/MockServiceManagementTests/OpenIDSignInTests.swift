// SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTPTypes
import JOSE
import MockIdentityProviders
import MockServiceManagement
import Testing

@Suite(.serialized) struct OpenIDSignInTests {
    @Test func `a visitor without a session goes to the issuer with state, nonce and PKCE`() async throws {
        try await OpenIDWorld.run { world in
            let page = try await world.browser.get("\(world.portal.url)/servicedesk/customer/portal/3?x=1")
            #expect(page.status == 303)
            #expect(page.location?.path() == "/plugins/servlet/external-login")
            let trail = try await world.browser.goOn(page)
            let request = try #require(trail.first { $0.url.path() == "/op/acme/authorize" })
            #expect(request.parameter("response_type") == "code")
            #expect(request.parameter("scope") == "openid profile email")
            #expect(request.parameter("code_challenge_method") == "S256")
            #expect(request.parameter("redirect_uri") == "\(world.portal.url)/plugins/servlet/oidc/callback")
            #expect(request.parameter("state")?.utf8.count == 43)
            #expect(request.parameter("nonce")?.utf8.count == 43)
            #expect(world.portal.sessions.count == 0)
        }
    }

    @Test func `behind a gate the issuer is given the gate's address`() async throws {
        try await OpenIDWorld.run(baseURL: "https://support.example") { world in
            let trail = try await world.browser.goOn(
                try await world.browser.get("\(world.portal.url)/servicedesk/customer/portals"))
            let request = try #require(trail.first { $0.url.path() == "/op/acme/authorize" })
            #expect(request.parameter("redirect_uri") == "https://support.example/plugins/servlet/oidc/callback")
            #expect(request.status == 200, "the issuer knows the address")
        }
    }

    @Test(arguments: ["", "/jira"])
    func `signing in makes one session, greets by name and returns to the page`(context: String) async throws {
        try await OpenIDWorld.run(contextPath: context) { world in
            let trail = try await world.signIn(path: "/servicedesk/customer/portal/3?group=2")
            let page = try #require(trail.last)
            #expect(page.status == 200)
            #expect(page.url.absoluteString == "\(world.portal.url)/servicedesk/customer/portal/3?group=2")
            #expect(page.body.contains("Signed in as Bob Stone (bob)"))
            #expect(world.portal.sessions.usernames == ["bob"])
            #expect(world.portal.sessions.refusals == [])
        }
    }

    @Test func `the session's cookie is another one than before the sign-in`() async throws {
        try await OpenIDWorld.run { world in
            let first = try await world.browser.get("\(world.portal.url)/plugins/servlet/external-login")
            let before = try #require(world.browser.cookie("JSESSIONID"))
            let header = try #require(first.headers[.setCookie])
            #expect(header == "JSESSIONID=\(before); Path=/; HttpOnly")
            _ = try await world.browser.goOn(first, as: "bob")
            let after = try #require(world.browser.cookie("JSESSIONID"))
            #expect(after.wholeMatch(of: /[0-9A-F]{32}/) != nil)
            #expect(after != before)
            let thief = world.otherBrowser
            let page = try await thief.send(
                .get, "\(world.portal.url)/rest/api/2/myself", headers: [("Cookie", "JSESSIONID=\(before)")])
            #expect(page.status == 401)
        }
    }

    @Test func `a ticket carries the username of the session`() async throws {
        try await OpenIDWorld.run { world in
            try await world.signIn()
            let address = "\(world.portal.url)/servicedesk/customer/portal/3/create/25"
            let form = try #require(try await world.browser.get(address).form)
            _ = try await world.browser.post(address, form: form.fields + [("summary", "Broken")])
            #expect(world.portal.ledger.tickets.map(\.reporter) == ["bob"])
            let users = try #require(try await world.control("users").array)
            #expect(users.first?.object?["tickets"]?.int64 == 1)
        }
    }

    @Test(arguments: [
        (OPFault.nonceWrong, "nonce_mismatch"), (.nonceMissing, "nonce_mismatch"), (.audWrong, "audience_mismatch"),
        (.issWrong, "issuer_mismatch"), (.wrongKey, "signature_invalid"), (.tampered, "signature_invalid"),
        (.expPast, "time_invalid"), (.userInfoSubMismatch, "subject_invalid"), (.stateWrong, "state_mismatch"),
        (.issParameterWrong, "issuer_mismatch"), (.errorAccessDenied, "sign_in_denied"),
    ])
    func `refuses what the issuer must not send`(fault: OPFault, code: String) async throws {
        try await OpenIDWorld.run { world in
            world.provider.tenant("acme")?.setFault(fault)
            let page = try #require(try await world.signIn().last)
            #expect(page.status == 400)
            #expect(page.body.contains("<code>\(code)</code>"))
            #expect(world.portal.sessions.count == 0)
            #expect(world.portal.sessions.refusals == [code])
            #expect(world.portal.directory.customers == [])
        }
    }

    @Test func `refuses a code that another browser asked for`() async throws {
        try await OpenIDWorld.run { world in
            let mallory = world.otherBrowser
            let start = try await mallory.goOn(
                try await mallory.get("\(world.portal.url)/servicedesk/customer/portals"))
            let form = try #require(start.last?.form)
            let answer = try await mallory.post(form.action, form: form.fields + [("user", "bob")])
            let callback = try #require(answer.location)
            let page = try await world.browser.get(callback.absoluteString)
            #expect(page.status == 400)
            #expect(world.portal.sessions.refusals == ["browser_mismatch"])
            #expect(world.portal.sessions.count == 0)
            #expect(try await mallory.get(callback.absoluteString).status == 400, "the login was taken once")
        }
    }

    @Test func `identity headers mean nothing`() async throws {
        try await OpenIDWorld.run { world in
            let headers = [("X-Vestibule-User", "bob"), ("X-Vestibule-Email", "bob@acme.example")]
            let page = try await world.browser.get(
                "\(world.portal.url)/servicedesk/customer/portal/3", headers: headers)
            #expect(page.status == 303)
            let call = try await world.browser.send(
                .get, "\(world.portal.url)/rest/api/2/myself", headers: headers)
            #expect(call.status == 401)
            #expect(try JSONObject.parse(Data(call.body.utf8)).string("errorMessage") != nil)
            let creation = try await world.browser.post(
                "\(world.portal.url)/servicedesk/customer/portal/3/create/25", form: [("summary", "spam")],
                accept: "application/json")
            #expect(creation.status == 401)
            #expect(world.portal.ledger.tickets.isEmpty)
        }
    }

    @Test func `no password signs anybody in`() async throws {
        try await OpenIDWorld.run { world in
            let page = try await world.browser.get("\(world.portal.url)/login.jsp")
            #expect(page.status == 200)
            #expect(page.body.contains("Passwords are switched off"))
            #expect(!page.body.contains("password\""))
            let answer = try await world.browser.post(
                "\(world.portal.url)/login.jsp", form: [("os_username", "bob"), ("os_password", "secret")])
            #expect(answer.status == 403)
            #expect(world.portal.sessions.count == 0)
        }
    }
}
