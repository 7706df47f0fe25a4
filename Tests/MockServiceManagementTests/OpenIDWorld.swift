// SPDX-License-Identifier: Apache-2.0

import Broker
import Foundation
import HTTPTypes
import JOSE
import MockIdentityProviders
import MockServiceManagement
import Outbound

/// An OpenID provider, a portal that signs people in there, and somebody's browser.
struct OpenIDWorld {
    let provider: MockOpenIDProvider
    let portal: MockPortal
    let browser: TestBrowser
    private let transport: GuardedTransport

    static let clientID = "jsm"

    /// Runs a test in a new world and takes it down again.
    static func run(
        usernameClaim: String = "${preferred_username}", groupsClaim: String? = "groups", contextPath: String = "",
        baseURL: String? = nil, _ test: (OpenIDWorld) async throws -> Void
    ) async throws {
        let world = try await start(usernameClaim, groupsClaim, contextPath, baseURL)
        let result: Result<Void, any Error>
        do { result = .success(try await test(world)) } catch { result = .failure(error) }
        await world.portal.stop()
        await world.provider.stop()
        await world.transport.shutdown()
        try result.get()
    }

    private static func start(
        _ usernameClaim: String, _ groupsClaim: String?, _ contextPath: String, _ baseURL: String?
    ) async throws -> OpenIDWorld {
        let provider = try await MockOpenIDProvider.start(.init(tenants: [tenant]))
        let portal = try await MockPortal.start(
            .init(
                controlSecret: "control", contextPath: contextPath, identity: .trustedHeaders(.init()),
                signIn: .openID(
                    issuer: provider.issuer("acme"), clientID: clientID, clientSecret: "a secret of some length",
                    usernameClaim: usernameClaim, groupsClaim: groupsClaim),
                baseURL: baseURL))
        provider.tenant("acme")?.register(
            OPClient(
                clientID: clientID, clientSecret: "a secret of some length",
                redirectURIs: ["\(baseURL ?? portal.url)/plugins/servlet/oidc/callback"],
                postLogoutRedirectURIs: ["\(portal.url)/servicedesk/customer/portals"]))
        let transport = try TestBrowser.makeTransport()
        return OpenIDWorld(
            provider: provider, portal: portal, browser: TestBrowser(transport), transport: transport)
    }

    /// Bob, and Bob with other groups: another account of the issuer, the same username here.
    private static let tenant = OPTenant(
        name: "acme", title: "Acme",
        users: [
            OPUser(
                userName: "bob", sub: "sub-bob", email: "bob@acme.example", name: "Bob Stone",
                groups: ["acme-users", "acme-support"]),
            OPUser(
                userName: "bob-moved", sub: "sub-bob", email: "bob@acme.example", name: "Bob Stone",
                groups: ["acme-users"], extra: ["preferred_username": "bob"]),
            OPUser(
                userName: "bob-gone", sub: "sub-bob", email: "bob@acme.example", name: "Bob Stone",
                extra: ["preferred_username": "bob"]),
            OPUser(userName: "nameless", sub: "sub-nameless", email: nil, name: "Nobody"),
        ])

    var otherBrowser: TestBrowser { TestBrowser(transport) }

    /// Opens a page of the portal and signs in where that is asked; what was seen on the way.
    @discardableResult func signIn(
        _ user: String = "bob", path: String = "/servicedesk/customer/portal/3", in browser: TestBrowser? = nil
    ) async throws -> [Page] {
        let browser = browser ?? self.browser
        return try await browser.goOn(try await browser.get(portal.url + path), as: user)
    }

    /// The `sid` of the session that was opened last.
    func sessionID() throws -> String? {
        let token = provider.issuedSecrets.last { $0.kind == .idToken }?.value ?? ""
        let payload = token.split(separator: ".").dropFirst().first.map(String.init) ?? ""
        return try JSONObject.parse(try Base64URL.decode(payload)).string("sid")
    }

    /// What the control routes say.
    func control(_ path: String) async throws -> JSONValue {
        let page = try await otherBrowser.send(
            .get, "http://jsm.localhost:\(portal.port)/__mock/\(path)", headers: [("X-Mock-Control", "control")])
        return try JSONValue.parse(Data(page.body.utf8))
    }
}
