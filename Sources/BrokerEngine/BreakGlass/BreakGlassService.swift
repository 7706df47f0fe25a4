package import Broker
package import BrokerModel
import Foundation
import JOSE
import Logging

/// Lets staff in when nobody can sign in.
///
/// An operator at the machine opens a site for a bounded time and gets a code; the one browser that brings it passes the
/// gate without an identity, to JSM's own sign-in. Every step is audited and logged as a warning.
package struct BreakGlassService: Sendable {
    private let environment: EngineEnvironment
    private let audit: AuditLog
    private let limits: LoginLimits

    init(_ environment: EngineEnvironment, limits: LoginLimits, audit: AuditLog) {
        self.environment = environment
        self.limits = limits
        self.audit = audit
    }

    /// The longest time for which a site may be opened.
    package static let maximumDuration = Duration.seconds(12 * 3600)

    /// A site that was opened, and the code, which is shown once.
    package struct Opened: Sendable {
        package var glass: BreakGlass
        package var code: Secret<String>
    }

    /// Opens a site.
    ///
    /// - Throws: `SettingsError` where the time is too long or the reason is empty.
    package func open(
        _ site: SiteID, for duration: Duration, operatorName: String, reason: String
    ) async throws -> Opened {
        guard duration > .zero, duration <= Self.maximumDuration else {
            throw SettingsError([.init(path: ["for"], text: "must be between a moment and 12 hours")])
        }
        let reason = reason.trimmingCharacters(in: .whitespacesAndNewlines).bounded(toOctets: 200)
        guard !reason.isEmpty else { throw SettingsError([.init(path: ["reason"], text: "must say why")]) }
        let (now, code) = (environment.time.now, environment.randomness.token())
        let glass = BreakGlass(
            reference: Reference.make(at: now, environment.randomness), site: site,
            operatorName: operatorName.bounded(toOctets: 100), reason: reason, codeHash: Self.hash(code, "code"),
            openedAt: now, expiresAt: now + duration)
        try await environment.store.write { writer in
            try writer.insert(glass)
            try audit.append(event(.breakGlassOpened, glass, at: now, actor: .administrator(operatorName)), in: writer)
        }
        warn("a site was opened in an emergency", glass)
        return Opened(glass: glass, code: Secret(code))
    }

    /// Ties the site's open emergency to the browser that brings its code.
    ///
    /// - Returns: The handle for that browser's cookie, and until when; nil where the code opens nothing.
    package func enter(
        _ site: SiteID, code: String, network: ClientNetwork? = nil
    ) async throws -> (handle: Secret<String>, until: Timestamp)? {
        try await limits.admit(.init(site: site, [.network(LoginThrottles.emergencyCodes, network)]))
        let (now, handle) = (environment.time.now, environment.randomness.token())
        let used = try await environment.store.write { writer -> BreakGlass? in
            let used = try writer.useBreakGlass(
                codeHash: Self.hash(code, "code"), site: site, handleHash: Self.hash(handle, "handle"), at: now)
            if let used { try audit.append(event(.breakGlassUsed, used, at: now, actor: .anonymous), in: writer) }
            return used
        }
        guard let used else { return nil }
        warn("an emergency's code was used", used)
        return (Secret(handle), used.expiresAt)
    }

    /// The open emergency that a browser's handle belongs to.
    func glass(handle: String, site: SiteID) async throws -> BreakGlass? {
        let (now, hash) = (environment.time.now, Self.hash(handle, "handle"))
        guard let glass = try await environment.store.read({ try $0.breakGlass(handleHash: hash) }),
            glass.site == site, glass.isOpen(at: now)
        else { return nil }
        return glass
    }

    /// Those that are open.
    package func list() async throws -> [BreakGlass] {
        let now = environment.time.now
        return try await environment.store.read { try $0.openBreakGlasses(at: now) }
    }

    /// Closes one; false where it is not open.
    package func close(_ reference: Reference, operatorName: String) async throws -> Bool {
        let now = environment.time.now
        let closed = try await environment.store.write { writer -> BreakGlass? in
            let closed = try writer.closeBreakGlass(reference, at: now)
            if let closed {
                try audit.append(
                    event(.breakGlassClosed, closed, at: now, actor: .administrator(operatorName)), in: writer)
            }
            return closed
        }
        if let closed { warn("an emergency was closed", closed) }
        return closed != nil
    }

    /// Says every minute that a site is open, and forgets what was over a day ago.
    func maintain() async throws {
        let now = environment.time.now
        for glass in try await list() { warn("a site is open in an emergency", glass) }
        _ = try await environment.store.write { try $0.deleteBreakGlasses(expiredBefore: now - .seconds(86400)) }
    }

    private func event(_ kind: AuditKind, _ glass: BreakGlass, at now: Timestamp, actor: AuditEvent.Actor) -> AuditEvent
    {
        AuditEvent(
            kind, at: now, actor: actor, reference: glass.reference, site: glass.site,
            facts: ["operator": glass.operatorName, "reason": glass.reason, "until": glass.expiresAt.rfc3339])
    }

    private func warn(_ text: Logger.Message, _ glass: BreakGlass) {
        environment.logger.warning(
            text,
            metadata: [
                "site": "\(glass.site)", "reference": "\(glass.reference)", "operator": "\(glass.operatorName)",
                "until": "\(glass.expiresAt.rfc3339)",
            ])
    }

    /// SHA-256 of a code or handle, each in its own domain.
    private static func hash(_ value: String, _ kind: String) -> Data {
        Data(Digests.sha256("break-glass-\(kind)\n\(value)"))
    }
}
