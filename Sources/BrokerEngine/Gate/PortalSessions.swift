import Broker
import BrokerModel
import Foundation
import JOSE

/// A cookie of a site's JSM as a request brought it.
struct PortalCookie: Sendable, Hashable {
    let name: String
    let value: String
}

/// Keeps a session of JSM with the session of ours in which it began.
///
/// JSM knows a person by a cookie of its own, and that cookie may outlive the person at the machine. Each value belongs to
/// the session of ours with which it first came to the gate, for good: whoever signs in after that, in the same browser or
/// with a copy, does not work in somebody else's name.
struct PortalSessions: Sendable {
    private let environment: EngineEnvironment

    init(_ environment: EngineEnvironment) { self.environment = environment }

    /// The cookies by which the site's JSM would know the person; nil where one is there twice, which nobody can read in
    /// one way only (M48).
    static func cookies(of site: Site, in header: String) -> [PortalCookie]? {
        var found: [PortalCookie] = []
        for name in site.cookiesOfPortal {
            switch CookieHeader.value(of: name, in: header) {
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
