// SPDX-License-Identifier: Apache-2.0

import AzureB2CProvider
import Broker
import CognitoProvider
import EntraProvider
import Foundation
import GoogleProvider
import KeycloakProvider
import Logging
import MockIdentityProviders
import OAuth2Provider
import OIDCProvider
import OktaProvider
import Synchronization

/// One vendor's mock, and the broker's real module for it.
struct World {
    let vendors: VendorWorld
    let connection: VendorWorld.SampleConnection
    let provider: any IdentityProvider
    let callbackURL: URL

    /// Starts a vendor, runs the test and stops it.
    static func with(
        _ name: String, adding settings: [String: SettingsValue] = [:], _ test: (World) async throws -> Void
    ) async throws {
        guard let profile = OPProfile.named(name), let callback = URL(string: "https://desk.test/vestibule/cb/\(name)")
        else { throw Browser.Problem.unexpected(name) }
        let vendors = try await VendorWorld.start([profile], controlSecret: "control") { _ in [callback.absoluteString]
        }
        do {
            try await test(try World(vendors, callback, settings))
        } catch {
            await vendors.stop()
            throw error
        }
        await vendors.stop()
    }

    private init(_ vendors: VendorWorld, _ callback: URL, _ further: [String: SettingsValue]) throws {
        self.vendors = vendors
        connection = vendors.sampleConnections[0]
        callbackURL = callback
        guard case .object(let settings) = connection.settings else { throw Browser.Problem.unexpected("settings") }
        let registry = try ProviderRegistry([
            GoogleProvider.self, CognitoProvider.self, KeycloakProvider.self, AzureB2CProvider.self, EntraProvider.self,
            OktaProvider.self, OAuth2Provider.self, OIDCProvider.self,
        ])
        let kind = ProviderKind(rawValue: connection.kind)
        let version = registry.type(of: kind)?.settingsVersion ?? 1
        provider = try registry.makeProvider(
            kind, id: ConnectionID(rawValue: connection.name),
            settings: .object(settings.merging(further) { $1 }), version: version,
            context: ProviderContext(
                callbackURL: callback, transport: Self.transport(vendors), time: .system, randomness: .system,
                memory: Memory(), secrets: vendors.secretResolver, logger: Logger(label: "test")))
    }

    /// A machine with other things to do may need longer than an upstream is given.
    private static func transport(_ vendors: VendorWorld) -> ReroutingTransport {
        var transport = vendors.transport
        transport.patience = 60
        return transport
    }

    var transport: ReroutingTransport { Self.transport(vendors) }

    var browser: Browser { Browser(transport: transport) }

    /// The switches.
    var vendor: OPTenantState {
        get throws {
            guard let state = vendors.vendor(connection.name) else { throw Browser.Problem.unexpected("no tenant") }
            return state
        }
    }

    /// A whole login: begin, the vendor's page, complete.
    func login(
        _ userName: String = "alice", fault: String = "", requirements: AuthenticationRequirements = .none
    ) async throws -> LoginOutcome {
        let secrets = Self.secrets()
        let step = try await provider.beginLogin(
            LoginRequest(callbackURL: callbackURL, secrets: secrets, requirements: requirements, reference: "r"))
        guard case .redirect(let url) = step.action else { throw Browser.Problem.unexpected("no redirect") }
        let callback = try await browser.signIn(at: url, as: userName, fault: fault)
        return try await provider.completeLogin(
            callback,
            resuming: PendingLogin(
                sent: secrets, fresh: Self.secrets(), state: step.state, round: 1, callbackURL: callbackURL,
                requirements: requirements, startedAt: TimeSource.system.now))
    }

    /// Who signed in.
    func identity(_ userName: String = "alice", fault: String = "") async throws -> VerifiedIdentity {
        let outcome = try await login(userName, fault: fault)
        guard case .identity(let identity) = outcome else { throw Browser.Problem.unexpected("\(outcome)") }
        return identity
    }

    /// Why a login did not come about: an error's code, or a denial's reason.
    func refusal(_ userName: String = "alice", fault: String) async throws -> String? {
        do {
            switch try await login(userName, fault: fault) {
            case .identity, .next: return nil
            case .denied(let denial): return denial.reason.rawValue
            }
        } catch let error as LoginError {
            return error.code.rawValue
        }
    }

    private static func secrets() -> LoginSecrets {
        LoginSecrets(
            state: Randomness.system.token(), nonce: Randomness.system.token(),
            codeVerifier: Randomness.system.token(), requestID: "_\(Randomness.system.token())")
    }
}

/// What a connection remembers, for as long as the test runs.
final class Memory: ConnectionMemory {
    private let entries = Mutex<[String: MemoryEntry]>([:])

    func read(_ key: String) async throws(MemoryError) -> MemoryEntry? { entries.withLock { $0[key] } }

    func compareAndSet(_ key: String, expected: Int64?, bytes: Data) async throws(MemoryError) -> Bool {
        entries.withLock { entries in
            guard entries[key]?.version == expected else { return false }
            entries[key] = MemoryEntry(
                bytes: bytes, storedAt: TimeSource.system.now, version: (expected ?? 0) + 1)
            return true
        }
    }
}
