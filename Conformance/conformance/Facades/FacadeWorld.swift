// SPDX-License-Identifier: Apache-2.0

import Broker
import BrokerEngine
import BrokerModel
import Foundation
import JOSE
import XMLSecurity

/// A broker with a Data Center site that has both facades, a public client's site, and a Cloud site, and whoever talks to
/// them.
struct FacadeWorld: Sendable {
    static let cloud: SiteID = "cloud"
    static let open: SiteID = "open"
    static let sealed: SiteID = "sealed"

    let world: World
    let party: RelyingParty
    let provider: TestServiceProvider

    static func start() async throws -> FacadeWorld {
        let key = try PrivateKey(pkcs8: PrivateKey.generateRSA())
        let certificate = try PEMText.certificate(Certificate.selfSigned(for: key, commonName: "sp.example"))
        var options = TestBroker.Options()
        options.site = { site in
            site.facades = [
                SiteFacade(kind: "openid", settings: RelyingParty.settings),
                SiteFacade(kind: "saml", settings: TestServiceProvider.settings(certificate: certificate)),
            ]
        }
        options.furtherSites = [
            Site(
                id: cloud, kind: .cloud, origin: "https://acme.atlassian.example",
                facades: [SiteFacade(kind: "saml", settings: TestServiceProvider.cloudSettings)]),
            Site(
                id: open, kind: .cloud, origin: "https://open.atlassian.example",
                organizations: ["globex"],
                facades: [SiteFacade(kind: "openid", settings: RelyingParty.publicSettings)]),
            Site(
                id: sealed, kind: .cloud, origin: "https://sealed.atlassian.example",
                facades: [
                    SiteFacade(
                        kind: "saml",
                        settings: TestServiceProvider.settings(certificate: certificate, encryptTo: certificate))
                ]),
        ]
        let world = try await World.start(options)
        return FacadeWorld(
            world: world, party: RelyingParty(world: world, site: TestBroker.site),
            provider: TestServiceProvider(world: world, site: TestBroker.site, key: key))
    }

    func stop() async { await world.stop() }

    /// The Cloud site once Atlassian has shown the ACS and the administrator has entered it here.
    func completeCloud() async throws -> TestServiceProvider {
        let engine = world.broker.engine
        var wanted = try await engine.resources.export()
        for index in wanted.sites.indices where wanted.sites[index].id == Self.cloud {
            wanted.sites[index].facades = [
                SiteFacade(kind: "saml", settings: TestServiceProvider.completeCloudSettings)
            ]
        }
        _ = try await engine.resources.apply(
            wanted, prune: false, isDryRun: false, actor: .administrator("conformance"))
        try await engine.live.reload()
        var provider = TestServiceProvider(world: world, site: Self.cloud, key: provider.key)
        provider.entityID = TestServiceProvider.cloudEntityID
        provider.acsURL = TestServiceProvider.cloudACS
        return provider
    }

    // MARK: What happened

    /// Runs a body and says what was refused while it ran, by code.
    func refusals(_ body: () async throws -> Void) async throws -> [String] {
        let before = try await world.broker.position()
        try await body()
        return try await world.broker.records(after: before, kinds: [.facadeRefused]).map { record in
            try JSONObject.parse(Array(record.body.utf8)).string("code") ?? "-"
        }
    }

    /// An error page of ours: no redirect anywhere, a reference id, and one audited refusal with the same code.
    func refused(
        _ code: String, status: ClosedRange<Int> = 400...499, _ request: () async throws -> Page
    ) async throws -> String {
        var page: Page?
        let codes = try await refusals { page = try await request() }
        let got = try unwrap(page, "no page")
        try require(status.contains(got.status), "ended with \(got.status) at \(got.url.path())")
        try require(got.values("Location").isEmpty, "went to \(got.values("Location"))")
        try require(codes == [code], "audit: \(codes)")
        try require(got.errorCode == code, "the page says \(got.errorCode ?? "-")")
        try require(got.reference != nil, "no reference id")
        return "\(got.status) \(code)"
    }
}

/// PEM as configuration has it.
enum PEMText {
    static func certificate(_ der: [UInt8]) -> String {
        let text = Data(der).base64EncodedString(options: [.lineLength64Characters, .endLineWithLineFeed])
        return "-----BEGIN CERTIFICATE-----\n\(text)\n-----END CERTIFICATE-----\n"
    }
}
