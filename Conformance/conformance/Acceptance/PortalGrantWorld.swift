// SPDX-License-Identifier: Apache-2.0

import Broker
import BrokerEngine
import BrokerModel
import ConformanceKit
import Directory
import Foundation
import MockServiceManagement
import Outbound

/// A broker, and the JSM of one of its sites: closed desks, a service account, sign-in by the broker's facade, and no gate.
struct PortalGrantWorld: Sendable {
    static let token = "jsm-service-account-token-0123456789"
    private static let entityID = "https://auth.atlassian.example/saml/grants"

    let kind: Site.Kind
    let site: Site
    let world: World
    let portal: MockPortal
    private let transport: GuardedTransport

    /// Runs a check in a new world and takes it down again.
    static func run(
        _ kind: Site.Kind, _ check: (PortalGrantWorld) async throws -> String
    ) async throws -> String {
        var options = TestBroker.Options()
        options.secret = { $0.description == "env:JSM_TOKEN" ? token : nil }
        let world = try await World.start(options)
        let transport = try GuardedTransport(
            policy: try OutboundPolicy(allow: [(host: "jsm.localhost", cidr: "127.0.0.0/8")]),
            limits: OutboundLimits(deadline: .seconds(20)))
        let portal = await attempt { try await MockPortal.start(configuration(kind, world.broker.origin)) }
        let seen = await attempt {
            let portal = try portal.get()
            let site = try await configure(kind, world, portal)
            return try await check(
                PortalGrantWorld(kind: kind, site: site, world: world, portal: portal, transport: transport))
        }
        if case .success(let portal) = portal { await portal.stop() }
        await transport.shutdown()
        await world.stop()
        return try seen.get()
    }

    private static func configuration(_ kind: Site.Kind, _ broker: String) -> MockPortal.Configuration {
        let signIn: MockPortal.Configuration.SignIn =
            switch kind {
            case .dataCenter:
                .openID(
                    issuer: "\(broker)/vestibule/openid/\(TestBroker.site)", clientID: "jsm",
                    clientSecret: World.clientSecret)
            case .cloud:
                .saml(identityProvider: .metadataURL("\(broker)/vestibule/saml/cloud/metadata"), entityID: entityID)
            }
        return MockPortal.Configuration(
            controlSecret: "grants", flavour: kind == .cloud ? .cloud : .dataCenter, signIn: signIn,
            rest: .init(authorization: authorization(kind), closedDesks: [3, 7], pageLimit: 2))
    }

    private static func authorization(_ kind: Site.Kind) -> String {
        kind == .cloud ? "Basic \(Data("bot@acme.example:\(token)".utf8).base64EncodedString())" : "Bearer \(token)"
    }

    /// Portal 3 is everybody's; 7 is the group `support`'s, which Alice is in and Bob is not.
    private static func configure(_ kind: Site.Kind, _ world: World, _ portal: MockPortal) async throws -> Site {
        var wanted = try await world.broker.engine.resources.export()
        var site = try unwrap(wanted.sites.first { $0.id == TestBroker.site }, "no site")
        let facade: SiteFacade
        switch kind {
        case .dataCenter:
            facade = SiteFacade(
                kind: "openid",
                settings: .object([
                    "clientID": "jsm", "clientSecret": "env:CONFORMANCE",
                    "redirectURIs": .array([.string("\(portal.url)/plugins/servlet/oidc/callback")]),
                ]))
        case .cloud:
            site = Site(id: "cloud", kind: .cloud, origin: "https://acme.atlassian.example")
            facade = SiteFacade(
                kind: "saml",
                settings: .object([
                    "entityID": .string(entityID), "acsURL": .string("\(portal.url)/login/callback"),
                ]))
        }
        site.facades = [facade]
        site.portals = [
            BrokerModel.Portal(id: 3, name: "Product support", project: "SUP", mode: .open),
            BrokerModel.Portal(id: 7, name: "Security desk", project: "SEC", mode: .closed),
        ]
        site.access.rules = [PortalRule(AccessRule("support", .allow, .group("support")), portals: [7])]
        site.jsm = SiteJSM(
            url: portal.url,
            account: .init(
                user: kind == .cloud ? "bot@acme.example" : nil,
                token: try unwrap(SecretReference("env:JSM_TOKEN"), "no reference")), foreign: ["Partners"])
        wanted.sites = wanted.sites.filter { $0.id != site.id } + [site]
        _ = try await world.broker.engine.resources.apply(
            wanted, prune: false, isDryRun: false, actor: .administrator("conformance"))
        try await world.broker.engine.live.reload()
        try await world.broker.engine.keys.maintain()
        return site
    }

    // MARK: Writing

    private var grants: PortalGrants {
        var environment = world.broker.engine.environment
        environment.siteTransport = { [transport] _ in transport }
        return PortalGrants(environment, audit: world.broker.engine.audit)
    }

    /// What would be written.
    func plan() async throws -> PortalGrantPlan { try await grants.draft(site).plan }

    /// Writes it, and wants all of it done.
    @discardableResult func push() async throws -> PortalGrants.Result {
        let grants = grants
        let result = try await grants.push(try await grants.draft(site), actor: .administrator("conformance"))
        try require(result.failures.isEmpty, "not written: \(result.failures.map { "\($0.step.name) \($0.reason)" })")
        return result
    }

    // MARK: Past the gate

    /// A browser with a session of JSM's own, signed in by the facade.
    func bypass(_ email: String) async throws -> Browser {
        let (browser, _) = try await world.signedIn(email, connection: "acme")
        _ = try await visit(browser, "/servicedesk/customer/portals")
        try require(portal.sessions.usernames.contains(email), "\(email) has no session at JSM")
        return browser
    }

    /// What JSM itself says to a page; no gate is asked.
    func status(_ browser: Browser, portal id: Int) async throws -> Int {
        try await visit(browser, "/servicedesk/customer/portal/\(id)").status
    }

    private func visit(_ browser: Browser, _ path: String) async throws -> Page {
        var page = try await browser.open(portal.url + path)
        for _ in 0..<10 {
            if page.location != nil {
                page = try await browser.follow(page).last ?? page
            } else if let form = HTMLForm(page), form["SAMLResponse"] != nil {
                page = try await browser.submit(form)
            } else {
                break
            }
        }
        return page
    }

    /// What JSM says to a program that raises a request with a browser's session.
    func raise(_ browser: Browser, desk: Int, type: Int) async throws -> Int {
        try await browser.send(
            "POST", "\(portal.url)/rest/servicedeskapi/request",
            headers: [("Content-Type", "application/json"), ("Accept", "application/json")],
            body: #"{"serviceDeskId":"\#(desk)","requestTypeId":"\#(type)","requestFieldValues":{"summary":"x"}}"#
        ).status
    }
}
