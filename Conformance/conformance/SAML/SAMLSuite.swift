// SPDX-License-Identifier: Apache-2.0

import Broker
import BrokerModel
import Foundation
import MockIdentityProviders

/// SAML over real sockets: browser, broker, IdP.
///
/// Every way of a real IdP is taken, every attack refused by its own rule.
enum SAMLSuite {
    static func run(_ options: SuiteOptions) async throws -> [CheckResult] {
        let world = try await SAMLWorld.start(connections)
        let results = await attempt {
            var results = await PositiveSAMLChecks(world: world).run()
            results += await RefusedSAMLChecks(world: world).run()
            results += await BindingSAMLChecks(world: world).run()
            results += await TrustSAMLChecks(world: world).run()
            results += await InitiatedSAMLChecks(world: world).run()
            results += await LogoutSAMLChecks(world: world).run()
            results += await RaceSAMLChecks(world: world).run()
            return results + (await LeakSAMLChecks(world: world).run())
        }
        await world.stop()
        return try results.get()
    }

    /// The connection of logins without anything special.
    static let plain = "saml"

    private static func connections(_ idp: MockSAMLProvider) throws -> [SAMLWorld.Wanted] {
        let tenant = try unwrap(idp.tenant(SAMLWorld.rolling), "no tenant")
        let metadataURL = SettingsValue.string("\(idp.base(SAMLWorld.rolling))/metadata")
        let exceptions = SettingsValue.object(
            ["aesCBC": .string("2099-12-31"), "rsa15": .string("2099-12-31"), "sha1": .string("2099-12-31")])
        let vendors = SAMLProfile.vendors.map { profile in
            SAMLWorld.Wanted(
                "vendor-\(profile.name)",
                [
                    "attributes": .object([
                        "email": .string(profile.email.name), "name": .string(profile.personName.name),
                        "groups": .string(profile.groups.name),
                    ])
                ])
        }
        return vendors + [
            .init(plain), .init("posted", ["requestBinding": .string("post")]),
            .init("both", ["require": .string("both")]),
            .init("unsigned-requests", ["signRequests": .bool(false)]), .init("weak", ["exceptions": exceptions]),
            .init("restart", ["idpInitiated": .string("restart")]),
            .init("accept", ["idpInitiated": .string("accept")]),
            .init("tls", tenant: SAMLWorld.rolling, ["trust": .string("tls"), "metadataURL": metadataURL]),
            .init(
                "pinned", tenant: SAMLWorld.rolling,
                [
                    "trust": .string("pinned-signature"), "metadataURL": metadataURL,
                    "metadataCertificate": .string(tenant.certificatePEM()),
                ]),
            .init("closing"), .init("shared"), .init("neighbour", organization: "globex"),
            .init("globex", organization: "globex", tenant: "globex"),
        ]
    }
}

/// What every group of checks has.
protocol SAMLChecks: Sendable {
    var world: SAMLWorld { get }
}

extension SAMLChecks {
    /// Runs one check with a well-behaved IdP before and after.
    func check(_ name: String, rule: String, _ body: () async throws -> String?) async -> CheckResult {
        let result = await conformance.check("saml", name, rule: rule, body)
        for name in [SAMLWorld.tenant, SAMLWorld.rolling, "globex"] {
            guard let tenant = world.idp.tenant(name) else { continue }
            tenant.setFault(nil)
            tenant.setLogoutFault(nil)
            tenant.setLogoutPartial(false)
            tenant.setMetadata(SAMLMetadataSwitches())
            tenant.setProfile(.plain)
        }
        return result
    }
}
