// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import MockServiceManagement
import Outbound
import Testing

@Suite(.serialized) struct TrustedHeaderTests {
    @Test func `headers still say who is there, and nobody has a session`() async throws {
        try await run(.init(controlSecret: "control", identity: .trustedHeaders(.init()))) { portal, browser in
            let page = try await browser.get(
                "\(portal.url)/servicedesk/customer/portals",
                headers: [("X-Vestibule-User", "bob"), ("X-Vestibule-Email", "bob@acme.example")])
            #expect(page.status == 200)
            #expect(page.body.contains("<span class=\"who\">Signed in as bob@acme.example</span></nav>"))
            #expect(page.headers[.setCookie] == nil)
            #expect(portal.sessions.count == 0)
        }
    }

    @Test(arguments: [
        "/plugins/servlet/external-login", "/plugins/servlet/oidc/callback", "/plugins/servlet/samlconsumer",
        "/plugins/servlet/samlconsumer/metadata", "/servicedesk/customer/user/logout",
    ])
    func `paths of a sign-in are unknown`(path: String) async throws {
        try await run(.init(controlSecret: "control")) { portal, browser in
            let page = try await browser.get(portal.url + path)
            #expect(page.status == 404)
            #expect(portal.ledger.stats.counts == ["GET unknown": 1])
        }
    }

    @Test func `anonymous visitors see the portal and its password form`() async throws {
        try await run(.init(controlSecret: "control")) { portal, browser in
            let (page, form) = (
                try await browser.get("\(portal.url)/servicedesk/customer/portal/3"),
                try await browser.get("\(portal.url)/login.jsp")
            )
            #expect(page.status == 200)
            #expect(form.body.contains("os_password"))
        }
    }

    @Test func `a cloud portal signs in by SAML and by nothing else`() async throws {
        await #expect(throws: MockPortalError.signInNotOffered) {
            _ = try await MockPortal.start(.init(controlSecret: "control", flavour: .cloud))
        }
        await #expect(throws: MockPortalError.signInNotOffered) {
            _ = try await MockPortal.start(
                .init(
                    controlSecret: "control", flavour: .cloud,
                    signIn: .openID(issuer: "https://idp.example", clientID: "jsm", clientSecret: "secret")))
        }
    }

    @Test func `an issuer on another machine must be https`() async throws {
        await #expect(throws: MockPortalError.issuerInvalid) {
            _ = try await MockPortal.start(
                .init(
                    controlSecret: "control",
                    signIn: .openID(issuer: "http://idp.example", clientID: "jsm", clientSecret: "secret")))
        }
    }

    private func run(
        _ configuration: MockPortal.Configuration, _ test: (MockPortal, TestBrowser) async throws -> Void
    ) async throws {
        let portal = try await MockPortal.start(configuration)
        let transport = try TestBrowser.makeTransport()
        let result: Result<Void, any Error>
        do { result = .success(try await test(portal, TestBrowser(transport))) } catch { result = .failure(error) }
        await portal.stop()
        await transport.shutdown()
        try result.get()
    }
}
