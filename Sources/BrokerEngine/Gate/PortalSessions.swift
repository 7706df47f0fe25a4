import Broker
import BrokerModel
import Foundation
import JOSE
import Synchronization

/// A cookie of a site's JSM as a request brought it.
struct PortalCookie: Sendable, Hashable {
    let name: String
    let value: String
}

/// Keeps a session of JSM with the session of ours in which it began.
///
/// JSM knows a person by a cookie of its own, and that cookie may outlive the person at the machine. Each value belongs to
/// the session of ours with which it first came to the gate, for thirty days: whoever signs in after that, in the same browser or
/// with a copy, does not work in somebody else's name.
struct PortalSessions: Sendable {
    private let environment: EngineEnvironment
    private let budget = BindingBudget()

    init(_ environment: EngineEnvironment) { self.environment = environment }

    /// The cookies by which the site's JSM would know the person; nil where one is there twice, or in a spelling that JSM
    /// may read and we do not (M48).
    static func cookies(of site: Site, in header: String) -> [PortalCookie]? {
        var found: [PortalCookie] = []
        for name in site.cookiesOfPortal {
            switch CookieHeader.plainValue(of: name, in: header) {
            case .absent: continue
            case .several: return nil
            case .one(let value):
                // JSM takes an empty one for none.
                if !value.isEmpty { found.append(PortalCookie(name: name, value: String(value))) }
            }
        }
        return found
    }

    /// Whether all of the cookies belong to a session, from now on where nobody has seen them before.
    func belong(_ cookies: [PortalCookie], to session: SessionID, site: Site) async throws -> Bool {
        guard !cookies.isEmpty else { return true }
        let hashes = cookies.map { Self.hash($0) }
        let known = try await environment.store.read { reader in
            try hashes.map { try reader.portalSession(site.id, cookieHash: $0) }
        }
        guard known.contains(nil) else { return known.allSatisfy { $0 == session } }
        guard known.allSatisfy({ $0 == nil || $0 == session }) else { return false }
        let now = environment.time.now
        guard budget.take(for: session, at: now) else { return false }
        return try await environment.store.write { writer in
            try hashes.allSatisfy {
                try writer.bindPortalSession(site.id, cookieHash: $0, session: session, at: now) == session
            }
        }
    }

    private static func hash(_ cookie: PortalCookie) -> Data {
        Data(Digests.sha256("portal-cookie\n\(cookie.name)\n\(cookie.value)"))
    }
}

/// How many new cookies of JSM a session may bring to this process in an hour.
///
/// JSM changes its cookie at a sign-in and now and then; whoever makes up new ones would fill the store.
private final class BindingBudget: Sendable {
    private static let limit = 64
    private static let span = Duration.seconds(3600)
    private static let maximumCount = 10_000
    private let uses = Mutex<[SessionID: (count: Int, since: Timestamp)]>([:])

    func take(for session: SessionID, at now: Timestamp) -> Bool {
        uses.withLock { uses in
            if uses.count >= Self.maximumCount { uses = uses.filter { now - $0.value.since < Self.span } }
            var use = uses[session] ?? (0, now)
            if now - use.since >= Self.span { use = (0, now) }
            use.count += 1
            uses[session] = use
            return use.count <= Self.limit
        }
    }
}
