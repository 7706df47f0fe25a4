// SPDX-License-Identifier: Apache-2.0

import Foundation
import MockIdentityProviders
import MockServiceManagement
import Outbound
import Testing

/// A SAML IdP, a portal that signs people in there, and somebody's browser.
struct SAMLWorld {
    let provider: MockSAMLProvider
    let tenant: SAMLTenantState
    let portal: MockPortal
    let entityID: String
    let browser: TestBrowser
    private let transport: GuardedTransport

    /// How a test's world differs.
    struct Options {
        var flavour = MockPortal.Configuration.Flavour.dataCenter
        var signsRequests = false
        var wantsSignedRequests = false
        var isManual = false
        var groupsAttribute: String? = "groups"
        var profile = SAMLWorld.profile
    }

    /// As the broker writes its messages: the Response signed, the NameID an address.
    static let profile = SAMLProfile("broker", signs: .both, nameID: .email)

    /// Runs a test in a new world and takes it down again.
    static func run(_ options: Options = .init(), _ test: (SAMLWorld) async throws -> Void) async throws {
        let world = try await start(options)
        let result: Result<Void, any Error>
        do { result = .success(try await test(world)) } catch { result = .failure(error) }
        await world.portal.stop()
        await world.provider.stop()
        await world.transport.shutdown()
        try result.get()
    }

    private static func start(_ options: Options) async throws -> SAMLWorld {
        let provider = try await MockSAMLProvider.start(
            .init(tenants: [
                SAMLTenant(
                    name: "globex", title: "Globex", profile: options.profile,
                    users: [
                        SAMLUser(
                            userName: "carol", id: "1", email: "carol@globex.example", name: "Carol Reed",
                            groups: ["globex-users"])
                    ], wantsSignedRequests: options.wantsSignedRequests)
            ]))
        let tenant = try #require(provider.tenant("globex"))
        let portal = try await MockPortal.start(
            .init(
                controlSecret: "control", identity: .trustedHeaders(.init()), flavour: options.flavour,
                signIn: .saml(
                    identityProvider: source(provider, tenant, options), signsRequests: options.signsRequests,
                    groupsAttribute: options.groupsAttribute)))
        let transport = try TestBrowser.makeTransport()
        let browser = TestBrowser(transport)
        let path = options.flavour == .cloud ? "/saml/metadata" : "/plugins/servlet/samlconsumer/metadata"
        let metadata = try await browser.get(portal.url + path)
        let known = try ServiceProvider(metadata: Array(metadata.body.utf8))
        tenant.register(known)
        return SAMLWorld(
            provider: provider, tenant: tenant, portal: portal, entityID: known.entityID, browser: browser,
            transport: transport)
    }

    private static func source(
        _ provider: MockSAMLProvider, _ tenant: SAMLTenantState, _ options: Options
    ) -> MockPortal.Configuration.IdentityProvider {
        let base = provider.base("globex")
        guard options.isManual else { return .metadataURL("\(base)/metadata") }
        return .manual(
            entityID: provider.entityID("globex"), ssoURL: "\(base)/sso", sloURL: "\(base)/slo",
            certificatePEM: tenant.certificatePEM())
    }

    var otherBrowser: TestBrowser { TestBrowser(transport) }

    /// Opens a page of the portal and signs in where that is asked; what was seen on the way.
    @discardableResult func signIn(path: String = "/servicedesk/customer/portal/3") async throws -> [Page] {
        try await browser.goOn(try await browser.get(portal.url + path), as: "carol")
    }

    /// Starts a logout at the IdP and carries its messages.
    @discardableResult func logOutAtProvider(
        in browser: TestBrowser? = nil, usesPost: Bool = false
    ) async throws -> [Page] {
        let browser = browser ?? self.browser
        let sp = entityID.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
        let post = usesPost ? "&post=1" : ""
        return try await browser.goOn(
            try await browser.get("\(provider.base("globex"))/start-logout?sp=\(sp)&user=carol\(post)"))
    }
}
