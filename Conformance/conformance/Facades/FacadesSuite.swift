// SPDX-License-Identifier: Apache-2.0

import Broker
import BrokerModel
import Foundation

/// What we are toward JSM, over real sockets: an OpenID provider and a SAML IdP, with an OpenID provider behind us.
///
/// Cases that the OpenID Foundation's conformance suite has for a provider of the code flow carry its module names, those
/// of Kantara's SAML2Int profile its requirement numbers.
enum FacadesSuite {
    static let group = "facades"

    static func run(_ options: SuiteOptions) async throws -> [CheckResult] {
        let world = try await FacadeWorld.start()
        let results = await attempt {
            var results = await ProviderBasicChecks(world: world).run()
            results += await ProviderRequestChecks(world: world).run()
            results += await ProviderTokenChecks(world: world).run()
            results += await ProviderLogoutChecks(world: world).run()
            results += try await RedirectURIChecks(world: world).run(options)
            results += await SAML2IntChecks(world: world).run()
            results += await SiteChecks(world: world).run()
            return results + (await FacadeLeakChecks(world: world).run())
        }
        await world.stop()
        return try results.get()
    }
}

/// What every group of checks has.
protocol FacadeChecks: Sendable {
    var world: FacadeWorld { get }
}

extension FacadeChecks {
    /// Runs one check.
    func check(_ name: String, rule: String? = nil, _ body: () async throws -> String?) async -> CheckResult {
        await conformance.check(FacadesSuite.group, name, rule: rule, body)
    }
}
